/* SPDX-License-Identifier: MIT */
/*
 * Where a handler starts: registers of uapi/ipc.h, "handler entry". It stores them as a struct
 * server_request (chcore/server.h), calls server_dispatch and returns the reply. A handler's context
 * ends with ipc_return: the next call starts here again, with the same sp.
 *
 * x19  the request
 */
#define REQUEST_SIZE   224
#define REQUEST_HEAD   64
#define REQUEST_CAPS   96
#define NR_ipc_return  2 /* asserted in server.c */

    .text
    .global server_entry
    .type server_entry, %function
server_entry:
    sub     sp, sp, #REQUEST_SIZE
    mov     x19, sp
    stp     x0, x1, [x19]
    stp     x2, x3, [x19, #16]
    stp     x4, x5, [x19, #32]
    stp     x6, x7, [x19, #48]
    stp     x8, x9, [x19, #REQUEST_HEAD]
    stp     x10, x11, [x19, #REQUEST_HEAD + 16]
    stp     x12, x13, [x19, #REQUEST_CAPS]
    stp     x14, x15, [x19, #REQUEST_CAPS + 16]
    str     x16, [x19, #REQUEST_CAPS + 32]
    mov     x29, xzr                    /* the end of a backtrace */
    mov     x30, xzr
    mov     x0, x19
    bl      server_dispatch
1:  mov     x12, x0                     /* capabilities of the reply, or 0 */
    ldp     x0, x1, [x19]
    ldp     x2, x3, [x19, #16]
    ldp     x4, x5, [x19, #32]
    ldp     x6, x7, [x19, #48]
    mov     x8, #NR_ipc_return
    svc     #1
    mov     x1, x0                      /* it came back: the kernel refused the reply */
    mov     x0, x19
    bl      server_return_refused
    b       1b
    .size server_entry, . - server_entry

    .global server_thread_entry
    .type server_thread_entry, %function
server_thread_entry:                    /* x0: struct thread_start (server.c) */
    mov     x29, xzr
    mov     x30, xzr
    b       server_thread_main
    .size server_thread_entry, . - server_thread_entry

    .section .note.GNU-stack, "", %progbits
