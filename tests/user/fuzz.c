/* SPDX-License-Identifier: MIT */
/*
 * Random hostile system calls and messages: as many as FUZZ_CALLS in the environment says, from the
 * seed FUZZ_SEED. They are made by child processes, a batch each: that a child dies of what it does
 * to itself is fine. What must not happen: the system dies, a server dies, or something is left of
 * the children.
 */
#define CHECK_CHILD
#include "native.h"

#include <chcore/thread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

enum { BATCH = 500, HANDLES = 256, AREA = 16 * 4096, CALLS = 20000, PATIENCE_S = 2 };

static const char read_only[4096] __attribute__((aligned(4096))) = "read only";
static uint64_t state;

static uint64_t random_word(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t below(uint64_t n)
{
    return random_word() % n;
}

/* ---- the child ---- */

static uint64_t handles[HANDLES]; /* all that calls have given, closed or not */
static unsigned handle_count;
static char *area; /* mapped, with nothing behind */
static uint64_t buffer[64] __attribute__((aligned(16)));

static void keep(uint64_t handle)
{
    handles[handle_count < HANDLES ? handle_count++ : below(HANDLES)] = handle;
}

static uint64_t any_handle(void)
{
    static const uint64_t own[] = {CAP_SELF, CAP_VMSPACE, CAP_THREAD, CAP_NONE};
    const uint64_t handle = handles[below(handle_count)];

    switch (below(8)) {
    case 0:
    case 1:
        return own[below(4)];
    case 2:
        return handle + (1ull << CAP_SLOT_BITS); /* of another generation */
    case 3:
        return below(64); /* a descriptor, perhaps */
    default:
        return handle;
    }
}

static uint64_t pointer(void)
{
    switch (below(12)) {
    case 0:
        return (uintptr_t)buffer + below(64);
    case 1:
        return 0xffff000040080000ull + below(1 << 24);
    case 2:
        return 0x7000000000ull + below(1ull << 30);
    case 3:
        return (uintptr_t)read_only + below(4096);
    case 4:
        return (uintptr_t)area + AREA - below(128);
    case 5:
        return -below(8192);
    case 6:
        return USER_LIMIT - below(8192);
    case 7:
        return (uintptr_t)area + below(AREA / 4096) * 4096;
    default:
        return (uintptr_t)buffer;
    }
}

static uint64_t length(void)
{
    static const uint64_t lengths[] = {
        0,     1,       8,          64,         4095,       4096,       4097,
        65536, 1 << 30, 1ull << 47, 1ull << 48, 1ull << 63, UINT64_MAX, UINT64_MAX - 4095};

    return lengths[below(sizeof(lengths) / sizeof(*lengths))];
}

static uint64_t any_argument(void)
{
    switch (below(6)) {
    case 0:
        return any_handle();
    case 1:
        return pointer();
    case 2:
        return length();
    case 3:
        return 1ull << below(64);
    case 4:
        return random_word();
    default:
        return below(16);
    }
}

/* A wait of the child is short: nobody would end it. */
static uint64_t deadline(void)
{
    return below(4) ? arch_ticks() - below(1000) : arch_ticks() + below(2000);
}

/* A structure for a call, half right. */
static void fill_buffer(void)
{
    for (unsigned i = 0; i < 64; i++) {
        buffer[i] = below(3) ? any_argument() : below(4);
    }
    if (below(2)) {
        const struct thread_args thread = {.group = any_handle(),
                                           .entry = pointer(),
                                           .stack = (uintptr_t)area + AREA,
                                           .cpu = CPU_ANY,
                                           .priority = (uint32_t)below(65),
                                           .flags = (uint32_t)below(3)};
        memcpy(buffer, &thread, sizeof(thread));
    }
    if (!below(4)) {
        const struct cap_group_args group = {
            .name = "fuzz", .vmspace = any_handle(), .exit_notify = any_handle()};
        memcpy(buffer, &group, sizeof(group));
    }
    if (!below(4)) {
        struct ipc_caps caps = {.count = (uint32_t)below(6),
                                .recv_flags = (uint32_t)below(17),
                                .recv_slot = below(2048)};
        for (unsigned i = 0; i < IPC_MAX_CAPS; i++) {
            caps.cap[i] = (struct ipc_cap){any_handle(), (uint32_t)below(256), (uint32_t)below(9)};
        }
        memcpy(buffer, &caps, sizeof(caps));
    }
}

/* A message to a server, or to what is none. Not: kill and power off, which are allowed to us. */
static void one_message(void)
{
    static const uint16_t first[] = {0, 0x100, 0x200, 0x300, 0x400, 0x500};
    struct ipc_received received = {{CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE}};
    struct ipc_msg msg;
    uint64_t method = first[below(6)] + below(32);

    if (method == 0x403 || method == 0x410) {
        method = random_word() | 0xf000;
    }
    for (unsigned i = 0; i < IPC_WORDS; i++) {
        msg.w[i] = any_argument();
    }
    msg.w[0] = method | below(256) << 16;
    (void)ipc_call_full(any_handle(), arch_ticks() + 1000000, below(2) ? any_handle() : CAP_NONE,
                        below(2) ? (const struct ipc_caps *)pointer() : NULL, &msg, &received);
    for (unsigned i = 0; i < IPC_MAX_CAPS; i++) {
        if (received.cap[i] != CAP_NONE) {
            keep(received.cap[i]);
        }
    }
}

static void one_call(void)
{
    uint64_t nr = below(SYS_COUNT + 2);
    uint64_t a[6];
    long result;

    for (unsigned i = 0; i < 6; i++) {
        a[i] = below(3) ? any_argument() : i == 0 ? any_handle() : pointer();
    }
    fill_buffer();
    switch (nr) {
    case SYS_ipc_call:
        one_message();
        return;
    case SYS_thread_exit:
    case SYS_upcall_return:
    case SYS_thread_resume:
        if (below(8)) {
            return; /* mostly the end of the child */
        }
        break;
    case SYS_wait:
    case SYS_wait_any:
    case SYS_futex_wait:
        a[2] = deadline();
        break;
    case SYS_sleep_until:
        a[0] = deadline();
        break;
    case SYS_cap_group_kill:
        a[0] = below(8) ? handles[below(handle_count)] : a[0];
        break;
    case SYS_COUNT:
        nr = random_word();
        break;
    default:
        break;
    }
    result = svc6(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result >= 1l << CAP_SLOT_BITS) {
        keep((uint64_t)result);
    }
}

static int check_child(int argc, char **argv)
{
    const struct start_info *start = chcore_start_info();

    state = argc > 0 ? strtoull(argv[0], NULL, 0) : 1;
    area = mmap(NULL, AREA + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(area + AREA, 4096);
    keep(start->procmgr);
    keep(start->fsm);
    keep(start->self);
    keep(start->cwd);
    keep(start->root);
    for (unsigned i = 0; i < BATCH; i++) {
        one_call();
    }
    svc4(SYS_thread_exit, 0, 0, 0, 0); /* libc may be in ruins */
    return 0;
}

/* ---- the parent ---- */

static pid_t running; /* protected by being 0 or a child that is not yet waited for */

static uint32_t watching;

/* Ends a child that has put itself to sleep. */
static void *watch(void *unused)
{
    pid_t last = 0;

    (void)unused;
    (void)kill(getpid(), 0); /* what this thread needs to talk to procmgr is there from now on */
    native_set(&watching, 1);
    for (;;) {
        const pid_t now = __atomic_load_n(&running, __ATOMIC_SEQ_CST);

        if (now != 0 && now == last) {
            kill(now, SIGKILL);
        }
        last = now;
        nanosleep(&(struct timespec){PATIENCE_S, 0}, NULL);
    }
    return NULL;
}

static void run_child(uint64_t seed)
{
    char text[32];
    char *argv[] = {check_program, "--child", text, NULL};
    pid_t pid;
    int status;

    snprintf(text, sizeof(text), "%llu", (unsigned long long)seed);
    CHECK_EQ(posix_spawn(&pid, check_program, NULL, NULL, argv, environ), 0);
    __atomic_store_n(&running, pid, __ATOMIC_SEQ_CST);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    __atomic_store_n(&running, 0, __ATOMIC_SEQ_CST);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 0) : otherwise;
}

TEST(random_calls_do_no_harm)
{
    const uint64_t calls = setting("FUZZ_CALLS", CALLS), first_seed = setting("FUZZ_SEED", 1);
    struct system_info before, after;
    pthread_t watcher;

    CHECK_EQ(pthread_create(&watcher, NULL, watch, NULL), 0);
    CHECK(native_wait_word(&watching, 1));
    run_child(99); /* what servers and allocators keep is there from now on */
    CHECK_EQ(chcore_system_info(&before), 0);
    for (uint64_t n = 0; n * BATCH < calls; n++) {
        run_child((first_seed + n) * 0x9e3779b97f4a7c15u | 1);
    }
    (void)native_objects(before.objects);
    CHECK_EQ(chcore_system_info(&after), 0);
    printf("# %llu calls, objects %llu -> %llu, free pages %llu -> %llu\n",
           (unsigned long long)calls, (unsigned long long)before.objects,
           (unsigned long long)after.objects, (unsigned long long)before.pages_free,
           (unsigned long long)after.pages_free);
    CHECK(after.objects <= before.objects);
    CHECK(after.pages_free + 256 > before.pages_free);
    const int fd = open("here", O_WRONLY | O_CREAT, 0644); /* the servers serve */
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, "x", 1), 1);
    CHECK_EQ(close(fd), 0);
}
