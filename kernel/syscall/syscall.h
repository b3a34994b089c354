/* SPDX-License-Identifier: MIT */
/*
 * System calls: decode, check, commit. One function a row of uapi/syscall.h; each gets the calling
 * thread and its argument registers and answers a result, -errno, -RESTART or -SWITCHED
 * (task/thread.h). What each takes and gives: docs/abi/.
 */
#pragma once

#include <task/thread.h>
#include <uapi/syscall.h>

typedef s64 (*syscall_fn)(struct thread *thread, const u64 *arg);

#define X(nr, name, argc) s64 sys_##name(struct thread *thread, const u64 *arg);
SYSCALL_TABLE(X)
#undef X

/* The call in the thread's registers: run it, put the answer in. */
void syscall_dispatch(struct thread *thread);
const char *syscall_name(u64 nr);

/* The group that a handle names: CAP_SELF, or a cap_group with those rights. */
s64 __must_check syscall_group(struct thread *thread, cap_t handle, unsigned rights,
                               struct cap_group **out);

/* The vmspace that a handle names: CAP_VMSPACE, or one with those rights. */
s64 __must_check syscall_vmspace(struct thread *thread, cap_t handle, unsigned rights,
                                 struct vmspace **out);

/* Hand a new object to the caller: a slot with `rights`, the creation's reference dropped. ->
 * handle. */
s64 __must_check syscall_give(struct thread *thread, struct object *obj, unsigned rights);

/* Who pays for what the caller makes: its account, or with PMO_CALLER_PAYS in a handler its
 * caller's. */
struct account *syscall_account(struct thread *thread, bool caller_pays);

/* Counters for INFO_SYSTEM, per CPU. */
struct counters {
    u64 syscalls, calls, faults, irqs;
};
extern struct counters counters[CPU_MAX];
