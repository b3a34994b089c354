/* SPDX-License-Identifier: MIT */
/*
 * The door's rows: Linux number for AArch64, name, and the call with its arguments typed. What has
 * no row is -ENOSYS. This is the list of what POSIX programs can use.
 */
#pragma once

#define POSIX_TABLE(X)                                                                             \
    /* path.c */                                                                                   \
    X(33, mknodat, (int)a0, (const char *)a1, (uint32_t)a2)                                        \
    X(34, mkdirat, (int)a0, (const char *)a1, (uint32_t)a2)                                        \
    X(35, unlinkat, (int)a0, (const char *)a1, (uint32_t)a2)                                       \
    X(36, symlinkat, (const char *)a0, (int)a1, (const char *)a2)                                  \
    X(37, linkat, (int)a0, (const char *)a1, (int)a2, (const char *)a3, (uint32_t)a4)              \
    X(38, renameat, (int)a0, (const char *)a1, (int)a2, (const char *)a3)                          \
    X(43, statfs, (const char *)a0, (struct lx_statfs *)a1)                                        \
    X(45, truncate, (const char *)a0, a1)                                                          \
    X(48, faccessat, (int)a0, (const char *)a1, (uint32_t)a2)                                      \
    X(53, fchmodat, (int)a0, (const char *)a1, (uint32_t)a2)                                       \
    X(54, fchownat, (int)a0, (const char *)a1, (uint32_t)a2, (uint32_t)a3, (uint32_t)a4)           \
    X(56, openat, (int)a0, (const char *)a1, (uint32_t)a2, (uint32_t)a3)                           \
    X(78, readlinkat, (int)a0, (const char *)a1, (char *)a2, (size_t)a3)                           \
    X(79, newfstatat, (int)a0, (const char *)a1, (struct lx_stat *)a2, (uint32_t)a3)               \
    X(88, utimensat, (int)a0, (const char *)a1, (const struct lx_timespec *)a2, (uint32_t)a3)      \
    X(276, renameat2, (int)a0, (const char *)a1, (int)a2, (const char *)a3, (uint32_t)a4)          \
    X(439, faccessat2, (int)a0, (const char *)a1, (uint32_t)a2, (uint32_t)a3)                      \
    X(452, fchmodat2, (int)a0, (const char *)a1, (uint32_t)a2, (uint32_t)a3)                       \
    /* dir.c */                                                                                    \
    X(17, getcwd, (char *)a0, (size_t)a1)                                                          \
    X(49, chdir, (const char *)a0)                                                                 \
    X(50, fchdir, (int)a0)                                                                         \
    X(61, getdents64, (int)a0, (char *)a1, (size_t)a2)                                             \
    /* file.c */                                                                                   \
    X(23, dup, (int)a0)                                                                            \
    X(24, dup3, (int)a0, (int)a1, (uint32_t)a2)                                                    \
    X(25, fcntl, (int)a0, (int)a1, a2)                                                             \
    X(44, fstatfs, (int)a0, (struct lx_statfs *)a1)                                                \
    X(46, ftruncate, (int)a0, a1)                                                                  \
    X(52, fchmod, (int)a0, (uint32_t)a1)                                                           \
    X(55, fchown, (int)a0, (uint32_t)a1, (uint32_t)a2)                                             \
    X(57, close, (int)a0)                                                                          \
    X(62, lseek, (int)a0, a1, (uint32_t)a2)                                                        \
    X(80, fstat, (int)a0, (struct lx_stat *)a1)                                                    \
    X(82, fsync, (int)a0)                                                                          \
    X(83, fdatasync, (int)a0)                                                                      \
    /* pipe.c */                                                                                   \
    X(59, pipe2, (int *)a0, (uint32_t)a1)                                                          \
    /* io.c */                                                                                     \
    X(63, read, (int)a0, (char *)a1, (size_t)a2)                                                   \
    X(64, write, (int)a0, (char *)a1, (size_t)a2)                                                  \
    X(65, readv, (int)a0, (const struct lx_iovec *)a1, (size_t)a2)                                 \
    X(66, writev, (int)a0, (const struct lx_iovec *)a1, (size_t)a2)                                \
    X(67, pread64, (int)a0, (char *)a1, (size_t)a2, a3)                                            \
    X(68, pwrite64, (int)a0, (char *)a1, (size_t)a2, a3)                                           \
    X(69, preadv, (int)a0, (const struct lx_iovec *)a1, (size_t)a2, a3)                            \
    X(70, pwritev, (int)a0, (const struct lx_iovec *)a1, (size_t)a2, a3)                           \
    /* tty.c */                                                                                    \
    X(29, ioctl, (int)a0, (uint32_t)a1, a2)                                                        \
    /* poll.c */                                                                                   \
    X(72, pselect6, (int)a0, (uint64_t *)a1, (uint64_t *)a2, (uint64_t *)a3,                       \
      (const struct lx_timespec *)a4, (const uint64_t *)a5)                                        \
    X(73, ppoll, (struct lx_pollfd *)a0, (size_t)a1, (const struct lx_timespec *)a2,               \
      (const uint64_t *)a3)                                                                        \
    /* mem.c */                                                                                    \
    X(214, brk, (uint64_t)a0)                                                                      \
    X(215, munmap, (uint64_t)a0, (size_t)a1)                                                       \
    X(216, mremap, (uint64_t)a0, (size_t)a1, (size_t)a2, (uint32_t)a3)                             \
    X(222, mmap, (uint64_t)a0, (size_t)a1, (uint32_t)a2, (uint32_t)a3, (int)a4, a5)                \
    X(226, mprotect, (uint64_t)a0, (size_t)a1, (uint32_t)a2)                                       \
    X(233, madvise, (uint64_t)a0, (size_t)a1, (int)a2)                                             \
    /* proc.c */                                                                                   \
    X(94, exit_group, (int)a0)                                                                     \
    X(129, kill, (int)a0, (int)a1)                                                                 \
    X(154, setpgid, (int)a0, (int)a1)                                                              \
    X(155, getpgid, (int)a0)                                                                       \
    X(156, getsid, (int)a0)                                                                        \
    X(157, setsid)                                                                                 \
    X(172, getpid)                                                                                 \
    X(173, getppid)                                                                                \
    X(260, wait4, (int)a0, (int *)a1, (uint32_t)a2, (struct lx_rusage *)a3)                        \
    /* ids.c */                                                                                    \
    X(143, setregid, (uint32_t)a0, (uint32_t)a1)                                                   \
    X(144, setgid, (uint32_t)a0)                                                                   \
    X(145, setreuid, (uint32_t)a0, (uint32_t)a1)                                                   \
    X(146, setuid, (uint32_t)a0)                                                                   \
    X(148, getresuid, (uint32_t *)a0, (uint32_t *)a1, (uint32_t *)a2)                              \
    X(150, getresgid, (uint32_t *)a0, (uint32_t *)a1, (uint32_t *)a2)                              \
    X(158, getgroups, (int)a0)                                                                     \
    X(166, umask, (uint32_t)a0)                                                                    \
    X(174, getuid)                                                                                 \
    X(175, geteuid)                                                                                \
    X(176, getgid)                                                                                 \
    X(177, getegid)                                                                                \
    /* thread.c */                                                                                 \
    X(93, exit, (int)a0)                                                                           \
    X(96, set_tid_address, (uint32_t *)a0)                                                         \
    X(124, sched_yield)                                                                            \
    X(178, gettid)                                                                                 \
    /* futex.c */                                                                                  \
    X(98, futex, (uint32_t *)a0, (uint32_t)a1, (uint32_t)a2, (uint64_t)a3, (uint32_t *)a4,         \
      (uint32_t)a5)                                                                                \
    /* signal.c */                                                                                 \
    X(130, tkill, (int)a0, (int)a1)                                                                \
    X(131, tgkill, (int)a0, (int)a1, (int)a2)                                                      \
    X(133, rt_sigsuspend, (const uint64_t *)a0)                                                    \
    X(134, rt_sigaction, (int)a0, (const struct lx_sigaction *)a1, (struct lx_sigaction *)a2)      \
    X(135, rt_sigprocmask, (int)a0, (const uint64_t *)a1, (uint64_t *)a2)                          \
    X(136, rt_sigpending, (uint64_t *)a0)                                                          \
    /* time.c */                                                                                   \
    X(101, nanosleep, (const struct lx_timespec *)a0, (struct lx_timespec *)a1)                    \
    X(113, clock_gettime, (int)a0, (struct lx_timespec *)a1)                                       \
    X(114, clock_getres, (int)a0, (struct lx_timespec *)a1)                                        \
    X(115, clock_nanosleep, (int)a0, (uint32_t)a1, (const struct lx_timespec *)a2,                 \
      (struct lx_timespec *)a3)                                                                    \
    X(153, times, (struct lx_tms *)a0)                                                             \
    X(165, getrusage, (int)a0, (struct lx_rusage *)a1)                                             \
    X(169, gettimeofday, (struct lx_timeval *)a0)                                                  \
    /* misc.c */                                                                                   \
    X(123, sched_getaffinity, (int)a0, (size_t)a1, (uint8_t *)a2)                                  \
    X(160, uname, (struct lx_utsname *)a0)                                                         \
    X(179, sysinfo, (struct lx_sysinfo *)a0)                                                       \
    X(261, prlimit64, (int)a0, (uint32_t)a1, (const struct lx_rlimit *)a2, (struct lx_rlimit *)a3) \
    X(278, getrandom, (char *)a0, (size_t)a1, (uint32_t)a2)
