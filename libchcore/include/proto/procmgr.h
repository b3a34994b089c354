/* SPDX-License-Identifier: MIT */
/*
 * The process manager's protocol. Who asks is known from the principal that the kernel passes with
 * each call (pid in the high half, credential generation in the low half): no method takes the
 * caller's pid. "Own" below means the calling process.
 *
 * The token start_info.self names the own process: procmgr sets TOKEN_READABLE on it when a child's
 * state changes. PROC_WAIT clears the bit, looks, and answers -EAGAIN when there is nothing yet.
 */
#pragma once

#include <proto/message.h>
#include <uapi/task.h>

/* Pids of the servers that procmgr starts; init is the first that is spawned. */
enum proc_fixed_pid {
    PID_PROCMGR = 0,
    PID_INIT = 1,
    PID_FSM = 2,
    PID_FIRST_SERVER = 3,
    PID_FIRST_USER = 16,
};

static inline uint32_t principal_pid(uint64_t principal)
{
    return principal >> 32;
}

#define PROC_NAME_MAX    32u              /* of a service */
#define PROC_BLOCK_MAX   (128ul * 1024ul) /* bytes of a spawn block: arguments and environment */
#define PROC_MAX_ACTIONS 256u

/* X(number, name, arguments, buffer, capabilities, errors, idempotent) */
#define PROC_METHODS(X)                                                                            \
    X(0x401, PROC_SPAWN,                                                                           \
      "w1 bytes of the spawn block, w2 capabilities given: enum spawn_given -> w0 pid",            \
      "spawn block, unless it is in a pmo",                                                        \
      "in: cap 0 executable's token, then as w2 says: working directory, root directory, pmo "     \
      "(anonymous) with the block",                                                                \
      "ENOENT ENOEXEC EACCES E2BIG ENOMEM EAGAIN EINVAL EBADF ETIMEDOUT", 0)                       \
    X(0x402, PROC_WAIT,                                                                            \
      "w1 pid: > 0 that child, -1 any, 0 own group, < -1 group; w2 WNOHANG (1) or 0 -> "           \
      "w0 pid, or 0 with WNOHANG; w1 status as wait(2) has it, w2 ticks of CPU; -EAGAIN: wait "    \
      "for TOKEN_READABLE on self",                                                                \
      "none", "", "ECHILD EAGAIN EINVAL", 0)                                                       \
    X(0x403, PROC_KILL, "w1 pid: > 0 process, 0 own group, < -1 group; w2 signal (0: only look)",  \
      "none", "", "ESRCH EPERM EINVAL", 0)                                                         \
    X(0x404, PROC_IDS,                                                                             \
      "w1 pid or 0 for own -> w0 pid, w1 parent, w2 group, w3 session, w4 uid | gid << 32, "       \
      "w5 euid | egid << 32, w6 umask",                                                            \
      "none", "", "ESRCH", 1)                                                                      \
    X(0x405, PROC_SET_GROUP, "w1 pid or 0, w2 group or 0 for the same as pid", "none", "",         \
      "ESRCH EPERM EINVAL", 1)                                                                     \
    X(0x406, PROC_SET_SESSION, "-> w0 new session", "none", "", "EPERM", 0)                        \
    X(0x407, PROC_SET_IDS, "w1 uid, w2 gid, w3 euid, w4 egid (UINT32_MAX: keep)", "none", "",      \
      "EPERM", 1)                                                                                  \
    X(0x408, PROC_SET_UMASK, "w1 mask -> w0 the old one", "none", "", "", 0)                       \
    X(0x409, PROC_SIGNALS,                                                                         \
      "w1 mask of ignored signals, w2 mask of handled ones (bit n-1 for signal n): a handled one " \
      "is "                                                                                        \
      "posted as upcall bit n-1 to the main thread",                                               \
      "none", "", "EINVAL", 1)                                                                     \
    X(0x40a, PROC_LIST, "w1 lowest pid -> w0 records", "-> struct proc_info", "", "EINVAL", 1)     \
    X(0x40b, PROC_CAPS, "w1 pid, w2 cursor: lowest slot -> w0 records", "-> struct cap_info", "",  \
      "ESRCH EINVAL", 1)                                                                           \
    X(0x40c, PROC_REGIONS, "w1 pid, w2 cursor: lowest address -> w0 records",                      \
      "-> struct region_info", "", "ESRCH EINVAL", 1)                                              \
    X(0x40d, PROC_THREADS, "w1 pid, w2 cursor -> w0 records", "-> struct thread_info", "",         \
      "ESRCH EINVAL", 1)                                                                           \
    X(0x40e, PROC_SYSTEM, "", "-> struct system_info", "", "EINVAL", 1)                            \
    X(0x40f, PROC_LOG, "w1 bytes at most, w2 position -> w0 bytes, w1 next position",              \
      "-> text of the kernel's log", "", "EINVAL", 1)                                              \
    X(0x410, PROC_POWER, "w1 enum proc_power, w2 status for the emulator", "none", "",             \
      "EPERM EINVAL", 0)                                                                           \
    X(0x411, PROC_REGISTER, "w1 length of the name", "name", "in: cap 0 the service's token",      \
      "EEXIST EPERM EINVAL ENOMEM", 0)                                                             \
    X(0x412, PROC_LOOKUP, "w1 length of the name", "name", "out: cap 0 the service's token",       \
      "ENOENT EINVAL", 1)

