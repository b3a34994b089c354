/* SPDX-License-Identifier: MIT */
/*
 * The generic timer: one count for all CPUs (CNTVCT_EL0, virtual offset 0) and one comparator a
 * CPU. Its interrupt is level: it stays pending until the deadline is moved or disarmed.
 */
#pragma once

#include <arch/regs.h>
#include <lib/types.h>

#define TIMER_NEVER UINT64_MAX

/* Ticks since reset. */
static inline u64 timer_now(void)
{
    return sysreg_read(cntvct_el0);
}

/* Ticks a second. */
static inline u64 timer_freq(void)
{
    return sysreg_read(cntfrq_el0);
}

/* Interrupt this CPU when the count reaches deadline (ticks); at once if it has passed. */
static inline void timer_arm(u64 deadline)
{
    sysreg_write(cntv_cval_el0, deadline);
    sysreg_write(cntv_ctl_el0, 1);
}

static inline void timer_disarm(void)
{
    sysreg_write(cntv_ctl_el0, 0);
}

/* Both ways between nanoseconds and ticks; saturate instead of wrapping. Rounds ticks up. */
u64 timer_ns_to_ticks(u64 ns);
u64 timer_ticks_to_ns(u64 ticks);

/* Once a CPU: let EL0 read the count, comparator off. */
void timer_cpu_init(void);
