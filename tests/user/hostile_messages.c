/* SPDX-License-Identifier: MIT */
/*
 * Random messages to all servers: right and wrong methods, words, tokens, capabilities, deadlines
 * and buffer contents. Whatever they answer, they go on answering.
 */
#define _GNU_SOURCE
#include <chcore/ipc.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>
#include <proto/devfs.h>
#include <proto/file.h>
#include <proto/fsm.h>
#include <proto/procmgr.h>
#include <proto/tty.h>
#include <stdbool.h>

#include "check.h"

enum { MESSAGES = 20000, TOKENS = 6, PEERS = 6 };

/* The same numbers on every run. */
static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Numbers that are interesting as lengths, offsets, flags and handles. */
static uint64_t random_word(void)
{
    switch (next_random() % 6) {
    case 0:
        return next_random();
    case 1:
        return next_random() % 64;
    case 2:
        return 0 - next_random() % 64;
    case 3:
        return 1ull << next_random() % 64;
    case 4:
        return next_random() % 20000;
    default:
        return next_random() % 4;
    }
}

struct peer {
    cap_t connection;
    uint32_t methods; /* where the numbers of its protocol begin */
    unsigned token;   /* the one that fits it, TOKENS for none */
    uint8_t *slot;
};

static cap_t tokens[TOKENS];
static struct peer peers[PEERS];

static void connect_peer(struct peer *peer, cap_t connection, uint32_t methods, unsigned token)
{
    struct ipc_msg msg = {{MSG_CONNECT, 1}};
    const struct ipc_caps caps = {.recv_flags = IPC_RECV};
    struct ipc_received received;

    *peer = (struct peer){.connection = connection, .methods = methods, .token = token};
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, &caps, &msg, &received), 0);
    CHECK_EQ((long)msg.w[0], 0);
    long at = sys_vm_map(CAP_VMSPACE, received.cap[0], 0, MSG_SLOT_SIZE, 0, VM_READ | VM_WRITE);
    CHECK(at > 0);
    peer->slot = (uint8_t *)at;
    sys_cap_drop(CAP_SELF, received.cap[0]);
}

static void connect_all(void)
{
    const struct start_info *start = chcore_start_info();

    tokens[0] = start->root;
    tokens[1] = start->self;
    tokens[2] = (cap_t)open("file", O_CREAT | O_RDWR, 0644);
    tokens[3] = (cap_t)open("/dev", O_RDONLY);
    tokens[4] = (cap_t)open("/dev/null", O_RDWR);
    tokens[5] = (cap_t)open("/dev/console", O_RDWR);
    connect_peer(&peers[0], start->procmgr, PROC_SPAWN & ~0xffu, 1);
    connect_peer(&peers[1], start->fsm, FSM_MOUNT & ~0xffu, TOKENS);
    connect_peer(&peers[2], (cap_t)sys_token_connect(tokens[2]), FILE_OPEN & ~0xffu, 2);
    connect_peer(&peers[3], (cap_t)sys_token_connect(tokens[0]), FILE_OPEN & ~0xffu, 0);
    connect_peer(&peers[4], (cap_t)sys_token_connect(tokens[4]), FILE_OPEN & ~0xffu, 4);
    connect_peer(&peers[5], (cap_t)sys_token_connect(tokens[5]), FILE_OPEN & ~0xffu, 5);
}

/* What would end us, the machine or the test's own output is left out. */
static bool harmful(uint32_t method)
{
    return method == PROC_POWER || method == PROC_KILL || method == PROC_SIGNALS ||
           method == PROC_SET_IDS || method == FILE_WRITE || method == FILE_IOCTL;
}

static uint32_t random_method(const struct peer *peer)
{
    static const uint32_t others[] = {0x000, 0x100, 0x200, 0x300, 0x400, 0x500};
    uint32_t base = next_random() % 8 ? peer->methods : others[next_random() % 6];
    uint32_t method = base + next_random() % 0x20;

    if (method == MSG_CONNECT && next_random() % 50) {
        return 0; /* each one that succeeds costs memory */
    }
    return harmful(method) ? 0 : method;
}

/* Paths, spawn blocks and noise. */
static void fill_slot(uint8_t *slot)
{
    static const char letters[] = "./abl\0\1";

    for (unsigned i = 0; i < 64; i++) {
        slot[i] = (uint8_t)letters[next_random() % 7];
        slot[FILE_PATH2 + i] = (uint8_t)letters[next_random() % 7];
    }
    if (next_random() % 2) {
        const struct spawn_head head = {
            .version = SPAWN_VERSION,
            .argc = next_random() % 3,
            .envc = next_random() % 3,
            .actions = next_random() % 3,
        };

        memcpy(slot, &head, sizeof(head));
    }
}

static struct ipc_caps random_caps(void)
{
    struct ipc_caps caps = {
        .count = next_random() % 3 ? 0 : (uint32_t)(next_random() % 5),
        .recv_flags = next_random() % 4 ? IPC_RECV : (uint32_t)(next_random() % 16),
        .recv_slot = next_random() % 2 ? 0 : next_random() % 2000,
    };

    for (unsigned i = 0; i < IPC_MAX_CAPS; i++) {
        caps.cap[i].handle = next_random() % 30 ? tokens[next_random() % TOKENS] : random_word();
        caps.cap[i].rights = (uint32_t)next_random();
    }
    return caps;
}

static void send_one(void)
{
    struct peer *peer = &peers[next_random() % PEERS];
    struct ipc_received received = {{CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE}};
    struct ipc_caps caps = random_caps();
    struct ipc_msg msg;
    uint32_t method = random_method(peer);
    uint32_t slot = next_random() % 8 ? 0 : (uint32_t)(next_random() & 0xffff);
    cap_t token = peer->token < TOKENS ? tokens[peer->token] : CAP_NONE;

    msg.w[0] = msg_word0(method, slot);
    for (unsigned i = 1; i < IPC_WORDS; i++) {
        msg.w[i] = random_word();
    }
    fill_slot(peer->slot);
    long status =
        ipc_call_full(peer->connection, next_random() % 20 ? DEADLINE_NONE : next_random() % 3,
                      next_random() % 30 ? token : tokens[next_random() % TOKENS],
                      next_random() % 2 ? &caps : NULL, &msg, &received);
    for (unsigned i = 0; status == 0 && i < IPC_MAX_CAPS; i++) {
        if (received.cap[i] != CAP_NONE) {
            sys_cap_drop(CAP_SELF, received.cap[i]);
        }
    }
}

/* Each server does what it is for. */
static void check_servers(void)
{
    char text[6] = "";
    int fd = open("proof", O_CREAT | O_RDWR, 0644);

    CHECK(fd >= 0);
    CHECK_EQ(write(fd, "alive", 5), 5);
    CHECK_EQ(pread(fd, text, 5, 0), 5);
    CHECK(strcmp(text, "alive") == 0);
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(getppid() > 0, 1);
    fd = open("/dev/zero", O_RDONLY);
    CHECK(fd >= 0);
    CHECK_EQ(read(fd, text, 1), 1);
    CHECK_EQ(text[0], 0);
    CHECK_EQ(close(fd), 0);
    fd = open("/dev/console", O_RDWR);
    CHECK(fd >= 0);
    CHECK_EQ(isatty(fd), 1);
    CHECK_EQ(close(fd), 0);
}

TEST(servers_survive_random_messages)
{
    connect_all();
    for (unsigned i = 0; i < MESSAGES; i++) {
        send_one();
    }
    check_servers();
}
