/* SPDX-License-Identifier: MIT */
/*
 * libchcore's POSIX layer over a fake kernel with two file servers: 1 has the root, 2 is mounted at
 * /mnt. They answer as proto/file.h says, from the table of nodes below.
 */
// sources: libchcore/posix/door.c libchcore/posix/place.c libchcore/posix/path.c
// sources: libchcore/posix/path2.c libchcore/posix/file.c libchcore/posix/io.c
// sources: libchcore/posix/dir.c libchcore/posix/mem.c libchcore/posix/proc.c
// sources: libchcore/posix/ids.c libchcore/posix/futex.c libchcore/posix/thread.c
// sources: libchcore/posix/time.c libchcore/posix/tty.c libchcore/posix/poll.c
// sources: libchcore/posix/signal.c libchcore/posix/misc.c libchcore/posix/spawn.c
// sources: libchcore/posix/copy.c libchcore/posix/pipe.c libchcore/posix/system.c
// libchcore/common/channel.c libchcore/common/sync.c
#include "check.h"
#include <chcore/posix.h>
#include <chcore/spawn.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>
#include <proto/file.h>
#include <proto/fsm.h>
#include <proto/procmgr.h>
#include <stdbool.h>

extern const char px_copy_start[1], px_copy_end[1];
long px_copy_bytes(void *to, const void *from, size_t n);
long px_copy_strnlen(const char *string, size_t max);
extern const char px_wait_look[1], px_wait_done[1], px_wait_interrupted[1];
long px_wait_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4);
void px_upcall_entry(void);

enum {
    NR_getcwd = 17,
    NR_dup = 23,
    NR_dup3 = 24,
    NR_fcntl = 25,
    NR_mkdirat = 34,
    NR_linkat = 37,
    NR_renameat = 38,
    NR_chdir = 49,
    NR_openat = 56,
    NR_close = 57,
    NR_read = 63,
    NR_write = 64,
    NR_readv = 65,
    NR_pread64 = 67,
    NR_readlinkat = 78,
    NR_wait4 = 260,
    AT_FDCWD = -100,
};

/* ---- the fake kernel ---- */

enum { SERVERS = 5, FSM = 3, PROCMGR = 4 };
enum { SLOTS = 2048, OTHER = 1024, FIRST_FREE = 1100, HANDLE_GENERATION = 1 << 24 };

struct slot {
    uint32_t type; /* OBJ_* */
    uint32_t server;
    uint32_t badge;
    uint32_t flags;
};

static struct slot slots[SLOTS];
static char segment[SERVERS][MSG_SLOT_SIZE * 8] __attribute__((aligned(16)));
static uint32_t segments_given[SERVERS];
static uint32_t calls[SERVERS]; /* MSG_CONNECT not counted */
static uint32_t waits;
static struct start_info start;
static struct chcore_thread thread;
static struct time_page time_page = {.frequency = 1000000000, .mult = 1, .shift = 0};
void *fake_thread_block = &thread;
uint64_t fake_ticks;

static struct slot *slot_of(uint64_t handle)
{
    uint64_t number = handle & (HANDLE_GENERATION - 1);

    if (handle == CAP_NONE || number >= SLOTS || slots[number].type == OBJ_NONE) {
        return NULL;
    }
    return &slots[number];
}

static long slot_add(uint32_t lowest, struct slot slot)
{
    for (uint32_t i = lowest; i < (lowest < OTHER ? (uint32_t)OTHER : (uint32_t)SLOTS); i++) {
        if (slots[i].type == OBJ_NONE) {
            slots[i] = slot;
            return i < OTHER ? (long)i : (long)(i | HANDLE_GENERATION);
        }
    }
    return -EMFILE;
}

static long token_add(uint32_t server, uint32_t badge, const struct ipc_caps *caps)
{
    struct slot slot = {OBJ_TOKEN, server, badge,
                        caps->recv_flags & IPC_RECV_CLOEXEC ? CAP_CLOEXEC : 0};

    return slot_add(caps->recv_flags & IPC_RECV_FD ? (uint32_t)caps->recv_slot : FIRST_FREE, slot);
}

static uint32_t slots_used(void)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < SLOTS; i++) {
        n += slots[i].type != OBJ_NONE;
    }
    return n;
}

/* ---- the fake file servers ---- */

struct node {
    const char *name;
    uint32_t parent;
    uint32_t server;
    uint32_t mode;
    const char *target; /* symbolic links */
    uint32_t mount;     /* that covers the directory, or 0 */
};

