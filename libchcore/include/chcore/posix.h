/* SPDX-License-Identifier: MIT */
/*
 * The POSIX layer's door: what libc calls where it would enter Linux. Numbers, structures, flags
 * and errors are those of Linux for AArch64; -ENOSYS for what is not there. No set-up is needed:
 * the layer finds the process by TPIDRRO_EL0.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

long chcore_posix(long nr, long a0, long a1, long a2, long a3, long a4, long a5);

/* The door's name of a number ("openat"), for traces; NULL for one that is not there. */
const char *chcore_posix_name(long nr);

/*
 * What cannot go through the door, for it starts or ends a stack.
 * clone: a thread that runs fn(arg) on `stack` (16-byte aligned top) and ends with what fn returns;
 * arguments and flags as those of musl's __clone -> tid, or -errno. Flags without CLONE_VM and
 * CLONE_THREAD are -ENOSYS: a new process is made by chcore_spawn.
 * unmap_self: unmap the own stack and end the thread.
 */
long chcore_clone(int (*fn)(void *), void *stack, int flags, void *arg, int *parent_tid, void *tls,
                  int *child_tid);
_Noreturn void chcore_unmap_self(void *base, size_t size);
