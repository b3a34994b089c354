/* SPDX-License-Identifier: MIT */
/*
 * The only way to user memory: copies by unprivileged loads and stores (ldtr, sttr), so that the
 * CPU checks the user's rights, with a table of fix-ups for those that fault. They do not map
 * anything in: on -EFAULT the caller decides whether to resolve the fault (uaccess_fault()) and
 * call again. Copy once, then check the copy. The range must lie below USER_TOP, else -EFAULT.
 */
#pragma once

#include <lib/errno.h>
#include <lib/types.h>

/* 0 or -EFAULT; after -EFAULT part of the destination may have been written. */
int __must_check copy_from_user(void *dst, const void __user *src, size_t n);
int __must_check copy_to_user(void __user *dst, const void *src, size_t n);
int __must_check zero_user(void __user *dst, size_t n);

/* One aligned word; -EFAULT also when the address is not aligned. */
int __must_check get_user64(u64 *value, const u64 __user *src);
int __must_check put_user64(u64 __user *dst, u64 value);
int __must_check get_user32(u32 *value, const u32 __user *src);
int __must_check put_user32(u32 __user *dst, u32 value);

/* What made the last copy on this CPU fail: its address, and whether it was a write. */
struct uaccess_fault {
    vaddr_t addr;
    u64 esr;
};
const struct uaccess_fault *uaccess_fault(void);

/* For trap_el1(): if pc is an instruction of these, remember the fault and return where to go on,
 * else 0. */
u64 uaccess_fixup(u64 pc, u64 esr, vaddr_t far);