enum {
    ROOT,
    A,
    B,
    MNT,
    ABS,
    LOOP,
    LOOP2,
    UP,
    HOP,
    SCRIPT,
    PROG,
    MNT_ROOT,
    X,
    D,
    Y,
    TO_ROOT,
    ESC,
    NODES
};
#define DIR_MODE  (FILE_DIRECTORY | 0755)
#define FILE_MODE (FILE_REGULAR | 0644)
#define PROG_MODE (FILE_REGULAR | 0755)
#define LINK_MODE (FILE_SYMLINK_TYPE | 0777)

static const struct node nodes[NODES] = {
    [ROOT] = {"", ROOT, 1, DIR_MODE, 0, 0},
    [A] = {"a", ROOT, 1, DIR_MODE, 0, 0},
    [B] = {"b", A, 1, FILE_MODE, 0, 0},
    [MNT] = {"mnt", ROOT, 1, DIR_MODE, 0, 2},
    [ABS] = {"abs", ROOT, 1, LINK_MODE, "/mnt/d/y", 0},
    [LOOP] = {"loop", ROOT, 1, LINK_MODE, "/loop", 0},
    [LOOP2] = {"loop2", ROOT, 1, LINK_MODE, "loop2", 0},
    [UP] = {"up", A, 1, LINK_MODE, "../mnt/x", 0},
    [HOP] = {"hop", ROOT, 1, LINK_MODE, "/mnt/to_root", 0},
    [SCRIPT] = {"script", ROOT, 1, PROG_MODE, 0, 0},
    [PROG] = {"prog", ROOT, 1, PROG_MODE, 0, 0},
    [MNT_ROOT] = {"", MNT_ROOT, 2, DIR_MODE, 0, 0},
    [X] = {"x", MNT_ROOT, 2, FILE_MODE, 0, 0},
    [D] = {"d", MNT_ROOT, 2, DIR_MODE, 0, 0},
    [Y] = {"y", D, 2, FILE_MODE, 0, 0},
    [TO_ROOT] = {"to_root", MNT_ROOT, 2, LINK_MODE, "/a/b", 0},
    [ESC] = {"esc", D, 2, LINK_MODE, "../../a/b", 0},
};

static const char script_text[] = "#! /prog  -x y \nrest\n";

/* What a resolution ended with. */
struct resolved {
    long result; /* 0, a redirect, or -errno */
    uint32_t node;
    uint32_t mount;
    uint32_t links;
    char rest[FILE_PATH_MAX * 2];
};

static uint32_t child_of(uint32_t parent, const char *name, size_t length)
{
    for (uint32_t i = 0; i < NODES; i++) {
        if (i != parent && nodes[i].parent == parent && strlen(nodes[i].name) == length &&
            memcmp(nodes[i].name, name, length) == 0) {
            return i;
        }
    }
    return NODES;
}

static void follow(struct resolved *r, const char *target, const char *rest)
{
    char joined[sizeof(r->rest)];
    size_t length = strlen(target);

    memcpy(joined, target, length);
    memcpy(joined + length, rest, strlen(rest) + 1);
    memcpy(r->rest, joined, strlen(joined) + 1);
}

/* As a server resolves: r->rest is the path, from r->node on. */
static void resolve(struct resolved *r, bool follow_last)
{
    for (;;) {
        char *path = r->rest;
        while (*path == '/') {
            path++;
        }
        memmove(r->rest, path, strlen(path) + 1);
        path = r->rest;
        if (!*path) {
            return;
        }
        size_t length = 0;
        while (path[length] && path[length] != '/') {
            length++;
        }
        if (length == 2 && path[0] == '.' && path[1] == '.') {
            if (r->node == MNT_ROOT) {
                r->result = FILE_REDIRECT_UP;
                r->mount = 2;
                return;
            }
            r->node = nodes[r->node].parent;
        } else {
            uint32_t child = child_of(r->node, path, length);
            if (child == NODES) {
                r->result = -ENOENT;
                return;
            }
            const char *rest = path + length;
            if (nodes[child].target && (follow_last || *rest)) {
                if (++r->links > FILE_SYMLINK_MAX) {
                    r->result = -ELOOP;
                    return;
                }
                follow(r, nodes[child].target, rest);
                if (r->rest[0] == '/') {
                    memmove(r->rest, r->rest + 1, strlen(r->rest));
                    r->result = FILE_REDIRECT_ROOT;
                    return;
                }
                continue;
            }
            if (nodes[child].mount) {
                r->mount = nodes[child].mount;
                r->result = FILE_REDIRECT_MOUNT;
            }
            r->node = child;
        }
        memmove(r->rest, path + length, strlen(path + length) + 1);
        if (r->result) {
            return;
        }
    }
}

static char *slot_data(uint32_t server, uint64_t w0)
{
    CHECK(msg_slot(w0) < segments_given[server]);
    return segment[server] + msg_slot(w0) * MSG_SLOT_SIZE;
}

