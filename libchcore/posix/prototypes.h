/* SPDX-License-Identifier: MIT */
/* The functions behind the rows of table.h. They return a result >= 0, or -errno. */
#pragma once

#include "linux.h"
#include <stddef.h>

long px_mknodat(int dirfd, const char *path, uint32_t mode);
long px_mkdirat(int dirfd, const char *path, uint32_t mode);
long px_unlinkat(int dirfd, const char *path, uint32_t flags);
long px_symlinkat(const char *target, int dirfd, const char *path);
long px_linkat(int dirfd, const char *path, int new_dirfd, const char *new_path, uint32_t flags);
long px_renameat(int dirfd, const char *path, int new_dirfd, const char *new_path);
long px_renameat2(int dirfd, const char *path, int new_dirfd, const char *new_path, uint32_t flags);
long px_statfs(const char *path, struct lx_statfs *out);
long px_truncate(const char *path, long size);
long px_faccessat(int dirfd, const char *path, uint32_t wanted);
long px_faccessat2(int dirfd, const char *path, uint32_t wanted, uint32_t flags);
long px_fchmodat(int dirfd, const char *path, uint32_t mode);
long px_fchmodat2(int dirfd, const char *path, uint32_t mode, uint32_t flags);
long px_fchownat(int dirfd, const char *path, uint32_t uid, uint32_t gid, uint32_t flags);
long px_openat(int dirfd, const char *path, uint32_t flags, uint32_t mode);
long px_readlinkat(int dirfd, const char *path, char *buf, size_t size);
long px_newfstatat(int dirfd, const char *path, struct lx_stat *out, uint32_t flags);
long px_utimensat(int dirfd, const char *path, const struct lx_timespec *times, uint32_t flags);

long px_getcwd(char *buf, size_t size);
long px_chdir(const char *path);
long px_fchdir(int fd);
long px_getdents64(int fd, char *buf, size_t size);

long px_dup(int fd);
long px_dup3(int fd, int new_fd, uint32_t flags);
long px_fcntl(int fd, int command, long argument);
long px_fstatfs(int fd, struct lx_statfs *out);
long px_ftruncate(int fd, long size);
long px_fchmod(int fd, uint32_t mode);
long px_fchown(int fd, uint32_t uid, uint32_t gid);
long px_close(int fd);
long px_lseek(int fd, long offset, uint32_t whence);
long px_fstat(int fd, struct lx_stat *out);
long px_fsync(int fd);
long px_fdatasync(int fd);

long px_read(int fd, char *buf, size_t n);
long px_write(int fd, char *buf, size_t n);
long px_readv(int fd, const struct lx_iovec *iov, size_t count);
long px_writev(int fd, const struct lx_iovec *iov, size_t count);
long px_pread64(int fd, char *buf, size_t n, long offset);
long px_pwrite64(int fd, char *buf, size_t n, long offset);
long px_preadv(int fd, const struct lx_iovec *iov, size_t count, long offset);
long px_pwritev(int fd, const struct lx_iovec *iov, size_t count, long offset);

long px_pipe2(int fds[2], uint32_t flags);

long px_ioctl(int fd, uint32_t number, long argument);

long px_pselect6(int n, uint64_t *readable, uint64_t *writable, uint64_t *except,
                 const struct lx_timespec *timeout, const uint64_t *mask);
long px_ppoll(struct lx_pollfd *fds, size_t n, const struct lx_timespec *timeout,
              const uint64_t *mask);

long px_brk(uint64_t address);
long px_munmap(uint64_t address, size_t length);
long px_mremap(uint64_t address, size_t old_length, size_t length, uint32_t flags);
long px_mmap(uint64_t address, size_t length, uint32_t prot, uint32_t flags, int fd, long offset);
long px_mprotect(uint64_t address, size_t length, uint32_t prot);
long px_madvise(uint64_t address, size_t length, int advice);

_Noreturn long px_exit_group(int code);
long px_kill(int pid, int sig);
long px_setpgid(int pid, int group);
long px_getpgid(int pid);
long px_getsid(int pid);
long px_setsid(void);
long px_getpid(void);
long px_getppid(void);
long px_wait4(int pid, int *status, uint32_t options, struct lx_rusage *usage);

long px_setregid(uint32_t real, uint32_t effective);
long px_setgid(uint32_t gid);
long px_setreuid(uint32_t real, uint32_t effective);
long px_setuid(uint32_t uid);
long px_getresuid(uint32_t *real, uint32_t *effective, uint32_t *saved);
long px_getresgid(uint32_t *real, uint32_t *effective, uint32_t *saved);
long px_getgroups(int size);
long px_umask(uint32_t mask);
long px_getuid(void);
long px_geteuid(void);
long px_getgid(void);
long px_getegid(void);

_Noreturn long px_exit(int code);
long px_set_tid_address(uint32_t *address);
long px_sched_yield(void);
long px_gettid(void);

long px_futex(uint32_t *word, uint32_t op, uint32_t value, uint64_t timeout_or_count,
              uint32_t *word2, uint32_t value3);

long px_tkill(int tid, int sig);
long px_tgkill(int pid, int tid, int sig);
long px_rt_sigsuspend(const uint64_t *mask);
long px_rt_sigaction(int sig, const struct lx_sigaction *action, struct lx_sigaction *old);
long px_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old);
long px_rt_sigpending(uint64_t *set);

long px_nanosleep(const struct lx_timespec *time, struct lx_timespec *left);
long px_clock_gettime(int clock, struct lx_timespec *out);
long px_clock_getres(int clock, struct lx_timespec *out);
long px_clock_nanosleep(int clock, uint32_t flags, const struct lx_timespec *time,
                        struct lx_timespec *left);
long px_times(struct lx_tms *out);
long px_getrusage(int who, struct lx_rusage *out);
long px_gettimeofday(struct lx_timeval *out);

long px_sched_getaffinity(int tid, size_t size, uint8_t *mask);
long px_uname(struct lx_utsname *out);
long px_sysinfo(struct lx_sysinfo *out);
long px_prlimit64(int pid, uint32_t what, const struct lx_rlimit *limit, struct lx_rlimit *old);
long px_getrandom(char *buf, size_t n, uint32_t flags);
