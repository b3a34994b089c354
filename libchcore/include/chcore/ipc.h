/* SPDX-License-Identifier: MIT */
/*
 * Calling a server (uapi/ipc.h has the registers). Everything here is inlined into the caller, so
 * that a message that lives in a local struct ipc_msg never touches memory.
 */
#pragma once

#include <chcore/arch.h>
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

/*
 * Call the server behind a connection: msg goes out and comes back. token and caps may be CAP_NONE
 * and NULL; received may be NULL. Returns the kernel's status: 0, or -errno and then nothing came
 * back (-EPEERDEAD, -ETIMEDOUT, -EBADF, ...). The server's own result is in the message.
 */
static inline __attribute__((always_inline)) long
ipc_call_full(cap_t connection, deadline_t deadline, cap_t token, const struct ipc_caps *caps,
              struct ipc_msg *msg, struct ipc_received *received)
{
    return arch_ipc_call(connection, deadline, token, (uintptr_t)caps, msg->w,
                         received ? received->cap : NULL);
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
