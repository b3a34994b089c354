/* SPDX-License-Identifier: MIT */
/* The life of a process: its threads in its cap_group, its end, its upcalls. */
#pragma once

#include <task/thread.h>

/* Enter a new thread; -EBADF when the group is ending. */
int __must_check process_add_thread(struct cap_group *group, struct thread *thread);

/* A thread has stopped for ever (state becomes DEAD): the last one begins the group's teardown. */
void process_thread_ended(struct thread *thread);

/* What the group's status is to be if no thread says something else after this one. */
void process_exit_status(struct cap_group *group, s64 status);

/* End the group with `status`. At most REAP_BUDGET threads are told a turn; those that end tell
 * more. */
void process_kill(struct cap_group *group, s64 status);

/* The current thread's process dies of a fault, of which the group keeps where and why; never
 * returns. */
__noreturn void process_fault(struct thread *thread, s64 status, u64 esr, u64 address);

/* Enter the group's upcall handler, if an unmasked upcall is pending: saves the frame on its stack.
 */
void process_deliver_upcall(struct thread *thread);
