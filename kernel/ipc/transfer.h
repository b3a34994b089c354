/* SPDX-License-Identifier: MIT */
/* Capabilities that travel with a message. */
#pragma once

#include <ipc/server.h>

/*
 * Move the capabilities that the struct ipc_caps at user address `list` of `sender` names into
 * `group`. For a call `receiver` is NULL, and the list's recv fields are stored in the sender. For
 * a reply it is the thread whose recv fields say whether and where capabilities go; without
 * IPC_RECV a list that is not empty is -EINVAL. All or nothing. Returns how many, the handles in
 * received[] (CAP_NONE for the rest), or -errno, -RESTART.
 */
s64 __must_check transfer_caps(struct thread *sender, vaddr_t list, struct cap_group *group,
                               struct thread *receiver, cap_t received[IPC_MAX_CAPS]);
