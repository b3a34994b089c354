/* SPDX-License-Identifier: MIT */
/* For assembly: function brackets, addresses, and offsets that cpu.c asserts. */
#pragma once

#define FRAME_SP   248
#define FRAME_PC   256
#define FRAME_SIZE 288
#define CPU_KSTACK 16

#if defined(__ASSEMBLER__)
/* clang-format off */
.macro FUNC name
    .global \name
    .type \name, %function
    .balign 16
\name:
.endm

.macro ENDFUNC name
    .size \name, . - \name
.endm

/* The run-time address of a symbol, before and after the MMU is on. */
.macro adr_l reg, symbol
    adrp \reg, \symbol
    add \reg, \reg, :lo12:\symbol
.endm
/* clang-format on */
#endif
