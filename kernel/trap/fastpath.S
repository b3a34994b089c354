/* SPDX-License-Identifier: MIT */
/*
 * The fast paths of `svc #1`: call, return, null. docs/ipc-fast-path.md walks through them.
 *
 * They do what ipc/call.c does for the common case, and nothing else: all checks come first; any surprise
 * goes to the general path with nothing changed. The message stays in x0-x7. x13-x18 are dead by the
 * convention of `svc #1`, so they are ours from the first instruction.
 *
 * Roles          call                          return
 *   sp           the caller                    the handler
 *   x13          slot, then connection         server
 *   x14          server                        caller
 *   x15, x18     scratch                       scratch
 *   x16          struct cpu_local              struct cpu_local
 *   x17          the handler                   scratch
 *
 * Invariants used: interrupts are masked; a chain's links change only on the CPU that it is on
 * (task/thread.h); server->kept[this CPU] is touched by this CPU alone; a handler that is kept has
 * fpu_fresh set, ipc.caller, connection and token NULL.
 */
#include <arch/asm.inc>

#include "fast_offsets.h"

/* clang-format off */

/* refs + 1 on the object at \obj; to \dead with nothing changed when the last one has gone. */
.macro REF_GET obj, tmp, status, dead
1:  ldxr    \tmp, [\obj]
    cbz     \tmp, \dead
    add     \tmp, \tmp, #1
    stxr    \status, \tmp, [\obj]
    cbnz    \status, 1b
.endm

/* refs - 1; to \last with nothing changed when it is the last one. Release: as fetch_sub() in object_put(). */
.macro REF_PUT obj, tmp, status, last
1:  ldxr    \tmp, [\obj]
    subs    \tmp, \tmp, #1
    b.eq    \last
    stlxr   \status, \tmp, [\obj]
    cbnz    \status, 1b
.endm

/*
 * From the vector: `svc #1` for sure, x16 and x17 in the frame already (they are dead, too). What is
 * neither call, return nor null goes on to trap_svc_el0, as does each of them on a surprise.
 */
FUNC fast_svc
#if CHCORE_FASTPATH
    cmp     x8, #NR_CALL
    b.eq    fast_call
    cmp     x8, #NR_RETURN
    b.eq    fast_return
#endif
    cbnz    x8, trap_svc_el0
    mov     x0, #0                              /* null: what entry and exit alone cost */
    eret
ENDFUNC fast_svc

