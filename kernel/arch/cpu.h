/* SPDX-License-Identifier: MIT */
/*
 * The CPU that runs: its number, its own data, waiting. Interrupts are masked whenever the kernel
 * runs; only cpu_idle_wait() sleeps until one is pending.
 */
#pragma once

#include <lib/types.h>

enum { CPU_MAX = 8 };

struct trap_frame;

/* Bits of cpu_local.slow_flags: work before the next return to EL0. */
enum slow_flag {
    SLOW_RESCHED = 1, /* another sched_ctx should run */
    SLOW_PUSH = 2,    /* more is ready here than one CPU can run: look for an idle one */
    SLOW_REQUEST = 4, /* another CPU sent requests (sched_ops.requests) */
    SLOW_REAP = 8,    /* the reap list is long */
};

/*
 * What the entry code needs to know about a CPU, reached by TPIDR_EL1. Folders with per-CPU data of
 * their own keep arrays of CPU_MAX, indexed by cpu_id(). Offsets are known to assembly
 * (asm-offsets).
 */
struct cpu_local {
    u64 id;             /* 0 .. cpu_count() - 1; 0 is the CPU that booted */
    u64 mpidr;          /* affinity fields of MPIDR_EL1 */
    vaddr_t kstack_top; /* where the stack starts at each entry from EL0 */
    void *current;      /* the running struct thread, which begins with its trap_frame */
    void *fpu_owner;    /* the thread whose FP state is in the registers, or NULL */
    u64 slow_flags;     /* not 0: the way back to EL0 must look (reschedule, upcall, ...) */
    u64 idle;           /* 1 while waiting in cpu_idle_wait() */
    u64 timer_armed;    /* when the timer interrupt is due, in ticks; TIMER_NEVER: not */
    u64 fast_calls;     /* IPC calls that took the fast path */
    u64 scratch[7];
} __aligned(64);

extern struct cpu_local cpu_locals[CPU_MAX];

static inline struct cpu_local *this_cpu(void)
{
    struct cpu_local *cpu;

    /* Not volatile: a CPU never changes under a kernel that is not preempted. */
    __asm__("mrs %0, tpidr_el1" : "=r"(cpu));
    return cpu;
}

static inline unsigned cpu_id(void)
{
    return (unsigned)this_cpu()->id;
}

/* Once on every CPU, first of all: its own data, what EL0 may do, timer off. */
void cpu_init(void);

/* In every loop that waits for another CPU: lets the simulator change CPU, too. */
static inline void cpu_relax(void)
{
    __asm__ volatile("yield" ::: "memory");
}

/*
 * Sleep until an interrupt is pending for this CPU, with interrupts still masked, and return; the
 * caller then calls intc_dispatch(). this_cpu()->idle is 1 in between (with full barriers), so that
 * nobody waits for an answer of a CPU that is out of all kernel work.
 */
void cpu_idle_wait(void);

/* Go on in fn with this CPU's kernel stack empty: what stood on it is never returned to. */
static inline __noreturn void kstack_restart(void (*fn)(void))
{
    __asm__ volatile("mov sp, %0\n\t"
                     "mov x29, xzr\n\t"
                     "br %1" ::"r"(this_cpu()->kstack_top),
                     "r"(fn)
                     : "memory");
    __builtin_unreachable();
}

/* Wait for ever with interrupts masked. */
__noreturn void cpu_park(void);

/*
 * The exception level at which the boot CPU entered the image. 3: there is no firmware below, and
 * the kernel runs in the secure state.
 */
unsigned cpu_boot_level(void);
