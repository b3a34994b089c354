/* SPDX-License-Identifier: MIT */
/* Path resolution inside one file system (fs.h, proto/file.h). */
#include "fs.h"

#include <chcore/string.h>
#include <proto/fsm.h>
#include <uapi/errno.h>

static bool is_directory(const struct fs_node *node)
{
    return (node->mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
}

static bool is_symlink(const struct fs_node *node)
{
    return (node->mode & FILE_TYPE_MASK) == FILE_SYMLINK_TYPE;
}

static void skip_slashes(struct fs_walk *walk)
{
    while (walk->at < walk->length && walk->path[walk->at] == '/') {
        walk->at++;
    }
}

static struct fs_name next_name(struct fs_walk *walk)
{
    struct fs_name name = {.text = walk->path + walk->at};

    while (walk->at < walk->length && walk->path[walk->at] != '/') {
        walk->at++;
        name.length++;
    }
    return name;
}

static bool name_is(struct fs_name name, const char *text)
{
    return name.length == strlen(text) && memcmp(name.text, text, name.length) == 0;
}

static int redirect(struct fs_walk *walk, enum file_redirect kind, uint32_t mount)
{
    walk->redirect = kind;
    walk->redirect_mount = mount;
    return 0;
}

/* ".." at the root of a mount leaves this file system; at the root of all it stays. */
static bool leaves_by_parent(const struct fs *fs, const struct fs_node *node)
{
    return node == fs->root && fs->mounted_as != 0 && fs->mounted_as != FSM_ROOT_MOUNT;
}

/* The remaining path becomes the link's target and what stood behind the link. */
static int expand_link(struct fs *fs, struct fs_node *link, struct fs_walk *walk)
{
    struct fs_name target = fs->ops->readlink(fs, link);
    size_t rest = walk->length - walk->at;

    if (++walk->links > FILE_SYMLINK_MAX) {
        return -ELOOP;
    }
    if (target.length + rest >= FILE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    memmove(walk->path + target.length, walk->path + walk->at, rest);
    memcpy(walk->path, target.text, target.length);
    walk->at = 0;
    walk->length = target.length + rest;
    if (walk->path[0] == '/') {
        skip_slashes(walk);
        return redirect(walk, FILE_REDIRECT_ROOT, 0);
    }
    return 0;
}

/* One name in directory *node; moves on, or ends the walk (*done). */
static int step(struct fs *fs, struct fs_walk *walk, struct fs_name name, struct fs_node **node,
                bool *done)
{
    bool slash = walk->at < walk->length;

    skip_slashes(walk);
    bool last = walk->at == walk->length;
    struct fs_node *child = fs->ops->lookup(fs, *node, name);

    if (!child) {
        if (!last) {
            return -ENOENT;
        }
        *done = true;
        walk->dir = *node;
        walk->name = name;
        walk->want_directory = slash;
        *node = NULL;
        return 0;
    }
    if (is_symlink(child) && (!last || slash || walk->follow_last)) {
        /* The slashes behind the link stay behind its target. */
        walk->at = (size_t)(name.text - walk->path) + name.length;
        return expand_link(fs, child, walk);
    }
    if (child->covered_by) {
        return redirect(walk, FILE_REDIRECT_MOUNT, child->covered_by);
    }
    walk->dir = *node;
    walk->name = name;
    walk->want_directory = slash;
    *node = child;
    return 0;
}

/* "." or "..", which begins at path[begin]. */
static int step_dots(struct fs *fs, struct fs_walk *walk, struct fs_name name, size_t begin,
                     struct fs_node **node)
{
    walk->name.length = 0;
    if (name.length == 1) {
        return 0;
    }
    if (leaves_by_parent(fs, *node)) {
        walk->at = begin;
        return redirect(walk, FILE_REDIRECT_UP, fs->mounted_as);
    }
    if (!(*node)->parent) {
        return -ENOENT; /* a removed directory that somebody still stands in */
    }
    *node = (*node)->parent;
    return 0;
}

int fs_walk(struct fs *fs, struct fs_node *start, struct fs_walk *walk)
{
    struct fs_node *node = start;
    bool done = false;

    walk->dir = NULL;
    walk->node = NULL;
    walk->name = (struct fs_name){0};
    walk->want_directory = false;
    walk->redirect = FILE_DONE;
    walk->redirect_mount = 0;

    for (;;) {
        skip_slashes(walk);
        if (walk->at == walk->length) {
            break;
        }
        if (!is_directory(node)) {
            return -ENOTDIR;
        }
        size_t begin = walk->at;
        struct fs_name name = next_name(walk);

        if (name.length > FILE_NAME_MAX) {
            return -ENAMETOOLONG;
        }
        bool dots = name_is(name, ".") || name_is(name, "..");
        int error =
            dots ? step_dots(fs, walk, name, begin, &node) : step(fs, walk, name, &node, &done);
        if (error || done || walk->redirect != FILE_DONE) {
            return error;
        }
    }
    if (walk->want_directory && !is_directory(node)) {
        return -ENOTDIR;
    }
    walk->node = node;
    return 0;
}
