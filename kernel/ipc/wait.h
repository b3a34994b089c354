/* SPDX-License-Identifier: MIT */
/* Waiting for bits of notifications, tokens and irqs; binding them to notifications. */
#pragma once

#include <task/thread.h>

/* Bits of `mask` that are set, now or when they come; -ETIMEDOUT, -EINTR, -SWITCHED, look-up
 * errors. */
s64 ipc_wait(struct thread *thread, cap_t handle, u64 mask, u64 deadline);

/* uapi/ipc.h, struct wait_item: n <= WAIT_MAX items at user address `items`. */
s64 ipc_wait_any(struct thread *thread, vaddr_t items, u64 n, u64 deadline);

/* When bits of `mask` appear on the object, `bits` are signalled to the notification; at once if
 * they are set now. mask 0 removes the binding of that object to that notification. -ENOMEM,
 * -EEXIST. */
s64 ipc_bind(struct thread *thread, cap_t object, u64 mask, cap_t notification, u64 bits);
