/* SPDX-License-Identifier: MIT */
/*
 * Where an upcall enters: x0 bits, x1 address of struct upcall_frame, which holds all integer
 * registers. The FP registers are still the interrupted code's and are kept here.
 * x19: the frame.
 */

#define FP_SIZE     (16 + 32 * 16) /* fpsr, fpcr, q0-q31 */

    .arch armv8-a+fp+simd

/* op (stp or ldp) q0-q31 at sp + 16 */
.macro all_q op
    \op     q0, q1, [sp, #16]
    \op     q2, q3, [sp, #48]
    \op     q4, q5, [sp, #80]
    \op     q6, q7, [sp, #112]
    \op     q8, q9, [sp, #144]
    \op     q10, q11, [sp, #176]
    \op     q12, q13, [sp, #208]
    \op     q14, q15, [sp, #240]
    \op     q16, q17, [sp, #272]
    \op     q18, q19, [sp, #304]
    \op     q20, q21, [sp, #336]
    \op     q22, q23, [sp, #368]
    \op     q24, q25, [sp, #400]
    \op     q26, q27, [sp, #432]
    \op     q28, q29, [sp, #464]
    \op     q30, q31, [sp, #496]
.endm

    .section .text.px_upcall_entry, "ax"
    .global px_upcall_entry
    .type px_upcall_entry, %function
px_upcall_entry:
    mov     x19, x1
    sub     sp, sp, #FP_SIZE
    all_q   stp
    mrs     x2, fpsr
    mrs     x3, fpcr
    stp     x2, x3, [sp]

    bl      px_upcall

    ldp     x2, x3, [sp]
    msr     fpsr, x2
    msr     fpcr, x3
    all_q   ldp
    mov     x0, x19
    b       px_upcall_return    /* does not come back */
    .size px_upcall_entry, . - px_upcall_entry
