/* SPDX-License-Identifier: MIT */
/* Per-CPU data, a CPU's settings, and waiting. */
#include <arch/barrier.h>
#include <arch/cpu.h>
#include <arch/fpu.h>
#include <arch/frame.h>
#include <arch/timer.h>
#include <lib/atomic.h>

#include "asm_offsets.h"
#include "boot.h"

_Static_assert(offsetof(struct trap_frame, sp) == FRAME_SP, "asm_offsets.h");
_Static_assert(offsetof(struct trap_frame, pc) == FRAME_PC, "asm_offsets.h");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "asm_offsets.h");
_Static_assert(offsetof(struct cpu_local, kstack_top) == CPU_KSTACK, "asm_offsets.h");

struct cpu_local cpu_locals[CPU_MAX];
u64 boot_level; /* stored by head.S */

void cpu_init(void)
{
    struct cpu_local *cpu = this_cpu();

    /* Aff3 | Aff2 | Aff1 | Aff0, without the flags between (D17.2.101). */
    cpu->mpidr = sysreg_read(mpidr_el1) & 0xff00ffffff;
    cpu->kstack_top = KSTACK_TOP(cpu->id);
    sysreg_write(mdscr_el1, 0); /* no debug exceptions */
    fpu_trap_enable();
    timer_cpu_init();
    isb();
}

unsigned cpu_boot_level(void)
{
    return (unsigned)boot_level;
}

void cpu_idle_wait(void)
{
    struct cpu_local *cpu = this_cpu();

    /*
     * Whoever waits for this CPU to be out of kernel work reads idle after its own full barrier
     * (grace periods): either it sees 1, or we see all that it did before.
     */
    store_relaxed(&cpu->idle, 1UL);
    fence_full();
    dsb(sy);
    __asm__ volatile("wfi" ::: "memory");
    store_relaxed(&cpu->idle, 0UL);
    fence_full();
}

void cpu_park(void)
{
    for (;;) {
        __asm__ volatile("wfi" ::: "memory");
    }
}
