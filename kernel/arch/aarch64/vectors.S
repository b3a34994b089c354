/* SPDX-License-Identifier: MIT */
/*
 * The exception vectors (DDI 0487 D1.3.1). While a thread runs at EL0, SP_EL1 is the address of its
 * trap_frame, so the first store needs no free register; C then runs on the CPU's kernel stack.
 * Interrupts stay masked in the kernel, so the only exceptions that EL1 means to raise are faults of
 * user copies; each of those leaves a frame on the kernel stack.
 */
#include <arch/mmu.h>

#include <arch/asm.inc>
#include "asm_offsets.h"

#define TRAP_SYNC 0
#define TRAP_IRQ 1
#define TRAP_FIQ 2
#define TRAP_SERROR 3
#define TRAP_STACK_OVERFLOW 4

/* op: stp or ldp. */
.macro X2_TO_X29 op
    \op x2, x3, [sp, #16 * 1]
    \op x4, x5, [sp, #16 * 2]
    \op x6, x7, [sp, #16 * 3]
    \op x8, x9, [sp, #16 * 4]
    \op x10, x11, [sp, #16 * 5]
    \op x12, x13, [sp, #16 * 6]
    \op x14, x15, [sp, #16 * 7]
    \op x16, x17, [sp, #16 * 8]
    \op x18, x19, [sp, #16 * 9]
    \op x20, x21, [sp, #16 * 10]
    \op x22, x23, [sp, #16 * 11]
    \op x24, x25, [sp, #16 * 12]
    \op x26, x27, [sp, #16 * 13]
    \op x28, x29, [sp, #16 * 14]
.endm

/* From EL0: the whole frame, then x0 = frame, sp = kernel stack, no frames above. */
.macro ENTER_EL0
    stp x0, x1, [sp]
    X2_TO_X29 stp
    mrs x1, sp_el0
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x30, x1, [sp, #FRAME_SP - 8]
    stp x2, x3, [sp, #FRAME_PC]
    mov x0, sp
    mrs x4, tpidr_el1
    ldr x4, [x4, #CPU_KSTACK]
    mov sp, x4
    mov x29, xzr
.endm

.macro VECTOR_EL0 handler
    .balign 128
    ENTER_EL0
    b \handler
.endm

/*
 * Synchronous from EL0. `svc #1` has x13-x18 dead: it is recognised with two of them and goes to the
 * fast paths (trap/fastpath.S), which come back to trap_svc_el0 for all that is not theirs.
 */
.macro VECTOR_EL0_SYNC
    .balign 128
    stp x16, x17, [sp, #16 * 8]
    mrs x16, esr_el1
    mov w17, #1
    movk w17, #0x5600, lsl #16 /* EC: SVC in AArch64; 32-bit instruction; imm 1 */
    cmp w16, w17
    b.eq fast_svc
    ldp x16, x17, [sp, #16 * 8]
    b el0_sync
.endm

.macro VECTOR_EL0_BAD kind
    .balign 128
    ENTER_EL0
    mov x1, x0
    mov w0, #\kind
    b trap_bad_el0
.endm

/*
 * From EL1 on the kernel stack. Inside a stack bit KSTACK_SHIFT of sp is 1; below it, in the guard,
 * it is 0. The sums change x0 and sp and change them back (modulo 2^64), as no register is free.
 */
.macro VECTOR_EL1 kind
    .balign 128
    sub sp, sp, #FRAME_SIZE
    add sp, sp, x0
    sub x0, sp, x0
    tbz x0, #KSTACK_SHIFT, el1_overflow
    sub x0, sp, x0
    sub sp, sp, x0
    stp x0, x1, [sp]
    mov w0, #\kind
    b el1_entry
.endm

    .section .text.vectors, "ax"
    .balign 2048
    .global vectors
vectors:
    /* EL1 with SP_EL0: never. */
    VECTOR_EL1 TRAP_SYNC
    VECTOR_EL1 TRAP_IRQ
    VECTOR_EL1 TRAP_FIQ
    VECTOR_EL1 TRAP_SERROR
    /* EL1 with SP_EL1. */
    VECTOR_EL1 TRAP_SYNC
    VECTOR_EL1 TRAP_IRQ
    VECTOR_EL1 TRAP_FIQ
    VECTOR_EL1 TRAP_SERROR
    /* EL0, AArch64. */
    VECTOR_EL0_SYNC
    VECTOR_EL0 trap_irq_el0
    VECTOR_EL0_BAD TRAP_FIQ
    VECTOR_EL0_BAD TRAP_SERROR
    /* EL0, AArch32: never, since no SPSR of ours allows it. */
    VECTOR_EL0_BAD TRAP_SYNC
    VECTOR_EL0_BAD TRAP_IRQ
    VECTOR_EL0_BAD TRAP_FIQ
    VECTOR_EL0_BAD TRAP_SERROR
    .balign 128

FUNC el0_sync
    ENTER_EL0
    b trap_sync_el0
ENDFUNC el0_sync

/* The general path of a system call. */
FUNC trap_svc_el0
    ENTER_EL0
    b trap_syscall
ENDFUNC trap_svc_el0

/* x0: an argument for trap_reclaim(); the current thread's frame is complete. */
FUNC trap_reclaim_el0
    mrs x4, tpidr_el1
    ldr x4, [x4, #CPU_KSTACK]
    mov sp, x4
    mov x29, xzr
    b trap_reclaim
ENDFUNC trap_reclaim_el0

/* w0: kind; x0 and x1 are in the frame already. */
FUNC el1_entry
    X2_TO_X29 stp
    add x1, sp, #FRAME_SIZE
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x30, x1, [sp, #FRAME_SP - 8]
    stp x2, x3, [sp, #FRAME_PC]
    mov x1, sp
    /* For the backtrace: a frame record whose caller is the interrupted instruction. */
    stp x29, x2, [sp, #FRAME_SIZE - 16]
    add x29, sp, #FRAME_SIZE - 16
    bl trap_el1
    ldp x1, x2, [sp, #FRAME_PC]
    msr elr_el1, x1
    msr spsr_el1, x2
    X2_TO_X29 ldp
    ldr x30, [sp, #FRAME_SP - 8]
    ldp x0, x1, [sp]
    add sp, sp, #FRAME_SIZE
    eret
ENDFUNC el1_entry

/* The stack is used up. Its registers are lost but for a few; start over at its top to say so. */
FUNC el1_overflow
    sub x0, sp, x0
    sub sp, sp, x0
    msr tpidr_el0, x0
    add x0, sp, #FRAME_SIZE
    msr sp_el0, x0
    mrs x0, tpidr_el1
    ldr x0, [x0, #CPU_KSTACK]
    sub sp, x0, #FRAME_SIZE
    mrs x0, tpidr_el0
    stp x0, x1, [sp]
    X2_TO_X29 stp
    mrs x1, sp_el0
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x30, x1, [sp, #FRAME_SP - 8]
    stp x2, x3, [sp, #FRAME_PC]
    mov w0, #TRAP_STACK_OVERFLOW
    mov x1, sp
    mov x29, xzr
    bl trap_el1
ENDFUNC el1_overflow

/* x0: the frame of the thread that runs next. */
FUNC trap_return
    mov sp, x0
    ldp x30, x1, [sp, #FRAME_SP - 8]
    ldp x2, x3, [sp, #FRAME_PC]
    msr sp_el0, x1
    msr elr_el1, x2
    msr spsr_el1, x3
    X2_TO_X29 ldp
    ldp x0, x1, [sp]
    eret
ENDFUNC trap_return
