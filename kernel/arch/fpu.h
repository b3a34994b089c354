/* SPDX-License-Identifier: MIT */
/*
 * The FP/SIMD registers. The kernel itself never uses them. EL0 use traps (ESR_EC_FP) unless it is
 * enabled on this CPU. Who owns the registers is sched/'s and ipc/'s affair.
 */
#pragma once

#include <arch/regs.h>
#include <lib/types.h>

struct fpu_state {
    u64 v[32][2];
    u64 fpcr;
    u64 fpsr;
} __aligned(16);

/* What a call must keep by the procedure call standard (AAPCS64 6.1.2). */
struct fpu_callee_state {
    u64 d[8]; /* d8-d15 */
    u64 fpcr;
};

/* Takes effect at the next eret, without an isb. */
static inline void fpu_trap_enable(void)
{
    sysreg_write(cpacr_el1, CPACR_FPEN_TRAP);
}

static inline void fpu_trap_disable(void)
{
    sysreg_write(cpacr_el1, CPACR_FPEN_FREE);
}

/* EL1 must have access: call fpu_trap_disable() and isb() first. */
void fpu_save(struct fpu_state *state);
void fpu_restore(const struct fpu_state *state);
void fpu_save_callee(struct fpu_callee_state *state);
void fpu_restore_callee(const struct fpu_callee_state *state);
/* Zero all registers, FPCR and FPSR. */
void fpu_zero(void);