/* Resolve the path of a request; on a redirect the reply is written. */
static bool take_path(uint32_t server, const struct slot *token, uint64_t w[8], struct resolved *r,
                      bool follow_last)
{
    char *data = w[1] ? slot_data(server, w[0]) : NULL;

    *r = (struct resolved){.node = token->badge, .links = (uint32_t)w[7]};
    CHECK(w[1] < FILE_PATH_MAX);
    memcpy(r->rest, data ? data : "", w[1]);
    r->rest[w[1]] = '\0';
    resolve(r, follow_last);
    if (r->result > 0) {
        size_t length = strlen(r->rest);
        w[0] = (uint64_t)r->result;
        w[1] = r->mount;
        w[2] = length;
        w[3] = r->links - (uint32_t)w[7];
        memcpy(data, r->rest, length);
    } else if (r->result < 0) {
        w[0] = (uint64_t)r->result;
    }
    return r->result == 0;
}

static uint32_t file_size = 100000;
static uint32_t eagain; /* so many reads answer -EAGAIN first */
static uint32_t status_flags;
static struct file_stat stat_of(uint32_t node)
{
    return (struct file_stat){.device = nodes[node].server,
                              .inode = node + 1,
                              .mode = nodes[node].mode,
                              .size = file_size};
}

static long read_file(uint32_t node, uint64_t offset, uint64_t n, char *to)
{
    if (node == SCRIPT) {
        n = sizeof(script_text) - 1;
        memcpy(to, script_text, n);
        return (long)n;
    }
    if (offset >= file_size) {
        return 0;
    }
    n = n < file_size - offset ? n : file_size - offset;
    for (uint64_t i = 0; i < n; i++) {
        to[i] = (char)((offset + i) % 251);
    }
    return (long)n;
}

static uint64_t file_offset;

static uint32_t last_listed = NODES;

static long list_directory(uint32_t node, char *to)
{
    long size = 0;

    if (node == last_listed) {
        last_listed = NODES;
        return 0; /* the second request: the end */
    }
    last_listed = node;
    for (uint32_t i = 0; i < NODES; i++) {
        if (nodes[i].parent == node && i != node) {
            struct file_dirent *entry = (struct file_dirent *)(to + size);
            size_t length = (FILE_DIRENT_HEAD + strlen(nodes[i].name) + 1 + 7) & ~7ul;
            *entry = (struct file_dirent){.inode = i + 1, .length = (uint16_t)length};
            entry->type = (uint8_t)(nodes[i].mode >> 12);
            memcpy(entry->name, nodes[i].name, strlen(nodes[i].name) + 1);
            size += (long)length;
        }
    }
    return size;
}

/* Both paths of RENAME: 0 when both parents are here. */
static long two_paths(uint32_t server, const struct slot *token, uint64_t w[8],
                      const struct ipc_caps *caps)
{
    struct resolved r;
    uint64_t first[8] = {w[0], w[1]};
    uint64_t lengths = w[2];

    if (!w[6]) {
        CHECK(caps && caps->count == 1);
        CHECK_EQ(slot_of(caps->cap[0].handle)->server, server);
    }
    if (!take_path(server, token, first, &r, false)) {
        return (long)first[0];
    }
    r = (struct resolved){.node = w[6] ? token->badge : slot_of(caps->cap[0].handle)->badge};
    memcpy(r.rest, slot_data(server, w[0]) + FILE_PATH2, lengths);
    r.rest[lengths] = '\0';
    resolve(&r, false);
    return r.result == -ENOENT ? 0 : r.result < 0 ? r.result : r.result > 0 ? r.result : -EEXIST;
}

