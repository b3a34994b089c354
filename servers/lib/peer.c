/* SPDX-License-Identifier: MIT */
/* Calls to other servers (peer.h). */
#include "peer.h"

#include <chcore/server.h>
#include <chcore/syscall.h>
#include <proto/message.h>

long peer_call(struct peer *peer, uint32_t method, cap_t token, struct ipc_msg *msg,
               struct peer_caps *caps)
{
    struct ipc_received received;
    struct ipc_caps list;

    msg->w[0] = msg_word0(method, peer->slot ? peer->slot_number : MSG_NO_SLOT);
    if (caps) {
        list = (struct ipc_caps){.count = caps->count, .recv_flags = IPC_RECV};
        for (uint32_t i = 0; i < caps->count; i++) {
            list.cap[i] = (struct ipc_cap){.handle = caps->cap[i], .rights = RIGHT_ALL};
        }
        caps->received = CAP_NONE;
    }
    long status = ipc_call_full(peer->connection, server_deadline_ms(PEER_TIMEOUT_MS), token,
                                caps ? &list : NULL, msg, &received);
    if (status < 0) {
        return status;
    }
    if (caps) {
        caps->received = received.cap[0];
        for (unsigned i = 1; i < IPC_MAX_CAPS; i++) {
            if (received.cap[i] != CAP_NONE) {
                sys_cap_drop(CAP_SELF, received.cap[i]); /* more than the method gives */
            }
        }
    }
    return (long)msg->w[0];
}

/*
 * The buffer is the server's own memory, so it is mapped only when it is anonymous and complete:
 * no touch of it can end at a pager.
 */
static long map_buffer(struct peer *peer, cap_t pmo)
{
    struct pmo_info info = {0};
    long result = sys_pmo_info(pmo, &info);

    if (result < 0) {
        return result;
    }
    if (info.kind != PMO_ANON || info.size < MSG_SLOT_SIZE || !(info.flags & PMO_FIXED_SIZE) ||
        !(info.flags & PMO_COMMIT)) {
        return -EPEERDEAD;
    }
    result = sys_vm_map(CAP_VMSPACE, pmo, 0, MSG_SLOT_SIZE, 0, VM_READ | VM_WRITE);
    if (result >= 0) {
        peer->slot = (uint8_t *)result;
    }
    return result < 0 ? result : 0;
}

long peer_open(struct peer *peer, cap_t connection)
{
    struct ipc_msg msg = {.w = {0, 1}};
    struct peer_caps caps = {.count = 0};

    *peer = (struct peer){.connection = connection};
    long result = peer_call(peer, MSG_CONNECT, CAP_NONE, &msg, &caps);
    if (result == 0) {
        peer->slot_number = (uint32_t)msg.w[1];
        result = caps.received == CAP_NONE ? -EPEERDEAD : map_buffer(peer, caps.received);
        sys_cap_drop(CAP_SELF, caps.received);
    }
    if (result < 0) {
        peer_close(peer);
    }
    return result;
}

long peer_open_token(struct peer *peer, cap_t token)
{
    long connection = sys_token_connect(token);

    return connection < 0 ? connection : peer_open(peer, (cap_t)connection);
}

void peer_close(struct peer *peer)
{
    if (peer->slot) {
        sys_vm_unmap(CAP_VMSPACE, (uint64_t)(uintptr_t)peer->slot, MSG_SLOT_SIZE);
        peer->slot = NULL;
    }
    sys_cap_drop(CAP_SELF, peer->connection);
    peer->connection = CAP_NONE;
}
