/* SPDX-License-Identifier: MIT */
/* System calls on threads, time and upcalls. */
#include <arch/smp.h>
#include <arch/timer.h>
#include <ipc/futex.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <syscall/syscall.h>
#include <task/process.h>
#include <task/user.h>
#include <vm/vmspace.h>

s64 sys_null(struct thread *thread, const u64 *arg)
{
    (void)thread;
    (void)arg;
    return 0;
}

s64 sys_yield(struct thread *thread, const u64 *arg)
{
    (void)arg;
    thread->frame.x[0] = 0;
    thread->in_syscall = false;
    sched_preempt(true);
}

static bool cpu_valid(u64 cpu)
{
    return cpu == CPU_ANY || cpu < cpu_count();
}

s64 sys_thread_create(struct thread *thread, const u64 *arg)
{
    struct thread_args args;
    struct cap_group *group;
    struct thread *new_thread;
    s64 ret = user_copy_in(thread, &args, arg[0], sizeof(args));

    if (ret == 0) {
        ret = syscall_group(thread, args.group, RIGHT_MANAGE, &group);
    }
    if (ret != 0) {
        return ret;
    }
    if ((args.flags & ~(u32)THREAD_SUSPENDED) != 0 || args.reserved != 0 ||
        args.priority >= PRIORITY_COUNT || !cpu_valid(args.cpu) || (args.stack & 15) != 0) {
        return -EINVAL;
    }
    if (args.priority > thread->own_sc.priority && !thread->group->trusted) {
        return -EPERM;
    }
    ret = thread_create(group, &args, &new_thread);
    if (ret != 0) {
        return ret;
    }
    object_get(&new_thread->obj);
    ret = syscall_give(thread, &new_thread->obj, RIGHT_ALL);
    if (ret < 0) {
        thread_attend(new_thread, ATTENTION_KILL);
    } else if (!(args.flags & THREAD_SUSPENDED)) {
        thread_start(new_thread);
    }
    object_put(&new_thread->obj);
    return ret;
}

/* Unmap the own stack, clear and wake the word that a joiner waits for, end: no stack in between.
 */
s64 sys_thread_exit(struct thread *thread, const u64 *arg)
{
    if (arg[1] != 0) {
        struct vm_range range = {arg[0], arg[0] + arg[1]};
        struct vm_need need;
        int status = -EINVAL;

        if (range.start <= range.end && range.end <= USER_LIMIT &&
            IS_ALIGNED(range.start | range.end, PAGE_SIZE)) {
            status = vmspace_unmap(thread->vmspace, &range, &need);
        }
        thread->frame.x[0] = range.start;
        thread->frame.x[1] = status > 0 ? range.end - range.start : 0;
        if (status > 0) {
            s64 err = thread_need(thread, status, &need);

            return err == -SWITCHED ? err : -RESTART;
        }
        /* Done, or a range that is none: the thread ends all the same. */
    }
    if (arg[2] != 0) {
        u32 zero = 0;
        s64 err = user_copy_out(thread, arg[2], &zero, sizeof(zero));

        if (err == -RESTART || err == -SWITCHED) {
            return err;
        }
        if (err == 0) {
            (void)futex_wake(thread, arg[2], 1, 0);
            (void)futex_wake(thread, arg[2], 1, FUTEX_SHARED);
        }
    }
    process_exit_status(thread->group, (s64)arg[3]);
    thread_exit();
}

static s64 set_name(struct thread *caller, struct thread *thread, vaddr_t at)
{
    char name[TASK_NAME_MAX];
    s64 err = user_copy_in(caller, name, at, sizeof(name));

    if (err == 0) {
        strlcpy_printable(thread->name, name, sizeof(name));
    }
    return err;
}

