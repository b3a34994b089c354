/* SPDX-License-Identifier: MIT */
/*
 * A server as the client of another: one connection with one buffer slot, used by one thread at a
 * time. Every call has a deadline. No lock may be held over one.
 */
#pragma once

#include <chcore/ipc.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_TIMEOUT_MS 5000u

struct peer {
    cap_t connection; /* owned */
    uint8_t *slot;    /* MSG_SLOT_SIZE bytes shared with the server, or NULL */
    uint32_t slot_number;
};

/* Capabilities that go with a call, and the one that comes back. */
struct peer_caps {
    uint32_t count;
    cap_t cap[IPC_MAX_CAPS];
    cap_t received; /* out: CAP_NONE when none */
};

/* Take over a connection and get a slot. 0 or -errno; the connection is dropped when it fails. */
long peer_open(struct peer *peer, cap_t connection);
/* The server that made the token. */
long peer_open_token(struct peer *peer, cap_t token);
void peer_close(struct peer *peer);

/*
 * Call `method` about a token (or CAP_NONE) with msg->w[1..7]; caps may be NULL. Returns the
 * server's result, or the kernel's error.
 */
long peer_call(struct peer *peer, uint32_t method, cap_t token, struct ipc_msg *msg,
               struct peer_caps *caps);
