/* SPDX-License-Identifier: MIT */
/*
 * long px_wait_call(nr, a0..a4): a system call that waits and that a cancellation must end, also one
 * whose signal came after the door was entered and before the wait began. libc's handler leaves signal
 * 33 pending and masked then. Look and svc are one for signals: an upcall in between, or one that came
 * in the wait and rewound the svc, goes on at px_wait_interrupted if it ran a handler (signal.c).
 */
#include "thread_offsets.h"

#define CANCEL_BIT 32 /* of signal 33 */
#define EINTR      4

    .section .text.px_wait_call, "ax"
    .global px_wait_call
    .global px_wait_look
    .global px_wait_done
    .global px_wait_interrupted
    .type px_wait_call, %function
px_wait_call:
    mov     x8, x0
    mov     x0, x1
    mov     x1, x2
    mov     x2, x3
    mov     x3, x4
    mov     x4, x5
    mrs     x9, tpidrro_el0
px_wait_look:
    ldr     x10, [x9, #THREAD_SIGNALS_PENDING]
    tbnz    x10, #CANCEL_BIT, px_wait_interrupted
    svc     #1
px_wait_done:
    ret
px_wait_interrupted:
    mov     x0, #-EINTR
    ret
    .size px_wait_call, . - px_wait_call