s64 sys_thread_control(struct thread *thread, const u64 *arg)
{
    struct thread *target = thread;
    struct object *obj;
    s64 err;

    if (arg[0] != CAP_THREAD) {
        err = cap_lookup(thread->group, arg[0], OBJ_THREAD,
                         arg[1] == THREAD_GET_CPU_TIME ? RIGHT_READ : RIGHT_MANAGE, &obj);
        if (err != 0) {
            return err;
        }
        target = thread_of(obj);
    }
    switch (arg[1]) {
    case THREAD_SUSPEND:
        thread_attend(target, ATTENTION_STOP);
        return 0;
    case THREAD_RESUME:
        (void)fetch_and(&target->attention, ~(u32)ATTENTION_STOP);
        thread_attend(target, ATTENTION_START);
        return 0;
    case THREAD_SET_PRIORITY:
        if (arg[2] >= PRIORITY_COUNT) {
            return -EINVAL;
        }
        if (arg[2] > thread->own_sc.priority && !thread->group->trusted) {
            return -EPERM;
        }
        sched_set_priority(&target->own_sc, (u32)arg[2]);
        return 0;
    case THREAD_SET_CPU:
        if (!cpu_valid(arg[2])) {
            return -EINVAL;
        }
        sched_set_affinity(&target->own_sc, (u32)arg[2]);
        return 0;
    case THREAD_SET_TPIDRRO:
        if (target != thread) {
            return -EINVAL;
        }
        thread->frame.tpidrro = arg[2];
        sysreg_write(tpidrro_el0, arg[2]);
        return 0;
    case THREAD_GET_CPU_TIME:
        return (s64)sched_ctx_used(&target->own_sc);
    case THREAD_SET_NAME:
        return set_name(thread, target, arg[2]);
    default:
        return -EINVAL;
    }
}

s64 sys_sleep_until(struct thread *thread, const u64 *arg)
{
    s64 err = thread_wait_check(thread, arg[0]);

    if (err == -ETIMEDOUT) {
        return 0;
    }
    if (err != 0) {
        return err;
    }
    thread_wait_begin(thread, WAIT_RETRY, arg[0]);
    thread_wait_arm(thread);
    return -SWITCHED;
}

s64 sys_futex_wait(struct thread *thread, const u64 *arg)
{
    return futex_wait(thread, arg[0], (u32)arg[1], arg[2], arg[3]);
}

s64 sys_futex_wake(struct thread *thread, const u64 *arg)
{
    return futex_wake(thread, arg[0], arg[1], arg[2]);
}

s64 sys_futex_requeue(struct thread *thread, const u64 *arg)
{
    return futex_requeue(thread, arg);
}

/* ---- upcalls ---- */

/* Whether an unmasked upcall is pending, as an attention bit. */
static void refresh_upcalls(struct thread *thread)
{
    fence_full(); /* the mask is set before pending is read; pairs with sys_upcall_post()'s fetch_or
                   */
    if (load_acquire(&thread->upcalls_pending) & ~load_relaxed(&thread->upcalls_masked)) {
        (void)fetch_or(&thread->attention, (u32)ATTENTION_UPCALL);
    }
}

s64 sys_upcall_mask(struct thread *thread, const u64 *arg)
{
    u64 old = thread->upcalls_masked;

    /* x1 gets the old mask: a result may not look like an error. */
    if (arg[0] != 0) {
        store_relaxed(&thread->upcalls_masked, arg[1]);
        refresh_upcalls(thread);
    }
    thread->frame.x[1] = old;
    return 0;
}

s64 sys_upcall_post(struct thread *thread, const u64 *arg)
{
    struct thread *target;
    struct object *obj;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_THREAD, RIGHT_MANAGE, &obj);

    if (err != 0) {
        return err;
    }
    target = thread_of(obj);
    (void)fetch_or(&target->upcalls_pending, arg[1]);
    if (arg[1] & ~load_acquire(&target->upcalls_masked)) {
        thread_attend(target, ATTENTION_UPCALL);
    }
    return 0;
}

s64 sys_upcall_return(struct thread *thread, const u64 *arg)
{
    struct upcall_frame frame;
    s64 err = user_copy_in(thread, &frame, arg[0], sizeof(frame));

    if (err != 0) {
        return err;
    }
    memcpy(thread->frame.x, frame.x, sizeof(frame.x));
    thread->frame.sp = frame.sp;
    thread->frame.pc = frame.pc;
    thread->frame.pstate = frame.pstate & PSTATE_USER_BITS;
    thread->in_syscall = false;
    store_relaxed(&thread->upcalls_masked, frame.mask);
    refresh_upcalls(thread);
    return -SWITCHED;
}

s64 sys_thread_resume(struct thread *thread, const u64 *arg)
{
    struct trap_frame frame;
    s64 err = user_copy_in(thread, &frame, arg[0], offsetof(struct trap_frame, tpidr));

    if (err != 0) {
        return err;
    }
    memcpy(thread->frame.x, frame.x, sizeof(frame.x));
    thread->frame.sp = frame.sp;
    thread->frame.pc = frame.pc;
    thread->frame.pstate = frame.pstate & PSTATE_USER_BITS;
    thread->in_syscall = false;
    return -SWITCHED;
}
