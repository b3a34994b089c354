/* SPDX-License-Identifier: MIT */
/*
 * User memory of the current thread, faults included. Any answer but 0 ends the system call:
 * nothing may have been committed before. Sizes: at most two pages.
 */
#pragma once

#include <task/thread.h>
#include <vm/need.h>

/* 0, -EFAULT, -ENOMEM; -RESTART, -SWITCHED: the call is made again. */
s64 __must_check user_copy_in(struct thread *thread, void *dst, vaddr_t src, size_t n);
s64 __must_check user_copy_out(struct thread *thread, vaddr_t dst, const void *src, size_t n);

/* Make the page at `at` present and writable. */
s64 __must_check user_fault_in(struct thread *thread, vaddr_t at);

/* vm/ answered `status` (enum vm_status): wait for what it needs, or ask the pager; the reference
 * in `need` is used up. -RESTART, -SWITCHED, or -errno. After it the svc, or the faulting
 * instruction, runs again. */
s64 __must_check thread_need(struct thread *thread, int status, struct vm_need *need);