static void serve_file(uint32_t server, const struct slot *token, uint64_t w[8],
                       const struct ipc_caps *caps, uint64_t *handles)
{
    uint32_t method = msg_method(w[0]);
    struct resolved r;
    uint64_t w0 = w[0];

    switch (method) {
    case FILE_OPEN:
        if (take_path(server, token, w, &r, true)) {
            if (w[2] & FILE_O_DIRECTORY && nodes[r.node].mode != DIR_MODE) {
                w[0] = (uint64_t)-ENOTDIR;
                return;
            }
            handles[0] = (uint64_t)token_add(server, r.node, caps);
            w[0] = 0;
            w[1] = nodes[r.node].mode;
            w[2] = FILE_IS_SEEKABLE;
        }
        return;
    case FILE_STAT:
        if (take_path(server, token, w, &r, !(w[2] & FILE_AT_SYMLINK_NOFOLLOW))) {
            struct file_stat stat = stat_of(r.node);
            w[0] = 0;
            memcpy(slot_data(server, w0), &stat, sizeof(stat));
        }
        return;
    case FILE_READLINK:
        if (take_path(server, token, w, &r, false)) {
            const char *target = nodes[r.node].target;
            w[0] = target ? 0 : (uint64_t)-EINVAL;
            w[1] = target ? strlen(target) : 0;
            memcpy(slot_data(server, w0), target ? target : "", w[1]);
        }
        return;
    case FILE_READ:
        if (eagain) {
            eagain--;
            w[0] = (uint64_t)-EAGAIN;
            return;
        }
        w[0] = (uint64_t)read_file(token->badge, file_offset, w[1], slot_data(server, w0));
        file_offset += w[0];
        return;
    case FILE_PREAD:
        w[0] = (uint64_t)read_file(token->badge, w[2], w[1], slot_data(server, w0));
        return;
    case FILE_GETDENTS:
        w[0] = (uint64_t)list_directory(token->badge, slot_data(server, w0));
        return;
    case FILE_DESCRIBE:
        w[0] = 0;
        w[1] = nodes[token->badge].mode;
        w[3] = status_flags;
        return;
    case FILE_RENAME:
    case FILE_LINK:
        w[0] = (uint64_t)two_paths(server, token, w, caps);
        return;
    default:
        w[0] = (uint64_t)-ENOSYS;
    }
}

static uint64_t last_mount_method;

static void serve_fsm(uint64_t w[8], const struct ipc_caps *caps, uint64_t *handles)
{
    last_mount_method = msg_method(w[0]);
    CHECK_EQ(w[1], 2);
    handles[0] = last_mount_method == FSM_MOUNT_ROOT ? (uint64_t)token_add(2, MNT_ROOT, caps)
                                                     : (uint64_t)token_add(1, MNT, caps);
    w[0] = 0;
}

static char spawn_block[MSG_SLOT_SIZE];
static uint32_t spawned_node;
static uint32_t children_ready;

static void serve_procmgr(uint64_t w[8], const struct ipc_caps *caps)
{
    switch (msg_method(w[0])) {
    case PROC_SPAWN:
        CHECK_EQ(caps->count, 3);
        CHECK_EQ(w[2], SPAWN_CWD | SPAWN_ROOT);
        memcpy(spawn_block, slot_data(PROCMGR, w[0]), w[1]);
        spawned_node = slot_of(caps->cap[0].handle)->badge;
        w[0] = 17;
        return;
    case PROC_WAIT:
        w[0] = children_ready ? 17 : (uint64_t)-EAGAIN;
        w[1] = 0x300;
        return;
    case PROC_IDS:
        w[0] = 16;
        w[6] = 022;
        return;
    default:
        w[0] = (uint64_t)-ENOSYS;
    }
}

long fake_ipc_call(uint64_t connection, uint64_t token, uint64_t caps_address, uint64_t w[8],
                   uint64_t *handles)
{
    const struct ipc_caps *caps = (const struct ipc_caps *)caps_address;
    const struct slot *to = slot_of(connection);
    uint64_t none[4];

    if (!handles) {
        handles = none;
    }
    for (int i = 0; i < 4; i++) {
        handles[i] = CAP_NONE;
    }
    if (!to || to->type != OBJ_CONNECTION) {
        return -EBADF;
    }
    if (msg_method(w[0]) == MSG_CONNECT) {
        handles[0] = (uint64_t)slot_add(FIRST_FREE, (struct slot){OBJ_PMO, to->server, 0, 0});
        w[0] = 0;
        w[2] = w[1];
        w[1] = segments_given[to->server];
        segments_given[to->server] += (uint32_t)w[2];
        return 0;
    }
    calls[to->server]++;
    const struct slot *about = slot_of(token);
    if (token != CAP_NONE && (!about || about->type != OBJ_TOKEN)) {
        return -EBADF;
    }
    if (about && about->server != to->server) {
        return -EXDEV;
    }
    if (to->server == FSM) {
        serve_fsm(w, caps, handles);
    } else if (to->server == PROCMGR) {
        serve_procmgr(w, caps);
    } else {
        serve_file(to->server, about, w, caps, handles);
    }
    return 0;
}

static long fake_cap_copy(const uint64_t a[6])
{
    struct slot *source = slot_of(a[1]);

    if (!source) {
        return -EBADF;
    }
    struct slot copy = *source;
    copy.flags = (uint32_t)a[5];
    if (a[3] == CAP_SLOT_ANY) {
        return slot_add(FIRST_FREE, copy);
    }
    if (a[3] & CAP_SLOT_FD_MIN) {
        return slot_add((uint32_t)a[3], copy);
    }
    slots[a[3]] = copy;
    return (long)a[3];
}

