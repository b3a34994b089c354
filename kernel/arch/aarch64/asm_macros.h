/* SPDX-License-Identifier: MIT */
/* For assembly: function brackets and addresses. */
#pragma once

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
