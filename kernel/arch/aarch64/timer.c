/* SPDX-License-Identifier: MIT */
/* The generic timer (DDI 0487 D11). Conversions multiply by 32.32 fixed-point factors. */
#include <arch/timer.h>

#define NS_PER_SECOND UINT64_C(1000000000)

static u64 ticks_per_ns; /* 32.32, rounded up, so that a deadline is never early */
static u64 ns_per_tick;  /* 32.32 */

static u64 scale(u64 value, u64 factor, u64 round)
{
    unsigned __int128 product = (unsigned __int128)value * factor + round;

    return product >> 96 ? UINT64_MAX : (u64)(product >> 32);
}

u64 timer_ns_to_ticks(u64 ns)
{
    return scale(ns, ticks_per_ns, UINT32_MAX);
}

u64 timer_ticks_to_ns(u64 ticks)
{
    return scale(ticks, ns_per_tick, 0);
}

void timer_cpu_init(void)
{
    u64 freq = timer_freq();

    ticks_per_ns = ((freq << 32) + NS_PER_SECOND - 1) / NS_PER_SECOND;
    ns_per_tick = (NS_PER_SECOND << 32) / freq;
    timer_disarm();
    sysreg_write(cntkctl_el1, 2); /* EL0VCTEN: EL0 reads CNTVCT_EL0 and CNTFRQ_EL0, no more */
}
