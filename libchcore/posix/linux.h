/* SPDX-License-Identifier: MIT */
/*
 * The part of the Linux ABI for AArch64 that libc and we share: structures and values, each named
 * after the ABI's own with LX_ before it. The rest (open flags, modes, dirents, terminals) is in
 * proto/file.h and proto/tty.h with the same values.
 */
#pragma once

#include <stdint.h>

struct lx_timespec {
    int64_t sec;
    int64_t nsec;
};

struct lx_timeval {
    int64_t sec;
    int64_t usec;
};

struct lx_iovec {
    char *base;
    uint64_t len;
};

struct lx_stat {
    uint64_t dev, ino;
    uint32_t mode, nlink, uid, gid;
    uint64_t rdev, pad0;
    int64_t size;
    int32_t blksize, pad1;
    int64_t blocks;
    struct lx_timespec atime, mtime, ctime;
    uint32_t unused[2];
};
_Static_assert(sizeof(struct lx_stat) == 128, "ABI");

struct lx_statfs {
    uint64_t type, bsize, blocks, bfree, bavail, files, ffree;
    int32_t fsid[2];
    uint64_t namelen, frsize, flags, spare[4];
};
_Static_assert(sizeof(struct lx_statfs) == 120, "ABI");

struct lx_utsname {
    char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

struct lx_sysinfo {
    uint64_t uptime, loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    uint16_t procs, pad;
    uint64_t totalhigh, freehigh;
    uint32_t mem_unit;
};
_Static_assert(sizeof(struct lx_sysinfo) == 112, "ABI");

struct lx_rlimit {
    uint64_t cur, max;
};

struct lx_rusage {
    struct lx_timeval utime, stime;
    int64_t counters[14];
};
_Static_assert(sizeof(struct lx_rusage) == 144, "ABI");

struct lx_tms {
    int64_t utime, stime, cutime, cstime;
};

struct lx_sigaction {
    uint64_t handler; /* LX_SIG_DFL, LX_SIG_IGN or an address */
    uint64_t flags;
    uint64_t restorer;
    uint64_t mask;
};

struct lx_siginfo {
    int32_t signo, error, code, pad;
    uint64_t fields[14];
};
_Static_assert(sizeof(struct lx_siginfo) == 128, "ABI");

struct lx_ucontext {
    uint64_t flags;
    uint64_t link;
    uint64_t stack_sp;
    int32_t stack_flags, pad;
    uint64_t stack_size;
    uint64_t sigmask[16];
    struct {
        uint64_t fault_address, regs[31], sp, pc, pstate;
        uint8_t extension[4096] __attribute__((aligned(16)));
    } mcontext __attribute__((aligned(16)));
};
_Static_assert(__builtin_offsetof(struct lx_ucontext, mcontext) == 176, "ABI");

struct lx_pollfd {
    int32_t fd;
    int16_t events;
    int16_t revents;
};

enum lx_limits {
    LX_IOV_MAX = 1024,
    LX_SIGNALS = 64, /* numbers 1 to 64 */
    LX_POLL_MAX = 1024,
};

enum lx_at {
    LX_AT_FDCWD = -100,
    LX_AT_SYMLINK_NOFOLLOW = 0x100,
    LX_AT_EACCESS = 0x200, /* faccessat2; the same bit removes directories in unlinkat */
    LX_AT_REMOVEDIR = 0x200,
    LX_AT_SYMLINK_FOLLOW = 0x400,
    LX_AT_EMPTY_PATH = 0x1000,
};

enum lx_open {
    LX_O_ASYNC = 020000,
    LX_O_DIRECT = 0200000,
    LX_O_NOATIME = 01000000,
    LX_O_TMPFILE = 020000000,
};

enum lx_fcntl {
    LX_F_DUPFD = 0,
    LX_F_GETFD = 1,
    LX_F_SETFD = 2,
    LX_F_GETFL = 3,
    LX_F_SETFL = 4,
    LX_F_DUPFD_CLOEXEC = 1030,
    LX_FD_CLOEXEC = 1,
};

enum lx_mmap {
    LX_PROT_READ = 1,
    LX_PROT_WRITE = 2,
    LX_PROT_EXEC = 4,
    LX_MAP_SHARED = 1,
    LX_MAP_PRIVATE = 2,
    LX_MAP_SHARED_VALIDATE = 3,
    LX_MAP_TYPE = 0xf,
    LX_MAP_FIXED = 0x10,
    LX_MAP_ANONYMOUS = 0x20,
    LX_MAP_GROWSDOWN = 0x100,
    LX_MAP_POPULATE = 0x8000,
    LX_MAP_FIXED_NOREPLACE = 0x100000,
    LX_MREMAP_MAYMOVE = 1,
    LX_MADV_NORMAL = 0,
    LX_MADV_RANDOM = 1,
    LX_MADV_SEQUENTIAL = 2,
    LX_MADV_WILLNEED = 3,
    LX_MADV_DONTNEED = 4,
};

enum lx_clone {
    LX_CLONE_VM = 0x100,
    LX_CLONE_THREAD = 0x10000,
    LX_CLONE_SETTLS = 0x80000,
    LX_CLONE_PARENT_SETTID = 0x100000,
    LX_CLONE_CHILD_CLEARTID = 0x200000,
};

enum lx_futex {
    LX_FUTEX_WAIT = 0,
    LX_FUTEX_WAKE = 1,
    LX_FUTEX_REQUEUE = 3,
    LX_FUTEX_CMP_REQUEUE = 4,
    LX_FUTEX_WAIT_BITSET = 9,
    LX_FUTEX_WAKE_BITSET = 10,
    LX_FUTEX_PRIVATE = 128,
    LX_FUTEX_CLOCK_REALTIME = 256,
};

enum lx_clock {
    LX_CLOCK_REALTIME = 0,
    LX_CLOCK_MONOTONIC = 1,
    LX_CLOCK_PROCESS_CPUTIME = 2,
    LX_CLOCK_THREAD_CPUTIME = 3,
    LX_CLOCK_MONOTONIC_RAW = 4,
    LX_CLOCK_REALTIME_COARSE = 5,
    LX_CLOCK_MONOTONIC_COARSE = 6,
    LX_CLOCK_BOOTTIME = 7,
    LX_TIMER_ABSTIME = 1,
};

enum lx_wait {
    LX_WNOHANG = 1,
    LX_WUNTRACED = 2,
    LX_WCONTINUED = 8,
};

enum lx_signal {
    LX_SIG_DFL = 0,
    LX_SIG_IGN = 1,
    LX_SIGKILL = 9,
    LX_SIGPIPE = 13,
    LX_SIGCHLD = 17,
    LX_SIGCONT = 18,
    LX_SIGSTOP = 19,
    LX_SIGURG = 23,
    LX_SIGWINCH = 28,
    LX_SIGCANCEL = 33, /* libc's own, for pthread_cancel */
    LX_SIG_BLOCK = 0,
    LX_SIG_UNBLOCK = 1,
    LX_SIG_SETMASK = 2,
    LX_SI_TKILL = -6,
};
#define LX_SA_SIGINFO   4ul
#define LX_SA_RESTART   0x10000000ul
#define LX_SA_NODEFER   0x40000000ul
#define LX_SA_RESETHAND 0x80000000ul

enum lx_rlimit_name { LX_RLIMIT_STACK = 3, LX_RLIMIT_NOFILE = 7, LX_RLIMIT_COUNT = 16 };
#define LX_RLIM_INFINITY UINT64_MAX

#define LX_UTIME_NOW  0x3fffffff
#define LX_UTIME_OMIT 0x3ffffffe
