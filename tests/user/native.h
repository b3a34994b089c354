/* SPDX-License-Identifier: MIT */
/*
 * For tests that use the kernel's own calls: threads, handlers and cap_groups within this process's
 * address space. Code that runs in them has no libc: it uses system calls and shared memory alone.
 */
#pragma once

#include <chcore/ipc.h> /* before libc's <errno.h>, whose macros have the names of uapi/errno.h */
#include <chcore/syscall.h>
#include <chcore/system.h>
#include <stdbool.h>
#include <uapi/task.h>
#include <uapi/vm.h>

#include "check.h"

enum { NATIVE_STACKS = 96, NATIVE_STACK = 8192 };

static char native_stacks[NATIVE_STACKS][NATIVE_STACK] __attribute__((aligned(16)));
static unsigned native_stacks_used;

/* Stacks are dealt out for one test; what ran on those of the last one has ended by then. */
__attribute__((unused)) static void native_start(void)
{
    native_stacks_used = 0;
}

static uint64_t native_stack(void)
{
    CHECK(native_stacks_used < NATIVE_STACKS);
    return (uintptr_t)native_stacks[native_stacks_used++] + NATIVE_STACK;
}

static uint64_t native_ticks_in(uint64_t milliseconds)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return arch_ticks() + frequency / 1000 * milliseconds;
}

/* A wait that is only to end a test that has failed. */
static uint64_t native_patience(void)
{
    return native_ticks_in(20000);
}

/* A cap_group in this address space; its end sets bit 0 of `*ended`. */
__attribute__((unused)) static cap_t native_group(cap_t *ended)
{
    struct cap_group_args args = {.name = "native", .vmspace = CAP_VMSPACE, .exit_bits = 1};
    long group;

    *ended = (cap_t)sys_notification_create();
    CHECK((long)*ended >= 0);
    args.exit_notify = *ended;
    group = svc2(SYS_cap_group_create, (uintptr_t)&args, sizeof(args));
    CHECK_EQ(group < 0 ? group : 0, 0);
    return (cap_t)group;
}

/* A thread of `group` that runs function(argument). */
__attribute__((unused)) static cap_t native_thread(cap_t group, void (*function)(uint64_t),
                                                   uint64_t argument)
{
    const struct thread_args args = {
        .group = group,
        .entry = (uintptr_t)function,
        .stack = native_stack(),
        .arg = argument,
        .priority = PRIORITY_DEFAULT,
        .cpu = CPU_ANY,
    };
    const long thread = sys_thread_create(&args);

    CHECK_EQ(thread < 0 ? thread : 0, 0);
    return (cap_t)thread;
}

/* Copy an own capability into another group -> the handle there. */
__attribute__((unused)) static cap_t native_give(cap_t group, cap_t handle)
{
    const long there = svc6(SYS_cap_copy, CAP_SELF, handle, group, CAP_SLOT_ANY, RIGHT_ALL, 0);

    CHECK(there >= 0);
    return (cap_t)there;
}

__attribute__((unused)) static void native_drop(cap_t handle)
{
    CHECK_EQ(svc2(SYS_cap_drop, CAP_SELF, handle), 0);
}

/* Kill a group, or see that it has ended, and forget it. */
__attribute__((unused)) static void native_end(cap_t group, cap_t ended)
{
    CHECK_EQ(svc2(SYS_cap_group_kill, group, 0), 0);
    CHECK_EQ(svc3(SYS_wait, ended, 1, native_patience()), 1);
    native_drop(group);
    native_drop(ended);
}

/* ---- words on which threads wait for each other ---- */

static inline void native_set(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
    svc3(SYS_futex_wake, (uintptr_t)word, UINT64_MAX, 0);
}

/* Until *word is at least `value`; false when that takes too long. */
static inline bool native_wait_word(uint32_t *word, uint32_t value)
{
    const uint64_t deadline = native_patience();

    for (;;) {
        const uint32_t seen = __atomic_load_n(word, __ATOMIC_SEQ_CST);

        if (seen >= value) {
            return true;
        }
        if (svc4(SYS_futex_wait, (uintptr_t)word, seen, deadline, 0) == -ETIMEDOUT) {
            return false;
        }
    }
}

static inline void native_add(uint32_t *word)
{
    __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
    svc3(SYS_futex_wake, (uintptr_t)word, UINT64_MAX, 0);
}

static _Noreturn void native_exit(void)
{
    svc4(SYS_thread_exit, 0, 0, 0, 0);
    __builtin_unreachable();
}

/* A thread that only is there. */
__attribute__((unused)) static void native_idle(uint64_t unused)
{
    (void)unused;
    svc1(SYS_sleep_until, DEADLINE_NONE);
    native_exit();
}

/* ---- what must be as it was ---- */

/* The system's objects, once no more than `expected` are left: what has ended is reaped by and by.
 */
__attribute__((unused)) static uint64_t native_objects(uint64_t expected)
{
    const uint64_t deadline = native_patience();
    struct system_info info;

    do {
        svc0(SYS_yield);
        CHECK_EQ(chcore_system_info(&info), 0);
    } while (info.objects > expected && arch_ticks() < deadline);
    return info.objects;
}
