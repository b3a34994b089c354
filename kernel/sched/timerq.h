/* SPDX-License-Identifier: MIT */
/* Deadlines of waiters: one tree a CPU, ordered by deadline. */
#pragma once

#include <object/waitq.h>

void timerq_init(void);
/* Arm the waiter's timer on this CPU. The waiter is not yet WAITING. */
void timerq_add(struct waiter *waiter, u64 deadline);
/* Any CPU. After it returns, no time-out of this wait will claim the waiter. */
void timerq_cancel(struct waiter *waiter);
/* The earliest deadline on this CPU, TIMER_NEVER without one. */
u64 timerq_first(void);
/* End the waits whose deadline has passed with -ETIMEDOUT; at most 64 a turn, true when more
 * remain. */
bool timerq_expire(u64 now);
