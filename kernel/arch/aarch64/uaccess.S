/* SPDX-License-Identifier: MIT */
/*
 * Unprivileged copies. Every routine here is a leaf that uses no stack and leaves x30 alone, so one
 * fix-up serves all of them: wherever it faults, "return -EFAULT" is right. Range checks are made in
 * uaccess.c. x0: destination, x1: source, x2: bytes.
 */
#include <arch/asm.inc>

#define EFAULT 14

    .section .uaccess, "ax"

FUNC uaccess_copy_from
    subs x2, x2, #64
    b.lo 2f
1:
    ldtr x3, [x1, #0]
    ldtr x4, [x1, #8]
    ldtr x5, [x1, #16]
    ldtr x6, [x1, #24]
    ldtr x7, [x1, #32]
    ldtr x8, [x1, #40]
    ldtr x9, [x1, #48]
    ldtr x10, [x1, #56]
    add x1, x1, #64
    stp x3, x4, [x0, #0]
    stp x5, x6, [x0, #16]
    stp x7, x8, [x0, #32]
    stp x9, x10, [x0, #48]
    add x0, x0, #64
    subs x2, x2, #64
    b.hs 1b
2:
    adds x2, x2, #64 - 8
    b.mi 4f
3:
    ldtr x3, [x1]
    add x1, x1, #8
    str x3, [x0], #8
    subs x2, x2, #8
    b.pl 3b
4:
    adds x2, x2, #8
    b.eq 6f
5:
    ldtrb w3, [x1]
    add x1, x1, #1
    strb w3, [x0], #1
    subs x2, x2, #1
    b.ne 5b
6:
    mov w0, wzr
    ret
ENDFUNC uaccess_copy_from

FUNC uaccess_copy_to
    subs x2, x2, #64
    b.lo 2f
1:
    ldp x3, x4, [x1, #0]
    ldp x5, x6, [x1, #16]
    ldp x7, x8, [x1, #32]
    ldp x9, x10, [x1, #48]
    add x1, x1, #64
    sttr x3, [x0, #0]
    sttr x4, [x0, #8]
    sttr x5, [x0, #16]
    sttr x6, [x0, #24]
    sttr x7, [x0, #32]
    sttr x8, [x0, #40]
    sttr x9, [x0, #48]
    sttr x10, [x0, #56]
    add x0, x0, #64
    subs x2, x2, #64
    b.hs 1b
2:
    adds x2, x2, #64 - 8
    b.mi 4f
3:
    ldr x3, [x1], #8
    sttr x3, [x0]
    add x0, x0, #8
    subs x2, x2, #8
    b.pl 3b
4:
    adds x2, x2, #8
    b.eq 6f
5:
    ldrb w3, [x1], #1
    sttrb w3, [x0]
    add x0, x0, #1
    subs x2, x2, #1
    b.ne 5b
6:
    mov w0, wzr
    ret
ENDFUNC uaccess_copy_to

/* x0: destination, x1: bytes. */
FUNC uaccess_zero
    subs x1, x1, #8
    b.lo 2f
1:
    sttr xzr, [x0]
    add x0, x0, #8
    subs x1, x1, #8
    b.hs 1b
2:
    adds x1, x1, #8
    b.eq 4f
3:
    sttrb wzr, [x0]
    add x0, x0, #1
    subs x1, x1, #1
    b.ne 3b
4:
    mov w0, wzr
    ret
ENDFUNC uaccess_zero

/* x0: where the value goes, x1: user address. */
FUNC uaccess_get64
    ldtr x2, [x1]
    str x2, [x0]
    mov w0, wzr
    ret
ENDFUNC uaccess_get64

FUNC uaccess_get32
    ldtr w2, [x1]
    str w2, [x0]
    mov w0, wzr
    ret
ENDFUNC uaccess_get32

/* x0: user address, x1: value. */
FUNC uaccess_put64
    sttr x1, [x0]
    mov w0, wzr
    ret
ENDFUNC uaccess_put64

FUNC uaccess_put32
    sttr w1, [x0]
    mov w0, wzr
    ret
ENDFUNC uaccess_put32

    .text
/* Where a faulting copy goes on, in the place of its caller's. */
FUNC uaccess_failed
    mov w0, #-EFAULT
    ret
ENDFUNC uaccess_failed
