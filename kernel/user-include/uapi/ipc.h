/* SPDX-License-Identifier: MIT */
/*
 * Registers and structures of IPC.
 *
 * ipc_call   in:  x0-x7 message, x8 SYS_ipc_call, x9 connection, x10 deadline (ticks),
 *                 x11 token or CAP_NONE, x12 address of struct ipc_caps or 0
 *            out: x0-x7 reply, x8 status of the kernel (0 or -errno; the reply words are then 0),
 *                 x9-x12 received handles (CAP_NONE where none)
 * handler    in:  x0-x7 message, x8 badge of the connection, x9 badge of the token (0 without one),
 *    entry        x10 rights of the token with IPC_HAS_TOKEN or 0, x11 principal of the calling
 * process, x12 number of received capabilities, x13-x16 their handles; sp and TPIDRs as created
 * ipc_return in:  x0-x7 reply, x8 SYS_ipc_return, x12 address of struct ipc_caps or 0;
 *                 returns only with an error (x0 = -errno) when there is nothing to return to.
 *
 * x19-x30, sp, d8-d15 and FPCR survive ipc_call; all else is dead.
 */
#pragma once

#include <uapi/types.h>

#define IPC_WORDS     8
#define IPC_MAX_CAPS  4
#define IPC_HAS_TOKEN (1ull << 32) /* in x10 at a handler's entry */

/* How one capability travels. */
enum ipc_cap_flag {
    IPC_CAP_MOVE = 1, /* drop the sender's copy */
    IPC_CAP_MINT =
        2, /* replies only: `handle` is a badge; a token of this handler's server is made */
    IPC_CAP_CLOEXEC = 4, /* receiver's slot flag, or'ed with ipc_caps.recv_flags */
};

struct ipc_cap {
    uint64_t handle; /* capability to send, or badge with IPC_CAP_MINT */
    uint32_t rights; /* rights that the receiver gets: and'ed with the sender's */
    uint32_t flags;  /* enum ipc_cap_flag */
};

/* Where received capabilities go. */
enum ipc_recv_flag {
    IPC_RECV = 1,         /* accept capabilities in the reply; without it none can be sent */
    IPC_RECV_FD = 2,      /* the first one goes to the lowest free descriptor slot >= recv_slot */
    IPC_RECV_CLOEXEC = 4, /* and gets CAP_CLOEXEC */
    IPC_RECV_FD_ALL = 8,  /* all of them go to descriptor slots (pipe2, socketpair) */
};

struct ipc_caps {
    uint32_t count;      /* capabilities sent: 0 to IPC_MAX_CAPS */
    uint32_t recv_flags; /* enum ipc_recv_flag, for the reply (calls only) */
    uint64_t recv_slot;  /* lowest descriptor acceptable */
    struct ipc_cap cap[IPC_MAX_CAPS];
};
_Static_assert(sizeof(struct ipc_caps) == 80, "ABI");

/* server_create(flags, notification): the notification's bit 0 is set when the drop queue fills. */
/* server_dropped(server, records, max) */
enum drop_kind { DROP_TOKEN = 1, DROP_CONNECTION = 2 };
struct drop_record {
    uint64_t badge;
    uint32_t kind;
    uint32_t reserved;
};
_Static_assert(sizeof(struct drop_record) == 16, "ABI");

/* handler_create(server, args) */
struct handler_args {
    uint64_t entry;
    uint64_t stack;   /* sp at entry, 16-byte aligned */
    uint64_t tpidr;   /* TPIDR_EL0 */
    uint64_t tpidrro; /* TPIDRRO_EL0: the thread's own block */
};
_Static_assert(sizeof(struct handler_args) == 32, "ABI");

/* wait_any(items, n <= WAIT_MAX, deadline) -> number of ready items, or -ETIMEDOUT, -EINTR */
#define WAIT_MAX 64
struct wait_item {
    uint64_t handle; /* token, notification or irq */
    uint64_t mask;   /* bits of interest */
    uint64_t seen;   /* out: the bits that are set; those of a notification or irq are consumed */
};
_Static_assert(sizeof(struct wait_item) == 24, "ABI");

/* Signal bits of a token. The low 16 are the server's, by convention those of poll(2). */
enum token_signal_bit {
    TOKEN_READABLE = 0x0001,
    TOKEN_PRIORITY = 0x0002,
    TOKEN_WRITABLE = 0x0004,
    TOKEN_ERROR = 0x0008,
    TOKEN_HANGUP = 0x0010,
    TOKEN_PEER_CLOSED = 0x80000000u, /* set by the kernel alone */
};

/* futex flags */
enum futex_flag { FUTEX_SHARED = 1 /* key is (pmo, offset), else (vmspace, address) */ };
