/* SPDX-License-Identifier: MIT */
/* FP/SIMD registers to and from memory. x0: struct fpu_state or struct fpu_callee_state. */
#include "asm_macros.inc"

    .arch armv8-a+simd

    .text
FUNC fpu_save
    stp q0, q1, [x0, #32 * 0]
    stp q2, q3, [x0, #32 * 1]
    stp q4, q5, [x0, #32 * 2]
    stp q6, q7, [x0, #32 * 3]
    stp q8, q9, [x0, #32 * 4]
    stp q10, q11, [x0, #32 * 5]
    stp q12, q13, [x0, #32 * 6]
    stp q14, q15, [x0, #32 * 7]
    stp q16, q17, [x0, #32 * 8]
    stp q18, q19, [x0, #32 * 9]
    stp q20, q21, [x0, #32 * 10]
    stp q22, q23, [x0, #32 * 11]
    stp q24, q25, [x0, #32 * 12]
    stp q26, q27, [x0, #32 * 13]
    stp q28, q29, [x0, #32 * 14]
    stp q30, q31, [x0, #32 * 15]
    mrs x1, fpcr
    mrs x2, fpsr
    str x1, [x0, #512]
    str x2, [x0, #520]
    ret
ENDFUNC fpu_save

FUNC fpu_restore
    ldp q0, q1, [x0, #32 * 0]
    ldp q2, q3, [x0, #32 * 1]
    ldp q4, q5, [x0, #32 * 2]
    ldp q6, q7, [x0, #32 * 3]
    ldp q8, q9, [x0, #32 * 4]
    ldp q10, q11, [x0, #32 * 5]
    ldp q12, q13, [x0, #32 * 6]
    ldp q14, q15, [x0, #32 * 7]
    ldp q16, q17, [x0, #32 * 8]
    ldp q18, q19, [x0, #32 * 9]
    ldp q20, q21, [x0, #32 * 10]
    ldp q22, q23, [x0, #32 * 11]
    ldp q24, q25, [x0, #32 * 12]
    ldp q26, q27, [x0, #32 * 13]
    ldp q28, q29, [x0, #32 * 14]
    ldp q30, q31, [x0, #32 * 15]
    ldr x1, [x0, #512]
    ldr x2, [x0, #520]
    msr fpcr, x1
    msr fpsr, x2
    ret
ENDFUNC fpu_restore

FUNC fpu_save_callee
    stp d8, d9, [x0, #16 * 0]
    stp d10, d11, [x0, #16 * 1]
    stp d12, d13, [x0, #16 * 2]
    stp d14, d15, [x0, #16 * 3]
    mrs x1, fpcr
    str x1, [x0, #64]
    ret
ENDFUNC fpu_save_callee

FUNC fpu_restore_callee
    ldp d8, d9, [x0, #16 * 0]
    ldp d10, d11, [x0, #16 * 1]
    ldp d12, d13, [x0, #16 * 2]
    ldp d14, d15, [x0, #16 * 3]
    ldr x1, [x0, #64]
    msr fpcr, x1
    ret
ENDFUNC fpu_restore_callee

FUNC fpu_zero
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    movi v\n\().2d, #0
    .endr
    msr fpcr, xzr
    msr fpsr, xzr
    ret
ENDFUNC fpu_zero
