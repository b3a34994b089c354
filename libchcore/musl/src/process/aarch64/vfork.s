/* SPDX-License-Identifier: MIT */
/*
 * pid_t vfork(void)
 *
 * The door is told that a vfork is meant (CLONE_VM | CLONE_VFORK without a stack of the child's own)
 * and may answer with a copy of the process, as POSIX allows. The frame is there because the parent
 * and such a child both return through it.
 */
    .hidden __syscall_ret
    .global vfork
    .type   vfork, %function
vfork:
    stp     x29, x30, [sp, #-16]!
    mov     x29, sp
    mov     x0, #220    // SYS_clone
    mov     x1, #0x4111 // SIGCHLD | CLONE_VM | CLONE_VFORK
    mov     x2, #0      // stack
    mov     x3, #0
    mov     x4, #0
    mov     x5, #0
    mov     x6, #0
    bl      chcore_posix
    ldp     x29, x30, [sp], #16
    b       __syscall_ret
    .size   vfork, . - vfork
