/* SPDX-License-Identifier: MIT */
/* The host's stand-in for kernel/arch/cpu.h: a CPU is a number that the test sets. */
#pragma once

#include <lib/types.h>

enum { CPU_MAX = 8 };

extern unsigned fake_cpu;

static inline unsigned cpu_id(void)
{
    return fake_cpu;
}

/* One thread runs, so whoever waits for another CPU waits for ever: a deadlock. */
void cpu_relax(void);
