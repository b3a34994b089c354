/* SPDX-License-Identifier: MIT */
/*
 * Where a signal handler returns to: sp is what it was at the handler's entry. The door gets it as
 * the argument of rt_sigreturn, finds the frame that it built there, and does not come back.
 *
 * The no-op in front: unwinders look up a return address less one, which must lie in here too.
 */
    .global __restore
    .hidden __restore
    .global __restore_rt
    .hidden __restore_rt
    nop
    .type   __restore, %function
    .type   __restore_rt, %function
__restore:
__restore_rt:
    mov     x1, sp
    mov     x0, #139    // SYS_rt_sigreturn
    bl      chcore_posix
    brk     #0
    .size   __restore_rt, . - __restore_rt
