/* SPDX-License-Identifier: MIT */
/* Where a program without libc begins: sp points to argc (uapi/boot.h). */

    .section .text._start, "ax"
    .global _start
    .type _start, %function
_start:
    mov x29, xzr            /* the end of every backtrace */
    mov x30, xzr
    mov x0, sp
    b   chcore_start
    .size _start, . - _start
