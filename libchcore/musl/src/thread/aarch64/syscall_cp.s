/* SPDX-License-Identifier: MIT */
/*
 * long __syscall_cp_asm(volatile int *cancel, long nr, long u, long v, long w, long x, long y, long z)
 *
 * A system call that is a cancellation point. A cancellation signal that is delivered with its pc in
 * [__cp_begin, __cp_end) goes on at __cp_cancel: nothing has been done yet. Up to the branch x30 and
 * sp are those of the entry, so __cancel may return to the caller. From the branch on the protocol is
 * the door's: a wait that the signal interrupts answers -EINTR, and the caller looks at *cancel.
 */
    .global __cp_begin
    .hidden __cp_begin
    .global __cp_end
    .hidden __cp_end
    .global __cp_cancel
    .hidden __cp_cancel
    .hidden __cancel
    .global __syscall_cp_asm
    .hidden __syscall_cp_asm
    .type   __syscall_cp_asm, %function
__syscall_cp_asm:
__cp_begin:
    ldr     w0, [x0]
    cbnz    w0, __cp_cancel
    mov     x0, x1
    mov     x1, x2
    mov     x2, x3
    mov     x3, x4
    mov     x4, x5
    mov     x5, x6
    mov     x6, x7
    b       chcore_posix
__cp_end:
__cp_cancel:
    b       __cancel
    .size   __syscall_cp_asm, . - __syscall_cp_asm
