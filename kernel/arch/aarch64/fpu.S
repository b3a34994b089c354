/* SPDX-License-Identifier: MIT */
/* FP/SIMD registers to and from memory. x0: struct fpu_state or struct fpu_callee_state. */
#include <arch/asm.inc>

    .arch armv8-a+simd

/* op: stp or ldp. */
.macro ALL_Q op
    \op q0, q1, [x0, #16 * 0]
    \op q2, q3, [x0, #16 * 2]
    \op q4, q5, [x0, #16 * 4]
    \op q6, q7, [x0, #16 * 6]
    \op q8, q9, [x0, #16 * 8]
    \op q10, q11, [x0, #16 * 10]
    \op q12, q13, [x0, #16 * 12]
    \op q14, q15, [x0, #16 * 14]
    \op q16, q17, [x0, #16 * 16]
    \op q18, q19, [x0, #16 * 18]
    \op q20, q21, [x0, #16 * 20]
    \op q22, q23, [x0, #16 * 22]
    \op q24, q25, [x0, #16 * 24]
    \op q26, q27, [x0, #16 * 26]
    \op q28, q29, [x0, #16 * 28]
    \op q30, q31, [x0, #16 * 30]
.endm

.macro CALLEE_D op
    \op d8, d9, [x0, #8 * 0]
    \op d10, d11, [x0, #8 * 2]
    \op d12, d13, [x0, #8 * 4]
    \op d14, d15, [x0, #8 * 6]
.endm

    .text
FUNC fpu_save
    ALL_Q stp
    mrs x1, fpcr
    mrs x2, fpsr
    str x1, [x0, #512]
    str x2, [x0, #520]
    ret
ENDFUNC fpu_save

FUNC fpu_restore
    ALL_Q ldp
    ldr x1, [x0, #512]
    ldr x2, [x0, #520]
    msr fpcr, x1
    msr fpsr, x2
    ret
ENDFUNC fpu_restore

FUNC fpu_save_callee
    CALLEE_D stp
    mrs x1, fpcr
    str x1, [x0, #64]
    ret
ENDFUNC fpu_save_callee

FUNC fpu_restore_callee
    CALLEE_D ldp
    ldr x1, [x0, #64]
    msr fpcr, x1
    ret
ENDFUNC fpu_restore_callee

FUNC fpu_zero
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movi v\n\().2d, #0
    .endr
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    movi v\n\().2d, #0
    .endr
    msr fpcr, xzr
    msr fpsr, xzr
    ret
ENDFUNC fpu_zero
