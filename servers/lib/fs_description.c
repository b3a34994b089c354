/* SPDX-License-Identifier: MIT */
/*
 * Open descriptions (fs.h): found by badge without a lock, for a chunk once made stays, and the
 * token by which a call came keeps its description alive.
 */
#include "fs.h"

#include <chcore/malloc.h>
#include <chcore/string.h>

#define INDEX_BITS 24
#define INDEX_MASK ((1u << INDEX_BITS) - 1)

static struct fs_description *at_index(struct fs *fs, uint32_t index)
{
    struct fs_description *chunk = __atomic_load_n(&fs->chunk[index / FS_CHUNK], __ATOMIC_ACQUIRE);

    return chunk ? &chunk[index % FS_CHUNK] : NULL;
}

/* An unused description and its index. */
static struct fs_description *take_free(struct fs *fs, uint32_t *index)
{
    if (fs->free_head) {
        *index = fs->free_head - 1;
        struct fs_description *d = at_index(fs, *index);

        fs->free_head = d->next_free;
        return d;
    }
    if (fs->made == FS_CHUNK * FS_CHUNKS) {
        return NULL;
    }
    if (fs->made % FS_CHUNK == 0) {
        struct fs_description *chunk = calloc(FS_CHUNK, sizeof(*chunk));

        if (!chunk) {
            return NULL;
        }
        __atomic_store_n(&fs->chunk[fs->made / FS_CHUNK], chunk, __ATOMIC_RELEASE);
    }
    *index = fs->made++;
    return at_index(fs, *index);
}

struct fs_description *fs_describe(struct fs *fs, struct fs_node *node, uint32_t flags)
{
    uint32_t index;
    struct fs_description *d = take_free(fs, &index);

    if (!d) {
        return NULL;
    }
    uint32_t generation = d->generation;

    memset(d, 0, sizeof(*d));
    d->generation = generation;
    d->fs = fs;
    d->node = node;
    d->flags = flags;
    node->opens++;
    uint64_t badge = (uint64_t)generation << INDEX_BITS | (index + 1);
    __atomic_store_n(&d->badge, badge, __ATOMIC_RELEASE);
    return d;
}

void fs_forget(struct fs_description *d)
{
    struct fs *fs = d->fs;
    struct fs_node *node = d->node;
    uint32_t index = (uint32_t)(d->badge & INDEX_MASK) - 1;

    __atomic_store_n(&d->badge, 0, __ATOMIC_RELEASE);
    d->generation++;
    d->node = NULL;
    d->next_free = fs->free_head;
    fs->free_head = index + 1;
    fs_node_put(fs, node);
}

struct fs_description *fs_find(struct fs *fs, uint64_t badge)
{
    uint32_t index = (uint32_t)(badge & INDEX_MASK) - 1;

    if (badge == 0 || index >= FS_CHUNK * FS_CHUNKS) {
        return NULL;
    }
    struct fs_description *d = at_index(fs, index);
    return d && __atomic_load_n(&d->badge, __ATOMIC_ACQUIRE) == badge ? d : NULL;
}

void fs_node_put(struct fs *fs, struct fs_node *node)
{
    node->opens--;
    if (node->opens == 0 && node->links == 0) {
        fs->ops->release(fs, node);
    }
}