long fake_syscall(uint64_t nr, const uint64_t a[6])
{
    struct slot *slot;

    switch (nr) {
    case SYS_cap_info:
        slot = slot_of(a[1]);
        if (!slot) {
            return -EBADF;
        }
        *(struct cap_info *)a[2] =
            (struct cap_info){.detail = slot->server, .type = slot->type, .flags = slot->flags};
        return 0;
    case SYS_cap_drop:
        slot = slot_of(a[1]);
        if (!slot) {
            return -EBADF;
        }
        slot->type = OBJ_NONE;
        return 0;
    case SYS_cap_copy:
        return fake_cap_copy(a);
    case SYS_cap_set_flags:
        slot = slot_of(a[0]);
        if (!slot) {
            return -EBADF;
        }
        slot->flags = (uint32_t)a[1];
        return 0;
    case SYS_token_connect:
        return slot_add(FIRST_FREE, (struct slot){OBJ_CONNECTION, slot_of(a[0])->server, 0, 0});
    case SYS_vm_map: /* of a segment: the newest slots of its server */
        slot = slot_of(a[1]);
        return (long)(segment[slot->server] + segments_given[slot->server] * MSG_SLOT_SIZE - a[3]);
    case SYS_wait:
        waits++;
        children_ready = 1;
        return (long)(a[1] & TOKEN_READABLE);
    default:
        return -ENOSYS;
    }
}

/* In place of wait.S, upcall.S and copy.S. */
const char px_copy_start[1], px_copy_end[1];

long px_copy_bytes(void *to, const void *from, size_t n)
{
    if (!to || !from) {
        return -EFAULT;
    }
    memcpy(to, from, n);
    return 0;
}

long px_copy_strnlen(const char *string, size_t max)
{
    return string ? (long)strnlen(string, max) : -EFAULT;
}

const char px_wait_look[1], px_wait_done[1], px_wait_interrupted[1];

long px_wait_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4)
{
    return fake_syscall(nr, (const uint64_t[6]){a0, a1, a2, a3, a4});
}

void px_upcall_entry(void)
{
}

static void born(void)
{
    const struct slot connection = {OBJ_CONNECTION, 0, 0, 0};
    const struct slot root = {OBJ_TOKEN, 1, ROOT, 0};

    start.procmgr = (uint64_t)slot_add(FIRST_FREE, connection);
    slot_of(start.procmgr)->server = PROCMGR;
    start.fsm = (uint64_t)slot_add(FIRST_FREE, connection);
    slot_of(start.fsm)->server = FSM;
    start.root = (uint64_t)slot_add(FIRST_FREE, root);
    start.cwd = (uint64_t)slot_add(FIRST_FREE, root);
    start.time_page = (uint64_t)&time_page;
    thread = (struct chcore_thread){.self = &thread, .start = &start, .tid = 16, .pid = 16};
}

static long call(long nr, long a0, long a1, long a2, long a3, long a4)
{
    return chcore_posix(nr, a0, a1, a2, a3, a4, 0);
}

static long open_path(const char *path)
{
    return call(NR_openat, AT_FDCWD, (long)path, 0, 0, 0);
}

static uint32_t node_of(long fd)
{
    CHECK(fd >= 0 && fd < OTHER);
    return slots[fd].badge;
}

/* ---- the tests ---- */

TEST(open_in_one_file_system_is_one_call)
{
    born();
    CHECK_EQ(node_of(open_path("/a/b")), B);
    CHECK_EQ(calls[1], 1);
    CHECK_EQ(node_of(open_path("a/b")), B);
    CHECK_EQ(node_of(open_path("//a///b")), B);
    CHECK_EQ(calls[1], 3);
    CHECK_EQ(calls[2] + calls[FSM], 0);
}

TEST(open_crosses_a_mount_and_asks_fsm_once)
{
    born();
    CHECK_EQ(node_of(open_path("/mnt/d/y")), Y);
    CHECK_EQ(node_of(open_path("/mnt/x")), X);
    CHECK_EQ(calls[1], 2);
    CHECK_EQ(calls[2], 2);
    CHECK_EQ(calls[FSM], 1);
    CHECK_EQ(node_of(open_path("/mnt")), MNT_ROOT);
}

TEST(absolute_links_start_again_at_the_root)
{
    born();
    CHECK_EQ(node_of(open_path("/abs")), Y);
    CHECK_EQ(node_of(open_path("/hop")), B);
    CHECK_EQ(node_of(open_path("/mnt/to_root")), B);
}

