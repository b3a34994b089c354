/* SPDX-License-Identifier: MIT */
/* The operations of tmpfs behind the shared skeleton (lib/fs.h). */
#include "tmpfs.h"

#include <chcore/malloc.h>
#include <chcore/string.h>
#include <uapi/errno.h>

#define TMPFS_DEVICE 1u

struct fs tmpfs;

static uint64_t last_inode; /* protected by tmpfs.lock */

static uint32_t type_of(const struct fs_node *node)
{
    return node->mode & FILE_TYPE_MASK;
}

long tmpfs_make(uint32_t mode, struct fs_name target, struct tmpfs_node **out)
{
    struct tmpfs_node *node = calloc(1, sizeof(*node));

    if (!node) {
        return -ENOSPC;
    }
    node->base.inode = ++last_inode;
    node->base.mode = mode;
    switch (mode & FILE_TYPE_MASK) {
    case FILE_REGULAR:
        content_init(&node->content);
        break;
    case FILE_SYMLINK_TYPE:
        node->target.text = malloc(target.length);
        if (!node->target.text) {
            free(node);
            return -ENOSPC;
        }
        memcpy(node->target.text, target.text, target.length);
        node->target.length = target.length;
        node->base.size = target.length;
        break;
    default:
        break;
    }
    *out = node;
    return 0;
}

static struct fs_node *op_lookup(struct fs *fs, struct fs_node *dir, struct fs_name name)
{
    const struct dir_entry *entry = dir_find(&tmpfs_node(dir)->dir, name);

    (void)fs;
    return entry ? entry->node : NULL;
}

static long op_make(struct fs *fs, uint32_t mode, struct fs_name target, struct fs_node **out)
{
    struct tmpfs_node *node;
    long result = tmpfs_make(mode, target, &node);

    (void)fs;
    if (result == 0) {
        *out = &node->base;
    }
    return result;
}

static long op_link(struct fs *fs, struct fs_node *dir, struct fs_name name, struct fs_node *node)
{
    (void)fs;
    return dir_add(&tmpfs_node(dir)->dir, name, node) ? -ENOSPC : 0;
}

static void op_unlink(struct fs *fs, struct fs_node *dir, struct fs_name name)
{
    (void)fs;
    dir_remove(&tmpfs_node(dir)->dir, name);
}

static void op_replace(struct fs *fs, struct fs_node *dir, struct fs_name name,
                       struct fs_node *node)
{
    (void)fs;
    dir_find(&tmpfs_node(dir)->dir, name)->node = node;
}

static bool op_dir_empty(struct fs *fs, struct fs_node *dir)
{
    (void)fs;
    return tmpfs_node(dir)->dir.live == 0;
}

static int op_dir_next(struct fs *fs, struct fs_node *dir, uint64_t cursor, struct fs_dirent *out)
{
    const struct dir_entry *entry = dir_next(&tmpfs_node(dir)->dir, cursor);

    (void)fs;
    if (!entry) {
        return 0;
    }
    *out = (struct fs_dirent){
        .cookie = entry->cookie,
        .name = entry->name,
        .name_length = entry->length,
        .node = entry->node,
    };
    return 1;
}

static struct fs_name op_readlink(struct fs *fs, struct fs_node *node)
{
    (void)fs;
    return (struct fs_name){
        .text = tmpfs_node(node)->target.text,
        .length = tmpfs_node(node)->target.length,
    };
}

static void op_release(struct fs *fs, struct fs_node *base)
{
    struct tmpfs_node *node = tmpfs_node(base);

    (void)fs;
    switch (type_of(base)) {
    case FILE_REGULAR:
        content_destroy(&node->content);
        break;
    case FILE_DIRECTORY:
        dir_destroy(&node->dir);
        break;
    case FILE_SYMLINK_TYPE:
        free(node->target.text);
        break;
    default:
        break;
    }
    free(node);
}

static long op_read(struct fs_description *d, uint64_t offset, void *buf, size_t n)
{
    return type_of(d->node) == FILE_REGULAR ? content_read(tmpfs_node(d->node), offset, buf, n)
                                            : -ENXIO;
}

static long op_write(struct fs_description *d, uint64_t *offset, bool append, const void *buf,
                     size_t n)
{
    return type_of(d->node) == FILE_REGULAR
               ? content_write(tmpfs_node(d->node), offset, append, buf, n)
               : -ENXIO;
}

static long op_truncate(struct fs *fs, struct fs_node *node, uint64_t size)
{
    (void)fs;
    return type_of(node) == FILE_REGULAR ? content_truncate(tmpfs_node(node), size) : -EINVAL;
}

static long op_mmap(struct fs *fs, struct fs_node *node, uint32_t vm_flags)
{
    (void)fs;
    (void)vm_flags;
    return type_of(node) == FILE_REGULAR ? content_pmo(tmpfs_node(node)) : -ENODEV;
}

static uint64_t op_blocks(struct fs *fs, struct fs_node *node)
{
    (void)fs;
    return type_of(node) == FILE_REGULAR ? content_bytes(tmpfs_node(node)) / 512 : 0;
}

static uint32_t op_describe(struct fs *fs, struct fs_node *node)
{
    (void)fs;
    return type_of(node) == FILE_REGULAR
               ? FILE_IS_SEEKABLE | FILE_IS_ALWAYS_READY | FILE_IS_MAPPABLE
               : FILE_IS_ALWAYS_READY;
}

static const struct fs_ops ops = {
    .lookup = op_lookup,
    .make = op_make,
    .link = op_link,
    .unlink = op_unlink,
    .replace = op_replace,
    .dir_empty = op_dir_empty,
    .dir_next = op_dir_next,
    .readlink = op_readlink,
    .release = op_release,
    .read = op_read,
    .write = op_write,
    .truncate = op_truncate,
    .mmap = op_mmap,
    .blocks = op_blocks,
    .describe = op_describe,
    .statfs = tmpfs_statfs,
};

void tmpfs_init(void)
{
    struct tmpfs_node *root;

    fs_init(&tmpfs, &ops, TMPFS_DEVICE);
    if (tmpfs_make(FILE_DIRECTORY | 0755, (struct fs_name){0}, &root) == 0) {
        root->base.links = 2;
        root->base.parent = &root->base;
        root->base.access_ns = root->base.modify_ns = root->base.change_ns = clock_realtime_ns();
        tmpfs.root = &root->base;
    }
}
