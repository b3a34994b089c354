/* SPDX-License-Identifier: MIT */
/* The tree of a cpio archive, whose file contents stay where they are (content.c). */
#include "tmpfs.h"

#include <chcore/print.h>
#include <chcore/string.h>
#include <lib/cpio.h>
#include <uapi/errno.h>

/* Regular files with several names: newc gives each name an entry, and the data with the last. */
#define MAX_SHARED 64u
struct shared {
    uint32_t inode;
    struct tmpfs_node *node;
};

struct loader {
    struct shared shared[MAX_SHARED];
    size_t shared_count;
};

static bool is_directory(const struct tmpfs_node *node)
{
    return (node->base.mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
}

static struct tmpfs_node *find(struct tmpfs_node *dir, struct fs_name name)
{
    const struct dir_entry *entry = dir_find(&dir->dir, name);

    return entry ? tmpfs_node(entry->node) : NULL;
}

static long attach(struct tmpfs_node *dir, struct fs_name name, struct tmpfs_node *node)
{
    long result = dir_add(&dir->dir, name, &node->base);

    if (result) {
        return result;
    }
    node->base.links++;
    if (is_directory(node)) {
        node->base.links++;
        node->base.parent = &dir->base;
        dir->base.links++;
    }
    return 0;
}

static void remove_name(struct tmpfs_node *dir, struct fs_name name, struct tmpfs_node *node)
{
    dir_remove(&dir->dir, name);
    if (--node->base.links == 0) {
        tmpfs.ops->release(&tmpfs, &node->base);
    }
}

static long make_directory(struct tmpfs_node *dir, struct fs_name name, struct tmpfs_node **out)
{
    long result = tmpfs_make(FILE_DIRECTORY | 0755, (struct fs_name){0}, out);

    if (result == 0) {
        result = attach(dir, name, *out);
        if (result) {
            tmpfs.ops->release(&tmpfs, &(*out)->base);
        }
    }
    return result;
}

/* Go to the entry's directory, making those on the way; *last is its name there, length 0 for the
 * root. */
static long go_to_parent(const struct cpio_entry *entry, struct tmpfs_node **dir,
                         struct fs_name *last)
{
    size_t at = 0;
    long result = 0;

    *dir = tmpfs_node(tmpfs.root);
    *last = (struct fs_name){0};
    while (result == 0 && at < entry->name_length) {
        struct fs_name name = {.text = entry->name + at};

        while (at < entry->name_length && entry->name[at] != '/') {
            at++;
            name.length++;
        }
        at++;
        if (name.length == 0 || (name.length == 1 && name.text[0] == '.')) {
            continue;
        }
        if (name.length > FILE_NAME_MAX ||
            (name.length == 2 && name.text[0] == '.' && name.text[1] == '.')) {
            return -EINVAL;
        }
        if (last->length > 0) {
            struct tmpfs_node *child = find(*dir, *last);

            if (!child) {
                result = make_directory(*dir, *last, &child);
            } else if (!is_directory(child)) {
                result = -ENOTDIR;
            }
            *dir = child;
        }
        *last = name;
    }
    return result;
}

static void set_attributes(struct tmpfs_node *node, const struct cpio_entry *entry)
{
    int64_t time = (int64_t)entry->mtime * 1000000000;

    node->base.mode = (node->base.mode & FILE_TYPE_MASK) | (entry->mode & 07777);
    node->base.uid = entry->uid;
    node->base.gid = entry->gid;
    node->base.access_ns = node->base.modify_ns = node->base.change_ns = time;
}

static void set_content(struct tmpfs_node *node, const struct cpio_entry *entry)
{
    if (entry->size > 0) {
        content_destroy(&node->content);
        content_init_archived(&node->content, entry->data_offset);
        node->base.size = entry->size;
    }
}

/* The node for a file of several names, or NULL when this is the first. */
static struct tmpfs_node *shared_node(struct loader *loader, const struct cpio_entry *entry)
{
    for (size_t i = 0; i < loader->shared_count; i++) {
        if (loader->shared[i].inode == entry->inode) {
            return loader->shared[i].node;
        }
    }
    return NULL;
}

static void remember_shared(struct loader *loader, const struct cpio_entry *entry,
                            struct tmpfs_node *node)
{
    if (loader->shared_count < MAX_SHARED) {
        loader->shared[loader->shared_count++] =
            (struct shared){.inode = entry->inode, .node = node};
    }
}

static long add_file(struct loader *loader, const struct cpio_entry *entry, struct tmpfs_node *dir,
                     struct fs_name name)
{
    bool regular = (entry->mode & FILE_TYPE_MASK) == FILE_REGULAR;
    bool several = regular && entry->links > 1;
    struct tmpfs_node *node = several ? shared_node(loader, entry) : NULL;
    bool fresh = !node;
    struct fs_name target = {.text = (const char *)entry->data, .length = entry->size};
    long result = 0;

    if (fresh) {
        result = tmpfs_make(entry->mode, target, &node);
        if (result) {
            return result;
        }
    }
    result = attach(dir, name, node);
    if (result) {
        if (fresh) {
            tmpfs.ops->release(&tmpfs, &node->base);
        }
        return result;
    }
    if (fresh && several) {
        remember_shared(loader, entry, node);
    }
    set_attributes(node, entry);
    if (regular) {
        set_content(node, entry);
    }
    return 0;
}

static bool type_known(uint32_t mode, size_t size)
{
    switch (mode & FILE_TYPE_MASK) {
    case FILE_DIRECTORY:
    case FILE_REGULAR:
    case FILE_FIFO:
        return true;
    case FILE_SYMLINK_TYPE:
        return size > 0 && size < FILE_PATH_MAX;
    default:
        return false;
    }
}

static long load_entry(struct loader *loader, const struct cpio_entry *entry)
{
    bool directory = (entry->mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
    struct tmpfs_node *dir, *node;
    struct fs_name name;

    if (!type_known(entry->mode, entry->size)) {
        return -EINVAL;
    }
    long result = go_to_parent(entry, &dir, &name);
    if (result) {
        return result;
    }
    if (name.length == 0) {
        set_attributes(dir, entry); /* "." is the root */
        return 0;
    }
    node = find(dir, name);
    if (directory) {
        if (node && !is_directory(node)) {
            remove_name(dir, name, node);
            node = NULL;
        }
        if (!node) {
            result = make_directory(dir, name, &node);
        }
        if (result == 0) {
            set_attributes(node, entry);
        }
        return result;
    }
    if (node && is_directory(node)) {
        return -EISDIR;
    }
    if (node) {
        remove_name(dir, name, node);
    }
    return add_file(loader, entry, dir, name);
}

void tmpfs_load(const void *archive, size_t size)
{
    static struct loader loader;
    struct cpio_reader reader;
    struct cpio_entry entry;
    int found;

    cpio_open(&reader, archive, size);
    while ((found = cpio_next(&reader, &entry)) == 1) {
        long result = load_entry(&loader, &entry);

        if (result) {
            log_printf("%.*s: not loaded, error %ld\n", (int)entry.name_length, entry.name,
                       -result);
        }
    }
    if (found < 0) {
        log_printf("the ramdisk is damaged at byte %zu\n", reader.at);
    }
}
