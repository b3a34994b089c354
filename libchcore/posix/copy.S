/* SPDX-License-Identifier: MIT */
/*
 * Copies to and from the program's memory, at addresses that it gave and that may be wrong: a fault in
 * here goes on at px_copy_end (GROUP_COPY_START, uapi/task.h). Leaf functions without a stack frame,
 * so that this is simply a return.
 */
#define EFAULT 14

    .section .text.px_copy, "ax"
    .global px_copy_start
    .global px_copy_end
    .global px_copy_bytes
    .global px_copy_strnlen
    .type px_copy_bytes, %function
    .type px_copy_strnlen, %function

px_copy_start:

/* long px_copy_bytes(x0 to, x1 from, x2 n) -> 0 */
px_copy_bytes:
    cmp     x2, #64
    b.lo    2f
1:  ldp     x3, x4, [x1]
    ldp     x5, x6, [x1, #16]
    ldp     x7, x8, [x1, #32]
    ldp     x9, x10, [x1, #48]
    stp     x3, x4, [x0]
    stp     x5, x6, [x0, #16]
    stp     x7, x8, [x0, #32]
    stp     x9, x10, [x0, #48]
    add     x0, x0, #64
    add     x1, x1, #64
    sub     x2, x2, #64
    cmp     x2, #64
    b.hs    1b
2:  cmp     x2, #8
    b.lo    4f
3:  ldr     x3, [x1], #8
    str     x3, [x0], #8
    sub     x2, x2, #8
    cmp     x2, #8
    b.hs    3b
4:  cbz     x2, 6f
5:  ldrb    w3, [x1], #1
    strb    w3, [x0], #1
    subs    x2, x2, #1
    b.ne    5b
6:  mov     x0, #0
    ret
    .size px_copy_bytes, . - px_copy_bytes

/* long px_copy_strnlen(x0 string, x1 most) -> length, or most */
px_copy_strnlen:
    mov     x2, #0
1:  cmp     x2, x1
    b.hs    2f
    ldrb    w3, [x0, x2]
    cbz     w3, 2f
    add     x2, x2, #1
    b       1b
2:  mov     x0, x2
    ret
    .size px_copy_strnlen, . - px_copy_strnlen

px_copy_end:
    mov     x0, #-EFAULT
    ret
