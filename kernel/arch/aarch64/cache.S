/* SPDX-License-Identifier: MIT */
/* Whole pages at a time. x0: destination page, x1: source page. */
#include <arch/asm.inc>

    .text
/*
 * dc zva clears 4 << DCZID_EL0.BS bytes, or is forbidden (bit 4): then by stores. Four streams for the
 * usual 64 bytes, since every anonymous page comes through here.
 */
FUNC page_zero
    mrs x1, dczid_el0
    add x3, x0, #4096
    cmp x1, #4
    b.ne 3f
    add x4, x0, #64
    add x5, x0, #128
    add x6, x0, #192
1:
    dc zva, x0
    dc zva, x4
    dc zva, x5
    dc zva, x6
    add x0, x0, #256
    add x4, x4, #256
    add x5, x5, #256
    add x6, x6, #256
    cmp x0, x3
    b.ne 1b
    ret
3:
    tbnz x1, #4, 2f
    mov x2, #4
    lsl x2, x2, x1
4:
    dc zva, x0
    add x0, x0, x2
    cmp x0, x3
    b.ne 4b
    ret
2:
    stp xzr, xzr, [x0], #16
    stp xzr, xzr, [x0], #16
    stp xzr, xzr, [x0], #16
    stp xzr, xzr, [x0], #16
    cmp x0, x3
    b.ne 2b
    ret
ENDFUNC page_zero

FUNC page_copy
    add x2, x0, #4096
1:
    ldp x3, x4, [x1, #0]
    ldp x5, x6, [x1, #16]
    ldp x7, x8, [x1, #32]
    ldp x9, x10, [x1, #48]
    ldp x11, x12, [x1, #64]
    ldp x13, x14, [x1, #80]
    ldp x15, x16, [x1, #96]
    ldp x17, x18, [x1, #112]
    add x1, x1, #128
    stp x3, x4, [x0, #0]
    stp x5, x6, [x0, #16]
    stp x7, x8, [x0, #32]
    stp x9, x10, [x0, #48]
    stp x11, x12, [x0, #64]
    stp x13, x14, [x0, #80]
    stp x15, x16, [x0, #96]
    stp x17, x18, [x0, #112]
    add x0, x0, #128
    cmp x0, x2
    b.ne 1b
    ret
ENDFUNC page_copy