TEST(dot_dot_leaves_a_mounted_file_system)
{
    born();
    CHECK_EQ(node_of(open_path("/mnt/../a/b")), B);
    CHECK_EQ(last_mount_method, FSM_MOUNT_POINT);
    CHECK_EQ(node_of(open_path("/mnt/d/esc")), B);
    CHECK_EQ(node_of(open_path("/a/up")), X);
    CHECK_EQ(node_of(open_path("/../../a/b")), B);
}

TEST(endless_links_are_eloop)
{
    born();
    CHECK_EQ(open_path("/loop"), -ELOOP);
    CHECK_EQ(open_path("/loop2"), -ELOOP);
    CHECK(calls[1] <= 50);
}

TEST(paths_that_are_wrong_get_their_errors)
{
    static char longest[6000];

    born();
    memset(longest, 'x', 5000);
    CHECK_EQ(open_path(longest), -ENAMETOOLONG);
    longest[4095] = '\0';
    CHECK_EQ(open_path(longest), -ENOENT);
    CHECK_EQ(open_path(""), -ENOENT);
    CHECK_EQ(open_path("/none"), -ENOENT);
    CHECK_EQ(call(NR_openat, 55, (long)"a", 0, 0, 0), -EBADF);
    CHECK_EQ(call(NR_openat, 5000, (long)"a", 0, 0, 0), -EBADF);
    CHECK_EQ(call(NR_mkdirat, AT_FDCWD, (long)"", 0, 0, 0), -ENOENT);
}

TEST(nothing_is_left_of_failed_and_closed_files)
{
    born();
    open_path("/mnt/d/none");
    long fd = open_path("/mnt/x");
    CHECK_EQ(call(NR_close, fd, 0, 0, 0, 0), 0);
    uint32_t before = slots_used();
    for (int i = 0; i < 100; i++) {
        fd = open_path("/abs");
        CHECK_EQ(fd, 0);
        CHECK_EQ(call(NR_close, fd, 0, 0, 0, 0), 0);
        CHECK_EQ(open_path("/loop"), -ELOOP);
        CHECK_EQ(open_path("/mnt/none"), -ENOENT);
    }
    CHECK_EQ(slots_used(), before);
    CHECK_EQ(call(NR_close, fd, 0, 0, 0, 0), -EBADF);
    CHECK_EQ(call(NR_close, -1, 0, 0, 0, 0), -EBADF);
    CHECK_EQ(call(NR_close, 2000, 0, 0, 0, 0), -EBADF);
}