FUNC fast_call
    cbnz    x12, trap_svc_el0                   /* capabilities travel: general path */
    cmn     x11, #1
    b.ne    trap_svc_el0                        /* a token travels */

    /* The connection: cap_word() for a handle with a generation. */
    ldr     x13, [sp, #THREAD_GROUP]
    ubfx    x14, x9, #14, #10
    cmp     x14, #64
    b.hs    trap_svc_el0
    add     x13, x13, x14, lsl #3
    ldr     x13, [x13, #GROUP_ROOT]
    cbz     x13, trap_svc_el0
    ubfx    x14, x9, #6, #8
    add     x13, x13, x14, lsl #4
    ldr     x13, [x13]
    cbz     x13, trap_svc_el0
    and     x14, x9, #63
    add     x13, x13, x14, lsl #6
    ldar    x14, [x13]                          /* word, then generation */
    ldr     x15, [x13, #8]
    eor     x15, x15, x9, lsr #24
    lsl     x15, x15, #25                       /* 39 bits of it count */
    cbnz    x15, trap_svc_el0
    ubfx    x15, x14, #48, #8
    cmp     x15, #TYPE_CONNECTION
    b.ne    trap_svc_el0
    orr     x13, x14, #0xffff000000000000

    /* Depth, deadline, a handler that this CPU keeps. */
    ldr     w15, [sp, #IPC_DEPTH]
    cmp     w15, #DEPTH_MAX
    b.hs    trap_svc_el0
    mrs     x16, tpidr_el1
    ldr     x17, [sp, #THREAD_DEADLINE]
    cmp     x10, x17
    csel    x10, x10, x17, lo
    ldr     x17, [x16, #CPU_TIMER_ARMED]
    cmp     x10, x17
    b.lo    trap_svc_el0                        /* the timer must be set for it */
    ldr     x14, [x13, #CONNECTION_SERVER]
    ldr     x17, [x16, #CPU_ID]
    add     x14, x14, x17, lsl #3
    ldr     x17, [x14, #SERVER_KEPT]
    cbz     x17, trap_svc_el0
    ldr     w12, [x17, #THREAD_ATTENTION]
    cbnz    w12, fast_surprise

    REF_GET x13, w12, w18, fast_surprise

    /* The point of no return. */
    str     xzr, [x14, #SERVER_KEPT]
    ldr     x12, [x16, #CPU_FAST_CALLS]
    add     x12, x12, #1
    str     x12, [x16, #CPU_FAST_CALLS]

    /* What the caller keeps across a call. */
    stp     x19, x20, [sp, #FRAME_X19]
    stp     x21, x22, [sp, #FRAME_X19 + 16]
    stp     x23, x24, [sp, #FRAME_X19 + 32]
    stp     x25, x26, [sp, #FRAME_X19 + 48]
    stp     x27, x28, [sp, #FRAME_X19 + 64]
    mrs     x12, sp_el0
    str     x29, [sp, #FRAME_X29]
    stp     x30, x12, [sp, #FRAME_SP - 8]
    mrs     x12, elr_el1
    mrs     x14, spsr_el1
    stp     x12, x14, [sp, #FRAME_PC]
    mrs     x12, tpidr_el0
    str     x12, [sp, #FRAME_TPIDR]

    /* The chain goes on in the handler: enter() of ipc/call.c. */
    mov     x12, sp
    str     x12, [x17, #IPC_CALLER]
    str     x13, [x17, #IPC_CONNECTION]
    add     w15, w15, #1
    mov     x14, #KIND_CALL
    orr     x14, x14, x15, lsl #32              /* and depth */
    str     x14, [x17, #IPC_KIND]
    str     x10, [x17, #THREAD_DEADLINE]
    ldr     x14, [x12, #THREAD_SC]
    str     x14, [x17, #THREAD_SC]
    str     x17, [x14, #SCHED_TOP]
    str     x17, [x12, #THREAD_CALLEE]
    mov     w14, #STATE_CALLING
    str     w14, [x12, #THREAD_STATE]
    str     xzr, [x12, #THREAD_RECV_FLAGS]      /* it takes no capabilities: those of an earlier call are over */
    mov     w14, #STATE_RUNNING
    str     w14, [x17, #THREAD_STATE]
    str     x17, [x16, #CPU_CURRENT]
    ldr     x14, [x16, #CPU_FPU_OWNER]
    cmp     x14, x12
    b.ne    1f
    msr     cpacr_el1, xzr                      /* FPEN_TRAP: the caller's registers stay, out of reach */
1:
    /* Be the handler. */
    ldr     x18, [x12, #THREAD_GROUP]
    ldr     x18, [x18, #GROUP_PRINCIPAL]
    mov     sp, x17
    ldr     x14, [x17, #THREAD_TTBR]
    msr     ttbr0_el1, x14
    ldp     x14, x15, [x17, #THREAD_ENTRY]      /* entry, stack */
    msr     elr_el1, x14
    msr     sp_el0, x15
    ldp     x14, x15, [x17, #THREAD_ENTRY + 16] /* TPIDRs */
    msr     tpidr_el0, x14
    msr     tpidrro_el0, x15
    msr     spsr_el1, xzr
    ldr     x8, [x13, #CONNECTION_BADGE]
    mov     x9, #0
    mov     x10, #0
    mov     x11, x18                            /* principal */
    mov     x12, #0
    mov     x13, #0
    mov     x14, #0
    mov     x15, #0
    mov     x16, #0
    mov     x17, #0
    mov     x18, #0
    mov     x19, #0
    mov     x20, #0
    mov     x21, #0
    mov     x22, #0
    mov     x23, #0
    mov     x24, #0
    mov     x25, #0
    mov     x26, #0
    mov     x27, #0
    mov     x28, #0
    mov     x29, #0
    mov     x30, #0
    eret
ENDFUNC fast_call

FUNC fast_return
    cbnz    x12, trap_svc_el0
    ldr     x13, [sp, #THREAD_SERVER]
    cbz     x13, trap_svc_el0                   /* no handler */
    ldr     x14, [sp, #IPC_CALLER]
    cbz     x14, trap_svc_el0                   /* cut */
    ldr     x15, [sp, #IPC_TOKEN]
    cbnz    x15, trap_svc_el0
    ldr     w15, [sp, #IPC_KIND]
    cmp     w15, #KIND_CALL
    b.ne    trap_svc_el0
    mrs     x16, tpidr_el1
    ldr     w15, [sp, #THREAD_ATTENTION]
    ldr     w17, [x14, #THREAD_ATTENTION]
    ldr     x18, [x16, #CPU_SLOW_FLAGS]
    orr     w15, w15, w17
    orr     x15, x15, x18
    cbnz    x15, trap_svc_el0
    ldr     x15, [x16, #CPU_ID]
    add     x13, x13, x15, lsl #3
    ldr     x17, [x13, #SERVER_KEPT]
    cbnz    x17, trap_svc_el0                   /* this CPU keeps one already */
    sub     x17, x13, x15, lsl #3
    ldr     w17, [x17, #SERVER_WANTED]
    cbnz    w17, trap_svc_el0
    ldr     x17, [sp, #IPC_CONNECTION]
    REF_PUT x17, w12, w18, fast_surprise

    /* The point of no return: the handler is idle. */
    mov     x17, sp
    str     xzr, [x17, #IPC_CALLER]
    str     xzr, [x17, #IPC_CONNECTION]
    str     xzr, [x17, #IPC_KIND]               /* and depth */
    mov     x12, #-1
    str     x12, [x17, #THREAD_DEADLINE]
    add     x12, x17, #THREAD_OWN_SC
    str     x12, [x17, #THREAD_SC]
    str     w15, [x17, #THREAD_OWN_SC + SCHED_HOME]
    mov     w12, #1
    strb    w12, [x17, #THREAD_FPU_FRESH]
    str     wzr, [x17, #THREAD_STATE]           /* STATE_IDLE */

    /* The caller has its sched_ctx back. */
    str     xzr, [x14, #THREAD_CALLEE]
    mov     w12, #STATE_RUNNING
    str     w12, [x14, #THREAD_STATE]
    ldr     x12, [x14, #THREAD_SC]
    str     x14, [x12, #SCHED_TOP]
    str     x14, [x16, #CPU_CURRENT]
    ldr     x12, [x16, #CPU_FPU_OWNER]
    cbz     x12, 2f
    cmp     x12, x17
    b.ne    1f
    str     xzr, [x16, #CPU_FPU_OWNER]          /* what the handler left there is dead */
    msr     cpacr_el1, xzr
    b       2f
1:  cmp     x12, x14
    b.ne    2f
    mov     x12, #FPEN_FREE
    msr     cpacr_el1, x12
2:
    /* Kept, then `wanted`: pairs with handler_ask(). Who asked in between is answered by the slow put. */
    str     x17, [x13, #SERVER_KEPT]
    dmb     ish
    sub     x12, x13, x15, lsl #3
    ldr     w12, [x12, #SERVER_WANTED]
    cbnz    w12, fast_return_wanted

fast_resume:
    mov     sp, x14
    ldr     x12, [x14, #THREAD_TTBR]
    msr     ttbr0_el1, x12
    ldp     x12, x13, [x14, #FRAME_TPIDR]
    msr     tpidr_el0, x12
    msr     tpidrro_el0, x13
    ldp     x12, x13, [x14, #FRAME_PC]
    msr     elr_el1, x12
    msr     spsr_el1, x13
    ldp     x30, x12, [x14, #FRAME_SP - 8]
    msr     sp_el0, x12
    ldp     x19, x20, [x14, #FRAME_X19]
    ldp     x21, x22, [x14, #FRAME_X19 + 16]
    ldp     x23, x24, [x14, #FRAME_X19 + 32]
    ldp     x25, x26, [x14, #FRAME_X19 + 48]
    ldp     x27, x28, [x14, #FRAME_X19 + 64]
    ldr     x29, [x14, #FRAME_X29]
    mov     x8, #0                              /* the kernel's status */
    mov     x9, #-1                             /* no capabilities came */
    mov     x10, #-1
    mov     x11, #-1
    mov     x12, #-1
    mov     x13, #0
    mov     x14, #0
    mov     x15, #0
    mov     x16, #0
    mov     x17, #0
    mov     x18, #0
    eret
ENDFUNC fast_return

/* Off the fast path where x12 was used already: it is 0 there. (The connection's last reference, which dies
 * with this call, comes here too: nothing has changed but the monitor.) */
FUNC fast_surprise
    clrex
    mov     x12, #0
    b       trap_svc_el0
ENDFUNC fast_surprise

/* A caller waits for a handler: the reply goes into the frame, and the handler to who waits, in C. */
FUNC fast_return_wanted
    stp     x0, x1, [x14]
    stp     x2, x3, [x14, #16]
    stp     x4, x5, [x14, #32]
    stp     x6, x7, [x14, #48]
    mov     x12, #-1
    stp     xzr, x12, [x14, #64]                /* x8, x9 */
    stp     x12, x12, [x14, #80]
    str     x12, [x14, #96]
    ldr     x12, [x14, #THREAD_TTBR]
    msr     ttbr0_el1, x12
    ldp     x12, x13, [x14, #FRAME_TPIDR]
    msr     tpidr_el0, x12
    msr     tpidrro_el0, x13
    mov     x0, x17
    b       trap_reclaim_el0
ENDFUNC fast_return_wanted
/* clang-format on */
