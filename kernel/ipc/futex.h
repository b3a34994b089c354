/* SPDX-License-Identifier: MIT */
/* Futexes: waiting on a 32-bit word of user memory. Key: (vmspace, address), shared: (pmo, offset).
 */
#pragma once

#include <task/thread.h>

enum { FUTEX_TURN = 64 /* threads woken or moved by one call at most */ };

void futex_init(void);
/* 0 when woken, -EAGAIN when *addr != expected, -ETIMEDOUT, -EINTR, -EFAULT, -EINVAL (alignment,
 * flags). */
s64 futex_wait(struct thread *thread, vaddr_t addr, u32 expected, u64 deadline, u64 flags);
/* How many were woken: at most n and FUTEX_TURN. */
s64 futex_wake(struct thread *thread, vaddr_t addr, u64 n, u64 flags);
/* If *addr == expected: wake up to wake_n, move up to move_n more to addr2; how many of both. */
s64 futex_requeue(struct thread *thread, const u64 *arg);