enum proc_method {
#define X(nr, name, args, buffer, caps, errors, idem) name = (nr),
    PROC_METHODS(X)
#undef X
};

enum proc_power { PROC_POWER_OFF = 1, PROC_REBOOT = 2 };

/*
 * The spawn block: this head, then `actions` records of struct spawn_action, then NUL-terminated
 * strings: the program's path (AT_EXECFN, and the name in ps), argc arguments, envc environment
 * entries.
 */
struct spawn_head {
    uint32_t version; /* SPAWN_VERSION */
    uint32_t flags;   /* enum spawn_flag */
    uint32_t argc;
    uint32_t envc;
    uint32_t actions;
    int32_t group;    /* with SPAWN_SET_GROUP: process group, 0 for one of its own */
    uint64_t ignored; /* signals that the child ignores, bit n-1 for signal n */
};
_Static_assert(sizeof(struct spawn_head) == 32, "ABI");
#define SPAWN_VERSION 1u

enum spawn_flag {
    SPAWN_SET_GROUP = 1,
    SPAWN_NEW_SESSION = 2,
    SPAWN_NO_INHERIT = 4, /* no descriptors but those of the actions */
};
enum spawn_given {
    SPAWN_CWD = 1,  /* else the working directory is the root directory */
    SPAWN_ROOT = 2, /* else the root directory of the system */
    SPAWN_BLOCK = 4,
};

/*
 * The child begins with the caller's descriptors that are not close-on-exec; then the actions are
 * done in order, in the child's numbers. open is done by the caller before, as SPAWN_DUP of the
 * result.
 */
enum spawn_action_kind {
    SPAWN_CLOSE = 1,  /* close `to` */
    SPAWN_DUP = 2,    /* dup2(from, to); from == to clears close-on-exec */
    SPAWN_PARENT = 3, /* the caller's descriptor `from` (close-on-exec or not) becomes `to` */
};
struct spawn_action {
    uint32_t kind;
    uint32_t from;
    uint32_t to;
    uint32_t reserved;
};
_Static_assert(sizeof(struct spawn_action) == 16, "ABI");

enum proc_state { PROC_RUNNING = 'R', PROC_SLEEPING = 'S', PROC_STOPPED = 'T', PROC_ZOMBIE = 'Z' };

struct proc_info {
    uint32_t pid, parent, group, session;
    uint32_t uid, gid;
    uint32_t state;
    uint32_t threads;
    uint64_t cpu_ticks;
    uint64_t pages;
    uint64_t objects;
    uint64_t start_ticks;
    char name[TASK_NAME_MAX];
};
_Static_assert(sizeof(struct proc_info) == 96, "ABI");

/* How a process ends: exit(code) is cap_group_kill(CAP_SELF, PROC_EXIT_STATUS(code)). */
#define PROC_EXIT_STATUS(code) (((code)&0xff) << 8)
