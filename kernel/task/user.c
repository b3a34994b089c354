/* SPDX-License-Identifier: MIT */
/* User memory; see user.h. */
#include <arch/regs.h>
#include <arch/uaccess.h>
#include <lib/errno.h>
#include <task/user.h>
#include <uapi/vm.h>
#include <vm/fault.h>

enum {
    COPY_TRIES = 8
}; /* two pages each way, and some for pages that other threads unmap meanwhile */

static s64 fault(struct thread *thread, vaddr_t at, unsigned access)
{
    struct vm_fault_result result;
    int status = vm_fault(thread->vmspace, at, access, &result);

    return status > 0 ? thread_need(thread, status, &result.need) : status;
}

/* A copy has failed: make its page present. 0: try again. */
static s64 resolve(struct thread *thread, unsigned access)
{
    return fault(thread, uaccess_fault()->addr, access);
}

s64 user_fault_in(struct thread *thread, vaddr_t at)
{
    return fault(thread, at, VM_WRITE);
}

static bool in_user_range(vaddr_t at, size_t n)
{
    return n <= USER_LIMIT && at <= USER_LIMIT - n;
}

s64 user_copy_in(struct thread *thread, void *dst, vaddr_t src, size_t n)
{
    if (!in_user_range(src, n)) {
        return -EFAULT;
    }
    for (unsigned i = 0; i < COPY_TRIES; i++) {
        s64 err;

        if (copy_from_user(dst, (const void __user *)src, n) == 0) {
            return 0;
        }
        err = resolve(thread, VM_READ);
        if (err != 0) {
            return err;
        }
    }
    return -RESTART;
}

s64 user_copy_out(struct thread *thread, vaddr_t dst, const void *src, size_t n)
{
    if (!in_user_range(dst, n)) {
        return -EFAULT;
    }
    for (unsigned i = 0; i < COPY_TRIES; i++) {
        s64 err;

        if (copy_to_user((void __user *)dst, src, n) == 0) {
            return 0;
        }
        err = resolve(thread, VM_WRITE);
        if (err != 0) {
            return err;
        }
    }
    return -RESTART;
}

s64 thread_need(struct thread *thread, int status, struct vm_need *need)
{
    s64 ret;

    if (status == VM_AGAIN) {
        return -RESTART;
    }
    if (status == VM_FAULT_PAGER) {
        ret = thread_chain_ops()->page_in(thread, need);
        vm_need_put(need);
        return ret;
    }
    spin_lock(&need->event->queue.lock);
    if (need->event->sequence != need->sequence) {
        ret = -RESTART;
    } else {
        ret = thread->in_syscall ? thread_wait_check(thread, DEADLINE_NONE) : 0;
        if (ret == 0) {
            thread_wait_begin(thread, WAIT_RESTART, DEADLINE_NONE);
            object_get(need->object);
            thread_wait_on(thread, &need->event->queue, need->object, 1);
            ret = -SWITCHED;
        }
    }
    spin_unlock(&need->event->queue.lock);
    vm_need_put(need);
    return ret;
}
