/* SPDX-License-Identifier: MIT */
/*
 * posix_spawn by the system's own spawn: the process manager makes the child from a description,
 * so no code of the parent's ever runs in it. This file turns libc's lists into that description.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <chcore/spawn.h>

#include "fdop.h"

/* musl numbers its file actions, in this order, from 1; chcore/spawn.h keeps them so. */
_Static_assert((int)FDOP_CLOSE == (int)CHCORE_SPAWN_CLOSE, "file action numbers");
_Static_assert((int)FDOP_DUP2 == (int)CHCORE_SPAWN_DUP2, "file action numbers");
_Static_assert((int)FDOP_OPEN == (int)CHCORE_SPAWN_OPEN, "file action numbers");
_Static_assert((int)FDOP_CHDIR == (int)CHCORE_SPAWN_CHDIR, "file action numbers");
_Static_assert((int)FDOP_FCHDIR == (int)CHCORE_SPAWN_FCHDIR, "file action numbers");

/* Bit n - 1 for signal n. */
static uint64_t signal_bits(const sigset_t *set)
{
    uint64_t bits;
    memcpy(&bits, set, sizeof(bits));
    return bits;
}

/* The caller's list, oldest first, as an array; NULL with *count 0 for none, with errno for no
 * memory. */
static struct chcore_file_action *actions_create(const posix_spawn_file_actions_t *list,
                                                 uint32_t *count)
{
    struct fdop *oldest = NULL;
    *count = 0;
    for (struct fdop *op = list ? list->__actions : NULL; op; op = op->next) {
        oldest = op;
        ++*count;
    }
    if (*count == 0) {
        return NULL;
    }
    struct chcore_file_action *actions = malloc(*count * sizeof(*actions));
    if (!actions) {
        return NULL;
    }
    struct chcore_file_action *action = actions;
    for (struct fdop *op = oldest; op; op = op->prev, action++) {
        *action = (struct chcore_file_action){
            .op = op->cmd,
            .fd = op->fd,
            .fd2 = op->cmd == FDOP_DUP2 ? op->srcfd : 0,
            .oflag = op->cmd == FDOP_OPEN ? op->oflag : 0,
            .mode = op->cmd == FDOP_OPEN ? op->mode : 0,
            .path = op->cmd == FDOP_OPEN || op->cmd == FDOP_CHDIR ? op->path : NULL,
        };
    }
    return actions;
}

int posix_spawn(pid_t *restrict res, const char *restrict path,
                const posix_spawn_file_actions_t *list, const posix_spawnattr_t *restrict attr,
                char *const argv[restrict], char *const envp[restrict])
{
    struct chcore_spawn request = {.path = path, .argv = argv, .envp = envp};
    if (attr) {
        const int flags = attr->__flags;
        request.flags = (flags & POSIX_SPAWN_SETPGROUP ? CHCORE_SPAWN_SETPGROUP : 0) |
                        (flags & POSIX_SPAWN_SETSID ? CHCORE_SPAWN_SETSID : 0) |
                        (flags & POSIX_SPAWN_SETSIGMASK ? CHCORE_SPAWN_SETMASK : 0) |
                        (flags & POSIX_SPAWN_RESETIDS ? CHCORE_SPAWN_RESETIDS : 0);
        request.pgroup = attr->__pgrp;
        request.signal_mask = signal_bits(&attr->__mask);
        request.signal_default = flags & POSIX_SPAWN_SETSIGDEF ? signal_bits(&attr->__def) : 0;
    }
    struct chcore_file_action *actions = actions_create(list, &request.action_count);
    if (!actions && request.action_count) {
        return ENOMEM;
    }
    request.actions = actions;
    const long pid = chcore_spawn(&request);
    free(actions);
    if (pid < 0) {
        return (int)-pid;
    }
    if (res) {
        *res = (pid_t)pid;
    }
    return 0;
}
