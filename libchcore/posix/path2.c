/* SPDX-License-Identifier: MIT */
/*
 * Methods about two paths, rename and link. Both paths go in one call, which is all when they stay
 * in the file system where they begin. When one leaves it, each path's directory is opened by a
 * walk of its own, and the last names go in one call to the server of both.
 */
#include "state.h"

/* A path cut into the directory that its last name stands in, and that name. */
struct parent {
    struct px_place place;
    const char *name; /* with the slashes behind it, if any; "" for the root itself */
};

struct two_paths {
    uint32_t method; /* FILE_RENAME, FILE_LINK */
    uint64_t flags;
    long across; /* error when the paths end in different places after all */
};

/* The last name of a path: where it begins. */
static const char *last_name(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] == '/') {
        length--;
    }
    while (length > 0 && path[length - 1] != '/') {
        length--;
    }
    return path + length;
}

/* Open the directory of a path's last name. place.token is the caller's to drop. */
static long parent_open(struct px_place start, const char *path, struct parent *parent)
{
    struct px_opened opened;

    parent->name = last_name(path, strlen(path));
    long result = px_open_place(start, path, (size_t)(parent->name - path),
                                FILE_O_PATH | FILE_O_DIRECTORY, &opened);
    if (result == 0) {
        parent->place = opened.place;
    }
    return result;
}

/* One call with both paths as they stand -> what the server says, a redirect included. */
static long call_both(const struct two_paths *what, struct px_place start1, const char *path1,
                      struct px_place start2, const char *path2)
{
    struct ipc_caps caps = {.count = 1, .cap[0] = {.handle = start2.token, .rights = RIGHT_ALL}};
    bool same = start1.token == start2.token;
    struct px_call call;
    long result = px_call_begin(&call, start1);

    if (result != 0) {
        return result;
    }
    struct ipc_msg msg = {{what->method, strlen(path1), strlen(path2), what->flags, 0, 0, same}};
    memcpy(call.data, path1, msg.w[1]);
    memcpy(call.data + FILE_PATH2, path2, msg.w[2]);
    result = px_call_do(&call, &msg, same ? NULL : &caps, NULL);
    px_call_end(&call);
    return result;
}

static long call_by_parents(const struct two_paths *what, struct px_place start1, const char *path1,
                            struct px_place start2, const char *path2)
{
    struct parent parent1, parent2;
    long result = parent_open(start1, path1, &parent1);

    if (result != 0) {
        return result;
    }
    result = parent_open(start2, path2, &parent2);
    if (result != 0) {
        goto out_drop_parent1;
    }
    result = -EXDEV;
    if (parent1.place.channel == parent2.place.channel) {
        result = call_both(what, parent1.place, parent1.name, parent2.place, parent2.name);
    }
    if (result > 0) {
        result = what->across; /* a last name that leads elsewhere: a mount point, ".." */
    }
    sys_cap_drop(CAP_SELF, parent2.place.token);
out_drop_parent1:
    sys_cap_drop(CAP_SELF, parent1.place.token);
    return result;
}

/* One of both paths: where it starts, and the path without the slashes in front. */
static long take_path(int dirfd, const char **path, struct px_place *start)
{
    size_t length;
    long result = px_path_start(dirfd, *path, &length, start);

    if (result == 0 && length == 0) {
        return -ENOENT;
    }
    while (result == 0 && **path == '/') {
        ++*path;
    }
    return result;
}

static long two_paths(const struct two_paths *what, int dirfd1, const char *path1, int dirfd2,
                      const char *path2)
{
    struct px_place start1, start2;
    long result = take_path(dirfd1, &path1, &start1);

    if (result == 0) {
        result = take_path(dirfd2, &path2, &start2);
    }
    if (result != 0) {
        return result;
    }
    if (start1.channel == start2.channel) {
        result = call_both(what, start1, path1, start2, path2);
        if (result <= 0) {
            return result;
        }
    }
    return call_by_parents(what, start1, path1, start2, path2);
}

long px_renameat2(int dirfd, const char *path, int new_dirfd, const char *new_path, uint32_t flags)
{
    struct two_paths what = {FILE_RENAME, flags, -EBUSY};

    if (flags & ~(uint32_t)FILE_RENAME_NOREPLACE) {
        return -EINVAL;
    }
    return two_paths(&what, dirfd, path, new_dirfd, new_path);
}

long px_renameat(int dirfd, const char *path, int new_dirfd, const char *new_path)
{
    return px_renameat2(dirfd, path, new_dirfd, new_path, 0);
}

long px_linkat(int dirfd, const char *path, int new_dirfd, const char *new_path, uint32_t flags)
{
    struct two_paths what = {FILE_LINK, flags, -EXDEV};

    if (flags & ~(uint32_t)LX_AT_SYMLINK_FOLLOW) {
        return -EINVAL;
    }
    return two_paths(&what, dirfd, path, new_dirfd, new_path);
}
