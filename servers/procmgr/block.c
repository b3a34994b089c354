/* SPDX-License-Identifier: MIT */
/* Parsing of spawn blocks (block.h). */
#include "block.h"

#include <chcore/string.h>
#include <stdbool.h>
#include <uapi/errno.h>
#include <uapi/types.h>

/* The string at *at, which is moved behind it; NULL when no NUL comes before the end. */
static const char *take_string(const char **at, const char *end)
{
    const char *s = *at;
    const char *nul = s < end ? memchr(s, 0, (size_t)(end - s)) : NULL;

    if (!nul) {
        return NULL;
    }
    *at = nul + 1;
    return s;
}

int spawn_block_parse(const void *bytes, size_t size, struct spawn_block *block)
{
    const uint32_t flags = SPAWN_SET_GROUP | SPAWN_NEW_SESSION | SPAWN_NO_INHERIT;
    const char *at = bytes, *end = at + size;

    if (size > PROC_BLOCK_MAX) {
        return -E2BIG;
    }
    if (size < sizeof(block->head)) {
        return -EINVAL;
    }
    memcpy(&block->head, at, sizeof(block->head));
    at += sizeof(block->head);
    const struct spawn_head *head = &block->head;
    if (head->version != SPAWN_VERSION || (head->flags & ~flags)) {
        return -EINVAL;
    }
    if (head->actions > PROC_MAX_ACTIONS ||
        head->actions * sizeof(struct spawn_action) > (size_t)(end - at) || head->argc > size ||
        head->envc > size) {
        return -EINVAL;
    }
    block->actions = (const struct spawn_action *)at;
    at += head->actions * sizeof(struct spawn_action);
    block->path = take_string(&at, end);
    block->strings = at;
    for (uint32_t i = 0; block->path && i < head->argc + head->envc; i++) {
        if (!take_string(&at, end)) {
            return -EINVAL;
        }
    }
    block->strings_size = (size_t)(at - block->strings);
    return block->path && block->path[0] ? 0 : -EINVAL;
}

/* What `fd` stands for after the changes so far. */
static int32_t source_of(const struct fd_change *changes, int count, uint32_t fd)
{
    for (int i = 0; i < count; i++) {
        if (changes[i].to == fd) {
            return changes[i].from;
        }
    }
    return (int32_t)fd;
}

static int note(struct fd_change *changes, int count, uint32_t to, int32_t from)
{
    for (int i = 0; i < count; i++) {
        if (changes[i].to == to) {
            changes[i].from = from;
            return count;
        }
    }
    changes[count] = (struct fd_change){.to = to, .from = from};
    return count + 1;
}

int spawn_actions_resolve(const struct spawn_block *block, struct fd_change *changes)
{
    int count = 0;

    for (uint32_t i = 0; i < block->head.actions; i++) {
        const struct spawn_action *action = &block->actions[i];
        bool copies = action->kind != SPAWN_CLOSE;
        int32_t from = (int32_t)action->from;

        if (action->to >= CAP_NOFILE || (copies && action->from >= CAP_NOFILE)) {
            return -EBADF;
        }
        switch (action->kind) {
        case SPAWN_CLOSE:
            from = -1;
            break;
        case SPAWN_DUP:
            from = source_of(changes, count, action->from);
            if (from < 0) {
                return -EBADF;
            }
            break;
        case SPAWN_PARENT:
            break;
        default:
            return -EINVAL;
        }
        count = note(changes, count, action->to, from);
    }
    return count;
}
