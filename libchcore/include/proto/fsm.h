/* SPDX-License-Identifier: MIT */
/*
 * The file system manager's protocol: which server a mount belongs to. Clients ask it only when a
 * file server redirects them (proto/file.h), and keep the tokens they got.
 */
#pragma once

#include <proto/message.h>

#define FSM_ROOT_MOUNT 1u /* mount id of the root file system */
#define FSM_MAX_MOUNTS 64u
#define FSM_PATH_MAX   256u

/* X(number, name, arguments, buffer, capabilities, errors, idempotent) */
#define FSM_METHODS(X)                                                                          \
    X(0x201, FSM_MOUNT, "w1 length of the mount point's path (for the list) -> w1 mount id",    \
      "path",                                                                                   \
      "in: cap 0 the directory to cover, cap 1 the root of the file system (none to cover for " \
      "the first mount)",                                                                       \
      "EPERM EBUSY EINVAL ENOMEM", 0)                                                           \
    X(0x202, FSM_UNMOUNT, "w1 mount id", "none", "", "EPERM EBUSY ENOENT", 0)                   \
    X(0x203, FSM_MOUNT_ROOT, "w1 mount id", "none", "out: cap 0 token of its root directory",   \
      "ENOENT", 1)                                                                              \
    X(0x204, FSM_MOUNT_POINT, "w1 mount id", "none",                                            \
      "out: cap 0 token of the directory that it covers", "ENOENT", 1)                          \
    X(0x205, FSM_LIST, "w1 lowest mount id -> w0 records", "-> struct fsm_mount", "", "EINVAL", 1)

enum fsm_method {
#define X(nr, name, args, buffer, caps, errors, idem) name = (nr),
    FSM_METHODS(X)
#undef X
};

struct fsm_mount {
    uint64_t id;
    char path[FSM_PATH_MAX];
};
_Static_assert(sizeof(struct fsm_mount) == 264, "ABI");
