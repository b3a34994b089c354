/* SPDX-License-Identifier: MIT */
/* The spawn block of proto/procmgr.h, checked. Without a system call: tests/host parses it, too. */
#pragma once

#include <proto/procmgr.h>
#include <stddef.h>

struct spawn_block {
    struct spawn_head head;
    const struct spawn_action *actions;
    const char *path;    /* terminated, as are all strings */
    const char *strings; /* argc arguments, then envc of environment, packed */
    size_t strings_size;
};

/* bytes[size] is private memory, aligned to 8. 0, -EINVAL or -E2BIG. */
int spawn_block_parse(const void *bytes, size_t size, struct spawn_block *block);

/* What the child's descriptor `to` becomes: the caller's descriptor, or nothing. */
struct fd_change {
    uint32_t to;
    int32_t from; /* -1: closed */
};

/*
 * Do the actions on paper: changes[PROC_MAX_ACTIONS] gets one record for each descriptor that they
 * touch. -> how many; -EBADF for a number that is no descriptor, -EINVAL for an unknown action.
 */
int spawn_actions_resolve(const struct spawn_block *block, struct fd_change *changes);
