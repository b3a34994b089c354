/* SPDX-License-Identifier: MIT */
/*
 * musl's way into the system: each of its system calls is a call of libchcore's one door, which
 * takes the numbers of Linux on AArch64 and answers with a result or a negative errno.
 */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

/* System V IPC structures have no 64-bit variants here. */
#define IPC_64 0

long chcore_posix(long nr, long a0, long a1, long a2, long a3, long a4, long a5);

static inline long __syscall0(long n)
{
    return chcore_posix(n, 0, 0, 0, 0, 0, 0);
}

static inline long __syscall1(long n, long a)
{
    return chcore_posix(n, a, 0, 0, 0, 0, 0);
}

static inline long __syscall2(long n, long a, long b)
{
    return chcore_posix(n, a, b, 0, 0, 0, 0);
}

static inline long __syscall3(long n, long a, long b, long c)
{
    return chcore_posix(n, a, b, c, 0, 0, 0);
}

static inline long __syscall4(long n, long a, long b, long c, long d)
{
    return chcore_posix(n, a, b, c, d, 0, 0);
}

static inline long __syscall5(long n, long a, long b, long c, long d, long e)
{
    return chcore_posix(n, a, b, c, d, e, 0);
}

static inline long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
    return chcore_posix(n, a, b, c, d, e, f);
}