TEST(bad_addresses_are_efault)
{
    char c;

    born();
    CHECK_EQ(open_path(NULL), -EFAULT);
    long fd = open_path("/a/b");
    CHECK_EQ(call(NR_read, fd, 0, 10, 0, 0), -EFAULT);
    CHECK_EQ(call(NR_readv, fd, 0, 1, 0, 0), -EFAULT);
    CHECK_EQ(call(NR_readlinkat, AT_FDCWD, (long)"/abs", 0, 10, 0), -EFAULT);
    CHECK_EQ(call(NR_getcwd, 0, 10, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(NR_pread64, fd, (long)&c, 1, 0, 0), 1);
}

TEST(openat_starts_at_a_descriptor)
{
    born();
    long fd = open_path("/mnt/d");
    CHECK_EQ(node_of(call(NR_openat, fd, (long)"y", 0, 0, 0)), Y);
    CHECK_EQ(node_of(call(NR_openat, fd, (long)"/a/b", 0, 0, 0)), B);
    CHECK_EQ(node_of(call(NR_openat, fd, (long)"..", 0, 0, 0)), MNT_ROOT);
}

TEST(inherited_descriptors_find_their_server)
{
    char buf[4];

    born();
    slots[0] = (struct slot){OBJ_TOKEN, 2, X, 0};
    slots[1] = (struct slot){OBJ_NOTIFICATION, 0, 0, 0};
    CHECK_EQ(call(NR_pread64, 0, (long)buf, 4, 5, 0), 4);
    CHECK_EQ(buf[0], 5);
    CHECK_EQ(call(NR_pread64, 1, (long)buf, 4, 5, 0), -EBADF);
}

TEST(descriptors_are_copied_and_flagged)
{
    enum { DUPFD = 0, GETFD = 1, SETFD = 2, DUPFD_CLOEXEC = 1030, CLOEXEC = 02000000 };

    born();
    CHECK_EQ(open_path("/a/b"), 0);
    CHECK_EQ(call(NR_dup, 0, 0, 0, 0, 0), 1);
    CHECK_EQ(call(NR_dup3, 0, 10, CLOEXEC, 0, 0), 10);
    CHECK_EQ(call(NR_fcntl, 10, GETFD, 0, 0, 0), 1);
    CHECK_EQ(call(NR_fcntl, 10, SETFD, 0, 0, 0), 0);
    CHECK_EQ(call(NR_fcntl, 10, GETFD, 0, 0, 0), 0);
    CHECK_EQ(call(NR_fcntl, 0, DUPFD, 5, 0, 0), 5);
    CHECK_EQ(call(NR_fcntl, 0, DUPFD_CLOEXEC, 5, 0, 0), 6);
    CHECK_EQ(call(NR_fcntl, 6, GETFD, 0, 0, 0), 1);
    CHECK_EQ(call(NR_dup3, 0, 0, 0, 0, 0), -EINVAL);
    CHECK_EQ(call(NR_dup3, 99, 3, 0, 0, 0), -EBADF);
    CHECK_EQ(call(NR_dup3, 0, 1024, 0, 0, 0), -EBADF);
    CHECK_EQ(call(NR_fcntl, 0, DUPFD, 1024, 0, 0), -EINVAL);
}

TEST(read_gathers_turns_and_ends_short)
{
    static char buf[120000];

    born();
    long fd = open_path("/a/b");
    CHECK_EQ(call(NR_read, fd, (long)buf, 50000, 0, 0), 50000);
    CHECK_EQ(call(NR_read, fd, (long)buf + 50000, 60000, 0, 0), 50000);
    CHECK_EQ(call(NR_read, fd, (long)buf, 10, 0, 0), 0);
    for (int i = 0; i < 100000; i++) {
        CHECK_EQ((unsigned char)buf[i], i % 251);
    }
}

TEST(readv_fills_buffers_in_order)
{
    char a[3], b[5];
    struct {
        void *base;
        uint64_t length;
    } iov[4] = {{a, 3}, {a, 0}, {b, 5}, {b, 0}};

    born();
    long fd = open_path("/a/b");
    CHECK_EQ(call(NR_readv, fd, (long)iov, 4, 0, 0), 8);
    CHECK_EQ(a[2], 2);
    CHECK_EQ(b[0], 3);
    CHECK_EQ(b[4], 7);
    iov[0].length = UINT64_MAX;
    CHECK_EQ(call(NR_readv, fd, (long)iov, 4, 0, 0), -EINVAL);
    CHECK_EQ(call(NR_readv, fd, (long)iov, 1025, 0, 0), -EINVAL);
}

TEST(a_read_that_must_wait_waits_in_the_client)
{
    char c;

    born();
    long fd = open_path("/a/b");
    eagain = 2;
    CHECK_EQ(call(NR_read, fd, (long)&c, 1, 0, 0), 1);
    CHECK_EQ(waits, 2);
    eagain = 1;
    status_flags = FILE_O_NONBLOCK;
    CHECK_EQ(call(NR_read, fd, (long)&c, 1, 0, 0), -EAGAIN);
    CHECK_EQ(waits, 2);
}

TEST(getcwd_climbs_over_mounts)
{
    static char buf[4096];

    born();
    CHECK_EQ(call(NR_getcwd, (long)buf, sizeof(buf), 0, 0, 0), 2);
    CHECK_STR_EQ(buf, "/");
    CHECK_EQ(call(NR_chdir, (long)"/mnt/d", 0, 0, 0, 0), 0);
    CHECK_EQ(call(NR_getcwd, (long)buf, sizeof(buf), 0, 0, 0), 7);
    CHECK_STR_EQ(buf, "/mnt/d");
    uint32_t before = slots_used();
    CHECK_EQ(node_of(open_path("y")), Y);
    CHECK_EQ(slots_used(), before + 1);
    CHECK_EQ(call(NR_getcwd, (long)buf, 6, 0, 0, 0), -ERANGE);
    CHECK_EQ(slots_used(), before + 1);
    CHECK_EQ(call(NR_chdir, (long)"y", 0, 0, 0, 0), -ENOTDIR);
}

TEST(rename_in_one_file_system_is_one_call)
{
    born();
    CHECK_EQ(call(NR_renameat, AT_FDCWD, (long)"/a/b", AT_FDCWD, (long)"/a/new", 0), 0);
    CHECK_EQ(calls[1], 1);
}

TEST(rename_goes_by_parents_where_paths_cross_mounts)
{
    born();
    CHECK_EQ(call(NR_renameat, AT_FDCWD, (long)"/mnt/x", AT_FDCWD, (long)"/mnt/d/new", 0), 0);
    uint32_t before = slots_used();
    CHECK_EQ(call(NR_renameat, AT_FDCWD, (long)"/mnt/x", AT_FDCWD, (long)"/a/new", 0), -EXDEV);
    CHECK_EQ(call(NR_linkat, AT_FDCWD, (long)"/a/b", AT_FDCWD, (long)"/mnt/new", 0), -EXDEV);
    CHECK_EQ(call(NR_renameat, AT_FDCWD, (long)"/mnt", AT_FDCWD, (long)"/other", 0), -EBUSY);
    CHECK_EQ(call(NR_renameat, AT_FDCWD, (long)"/mnt/none", AT_FDCWD, (long)"/mnt/q", 0), -ENOENT);
    CHECK_EQ(slots_used(), before);
}

TEST(readlink_cuts_the_target)
{
    char buf[16] = "";

    born();
    CHECK_EQ(call(NR_readlinkat, AT_FDCWD, (long)"/abs", (long)buf, sizeof(buf), 0), 8);
    CHECK_STR_EQ(buf, "/mnt/d/y");
    CHECK_EQ(call(NR_readlinkat, AT_FDCWD, (long)"/abs", (long)buf, 3, 0), 3);
    CHECK_EQ(call(NR_readlinkat, AT_FDCWD, (long)"/a/b", (long)buf, 3, 0), -EINVAL);
}

TEST(spawn_sends_program_actions_and_strings)
{
    char *argv[] = {"prog", "one two", "", NULL};
    char *envp[] = {"K=V", NULL};
    struct chcore_file_action actions[] = {
        {.op = CHCORE_SPAWN_OPEN, .fd = 1, .path = "/a/b"},
        {.op = CHCORE_SPAWN_DUP2, .fd = 2, .fd2 = 1},
        {.op = CHCORE_SPAWN_CLOSE, .fd = 0},
    };
    struct chcore_spawn request = {
        .path = "/prog", .argv = argv, .envp = envp, .actions = actions, .action_count = 3};

    born();
    CHECK_EQ(chcore_spawn(&request), 17);
    CHECK_EQ(spawned_node, PROG);
    const struct spawn_head *head = (const struct spawn_head *)spawn_block;
    const struct spawn_action *action = (const struct spawn_action *)(head + 1);
    CHECK_EQ(head->argc, 3);
    CHECK_EQ(head->envc, 1);
    CHECK_EQ(head->actions, 3);
    CHECK_EQ(action[0].kind, SPAWN_PARENT);
    CHECK_EQ(action[0].to, 1);
    CHECK_EQ(action[1].kind, SPAWN_DUP);
    CHECK_EQ(action[1].from, 1);
    CHECK_EQ(action[1].to, 2);
    CHECK_EQ(action[2].kind, SPAWN_CLOSE);
    static const char strings[] = "/prog\0prog\0one two\0\0K=V";
    CHECK_EQ(memcmp(action + 3, strings, sizeof(strings)), 0);
    for (int fd = 0; fd < 10; fd++) {
        CHECK_EQ(slots[fd].type, OBJ_NONE);
    }
}

TEST(spawn_of_a_script_starts_its_interpreter)
{
    char *argv[] = {"name", "arg", NULL};
    struct chcore_spawn request = {.path = "/script", .argv = argv};

    born();
    CHECK_EQ(chcore_spawn(&request), 17);
    CHECK_EQ(spawned_node, PROG);
    const struct spawn_head *head = (const struct spawn_head *)spawn_block;
    CHECK_EQ(head->argc, 4);
    static const char strings[] = "/prog\0/prog\0-x y\0/script\0arg";
    CHECK_EQ(memcmp(head + 1, strings, sizeof(strings)), 0);
}

TEST(spawn_of_what_cannot_run_fails)
{
    char *argv[] = {"x", NULL};
    struct chcore_spawn request = {.path = "/a/b", .argv = argv};

    born();
    CHECK_EQ(chcore_spawn(&request), -EACCES);
    request.path = "/none";
    CHECK_EQ(chcore_spawn(&request), -ENOENT);
    uint32_t before = slots_used();
    request.path = "/a";
    CHECK_EQ(chcore_spawn(&request), -EACCES);
    CHECK_EQ(slots_used(), before);
}

TEST(wait4_waits_for_the_process_manager)
{
    int status;

    born();
    CHECK_EQ(call(NR_wait4, -1, (long)&status, 0, 0, 0), 17);
    CHECK_EQ(status, 0x300);
    CHECK_EQ(waits, 1);
    CHECK_EQ(calls[PROCMGR], 2);
}

TEST(what_has_no_row_is_enosys)
{
    born();
    CHECK_EQ(call(221 /* execve */, 0, 0, 0, 0, 0), -ENOSYS);
    CHECK_EQ(call(-1, 0, 0, 0, 0, 0), -ENOSYS);
    CHECK_EQ(call(1l << 40, 0, 0, 0, 0, 0), -ENOSYS);
    CHECK_EQ(chcore_posix_name(221), 0);
    CHECK_STR_EQ(chcore_posix_name(NR_openat), "openat");
}
