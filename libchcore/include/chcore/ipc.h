/* SPDX-License-Identifier: MIT */
/*
 * Calling a server (uapi/ipc.h has the registers). Everything here is inlined into the caller, so
 * that a message that lives in a local struct ipc_msg never touches memory.
 */
#pragma once

#include <uapi/errno.h>
#include <uapi/ipc.h>
#include <uapi/syscall.h>

struct ipc_msg {
    uint64_t w[IPC_WORDS];
};

/* What comes back beside the message: CAP_NONE where nothing did. */
struct ipc_received {
    cap_t cap[IPC_MAX_CAPS];
};

/* FP and SIMD registers are dead across a call, but only code that may use them can say so. */
#if defined(__ARM_NEON)
#define IPC_CLOBBERS                                                                              \
    "x13", "x14", "x15", "x16", "x17", "x18", "memory", "cc", "v0", "v1", "v2", "v3", "v4", "v5", \
        "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26",  \
        "v27", "v28", "v29", "v30", "v31"
#else
#define IPC_CLOBBERS "x13", "x14", "x15", "x16", "x17", "x18", "memory", "cc"
#endif

/*
 * Call the server behind a connection: msg goes out and comes back. token and caps may be CAP_NONE
 * and NULL; received may be NULL. Returns the kernel's status: 0, or -errno and then nothing came
 * back (-EPEERDEAD, -ETIMEDOUT, -EBADF, ...). The server's own result is in the message.
 */
static inline __attribute__((always_inline)) long
ipc_call_full(cap_t connection, deadline_t deadline, cap_t token, const struct ipc_caps *caps,
              struct ipc_msg *msg, struct ipc_received *received)
{
    register uint64_t x0 __asm__("x0") = msg->w[0];
    register uint64_t x1 __asm__("x1") = msg->w[1];
    register uint64_t x2 __asm__("x2") = msg->w[2];
    register uint64_t x3 __asm__("x3") = msg->w[3];
    register uint64_t x4 __asm__("x4") = msg->w[4];
    register uint64_t x5 __asm__("x5") = msg->w[5];
    register uint64_t x6 __asm__("x6") = msg->w[6];
    register uint64_t x7 __asm__("x7") = msg->w[7];
    register uint64_t x8 __asm__("x8") = SYS_ipc_call;
    register uint64_t x9 __asm__("x9") = connection;
    register uint64_t x10 __asm__("x10") = deadline;
    register uint64_t x11 __asm__("x11") = token;
    register uint64_t x12 __asm__("x12") = (uint64_t)(uintptr_t)caps;

    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),
                       "+r"(x7), "+r"(x8), "+r"(x9), "+r"(x10), "+r"(x11), "+r"(x12)
                     :
                     : IPC_CLOBBERS);

    msg->w[0] = x0;
    msg->w[1] = x1;
    msg->w[2] = x2;
    msg->w[3] = x3;
    msg->w[4] = x4;
    msg->w[5] = x5;
    msg->w[6] = x6;
    msg->w[7] = x7;
    if (received) {
        received->cap[0] = x9;
        received->cap[1] = x10;
        received->cap[2] = x11;
        received->cap[3] = x12;
    }
    return (long)x8;
}

/* The common case: words only. */
static inline __attribute__((always_inline)) long ipc_call(cap_t connection, struct ipc_msg *msg)
{
    return ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, 0, msg, 0);
}

/* Words about a token. */
static inline __attribute__((always_inline)) long ipc_call_token(cap_t connection, cap_t token,
                                                                 struct ipc_msg *msg)
{
    return ipc_call_full(connection, DEADLINE_NONE, token, 0, msg, 0);
}
