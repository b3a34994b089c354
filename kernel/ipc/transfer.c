/* SPDX-License-Identifier: MIT */
/* Capability transfer; see transfer.h. */
#include <ipc/transfer.h>
#include <lib/errno.h>
#include <task/user.h>
#include <vm/vmspace.h>

enum {
    CAP_FLAGS = IPC_CAP_MOVE | IPC_CAP_MINT | IPC_CAP_CLOEXEC,
    RECV_FLAGS = IPC_RECV | IPC_RECV_FD | IPC_RECV_CLOEXEC | IPC_RECV_FD_ALL,
};

/* Decode: nothing has changed yet. */
static s64 check(const struct ipc_caps *caps, bool reply)
{
    if (caps->count > IPC_MAX_CAPS || (caps->recv_flags & ~(u32)RECV_FLAGS) != 0) {
        return -EINVAL;
    }
    for (u32 i = 0; i < caps->count; i++) {
        u32 flags = caps->cap[i].flags;

        if ((flags & ~(u32)CAP_FLAGS) != 0 || (!reply && (flags & IPC_CAP_MINT))) {
            return -EINVAL;
        }
    }
    return 0;
}

/* Where the i-th capability goes. */
static u64 destination(const struct thread *receiver, u32 i)
{
    if (receiver != NULL && ((receiver->recv_flags & IPC_RECV_FD_ALL) ||
                             ((receiver->recv_flags & IPC_RECV_FD) && i == 0))) {
        return CAP_SLOT_FD_MIN | MIN(receiver->recv_slot, (u64)CAP_NOFILE);
    }
    return CAP_SLOT_ANY;
}

static s64 give(struct thread *sender, const struct ipc_cap *cap, struct cap_group *group,
                u64 where, unsigned flags)
{
    unsigned rights = cap->rights & RIGHT_ALL;

    if (cap->flags & IPC_CAP_MINT) {
        struct token *token;
        s64 ret = token_mint(sender->group->charge, sender->server, cap->handle, &token);

        if (ret == 0) {
            ret = cap_insert(group, &token->obj, rights, where, flags);
            object_put(&token->obj);
        }
        return ret;
    }
    return cap_copy(sender->group, cap->handle, group, where, rights, flags);
}

s64 transfer_caps(struct thread *sender, vaddr_t list, struct cap_group *group,
                  struct thread *receiver, cap_t received[IPC_MAX_CAPS])
{
    struct ipc_caps caps;
    s64 err = user_copy_in(sender, &caps, list, sizeof(caps));
    unsigned flags = 0;

    if (err != 0) {
        return err;
    }
    err = check(&caps, receiver != NULL);
    if (err != 0) {
        return err;
    }
    for (u32 i = 0; i < IPC_MAX_CAPS; i++) {
        received[i] = CAP_NONE;
    }
    if (receiver == NULL) {
        sender->recv_flags = caps.recv_flags;
        sender->recv_slot = caps.recv_slot;
    } else if (!(receiver->recv_flags & IPC_RECV)) {
        if (caps.count > 0) {
            return -EINVAL;
        }
    } else if (receiver->recv_flags & IPC_RECV_CLOEXEC) {
        flags = CAP_CLOEXEC;
    }
    for (u32 i = 0; i < caps.count; i++) {
        unsigned cloexec = caps.cap[i].flags & IPC_CAP_CLOEXEC ? CAP_CLOEXEC : 0;
        s64 handle = give(sender, &caps.cap[i], group, destination(receiver, i), flags | cloexec);

        if (handle < 0) {
            while (i-- > 0) {
                (void)cap_drop(group, received[i]);
                received[i] = CAP_NONE;
            }
            return handle;
        }
        received[i] = (cap_t)handle;
    }
    for (u32 i = 0; i < caps.count; i++) {
        if ((caps.cap[i].flags & (IPC_CAP_MOVE | IPC_CAP_MINT)) == IPC_CAP_MOVE) {
            (void)cap_drop(sender->group, caps.cap[i].handle);
        }
    }
    return caps.count;
}
