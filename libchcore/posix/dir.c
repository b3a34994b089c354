/* SPDX-License-Identifier: MIT */
/*
 * Directories: reading them, the working directory, and its name. The working directory is a token
 * and nothing else, so it stays the same when it or a directory above is renamed; its name is found
 * by climbing to the root and looking in each parent for the child that one came from.
 */
#include "state.h"

long px_getdents64(int fd, char *buf, size_t size)
{
    struct ipc_msg msg = {{FILE_GETDENTS, size < MSG_SLOT_SIZE ? size : MSG_SLOT_SIZE}};
    struct px_place place;
    struct px_call call;
    long result = px_fd_place(fd, &place);

    if (result == 0) {
        result = px_call_begin(&call, place);
    }
    if (result != 0) {
        return result;
    }
    result = px_call_do(&call, &msg, NULL, NULL);
    if (result > 0 && ((uint64_t)result > size || px_put(buf, call.data, (size_t)result) < 0)) {
        result = -EFAULT;
    }
    px_call_end(&call);
    return result;
}

long px_chdir(const char *path)
{
    struct px_place start;
    struct px_opened opened;
    size_t length;
    long result = px_path_start(LX_AT_FDCWD, path, &length, &start);

    if (result == 0) {
        result = length
                     ? px_open_place(start, path, length, FILE_O_PATH | FILE_O_DIRECTORY, &opened)
                     : -ENOENT;
    }
    if (result == 0) {
        px_place_set_cwd(opened.place);
    }
    return result;
}

long px_fchdir(int fd)
{
    struct px_place place;
    uint32_t mode, is;
    long result = px_fd_kind(fd, &mode, &is);

    if (result == 0) {
        result = px_fd_place(fd, &place);
    }
    if (result != 0) {
        return result;
    }
    if ((mode & FILE_TYPE_MASK) != FILE_DIRECTORY) {
        return -ENOTDIR;
    }
    long copy = sys_cap_copy(CAP_SELF, (cap_t)fd, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 0);
    if (copy < 0) {
        return copy;
    }
    place.token = (cap_t)copy;
    px_place_set_cwd(place);
    return 0;
}

/* Names are put in front of each other, from the end of a buffer. */
struct name {
    char *buf;
    char *start;
};

static long prepend(struct name *name, const char *text, size_t length)
{
    if ((size_t)(name->start - name->buf) < length + 1) {
        return -ERANGE;
    }
    name->start -= length;
    memcpy(name->start, text, length);
    *--name->start = '/';
    return 0;
}

static bool same_file(const struct file_stat *a, const struct file_stat *b)
{
    return a->device == b->device && a->inode == b->inode;
}

/* Is this entry of `parent` the child? Where a file system is mounted only the entry's own stat
 * tells. */
static bool is_child(struct px_place parent, const struct file_stat *parent_stat,
                     const struct file_dirent *entry, size_t length, const struct file_stat *child)
{
    struct file_stat stat;

    if (entry->name[0] == '.' && (length == 1 || (length == 2 && entry->name[1] == '.'))) {
        return false;
    }
    if (parent_stat->device == child->device) {
        return entry->inode == child->inode;
    }
    return entry->type == FILE_DIRECTORY >> 12 &&
           px_stat_place(parent, entry->name, length, 0, &stat) == 0 && same_file(&stat, child);
}

/* Look for the child in what one GETDENTS brought -> 1 and the name is put, 0 not here, or -errno.
 */
static long search_entries(const char *data, size_t size, struct px_place parent,
                           const struct file_stat *parent_stat, const struct file_stat *child,
                           struct name *name)
{
    size_t at = 0;

    while (at + FILE_DIRENT_HEAD < size) {
        const struct file_dirent *entry = (const struct file_dirent *)(data + at);
        if (entry->length <= FILE_DIRENT_HEAD || entry->length > size - at) {
            return -EIO; /* the server is broken */
        }
        size_t length = strnlen(entry->name, entry->length - FILE_DIRENT_HEAD);
        if (is_child(parent, parent_stat, entry, length, child)) {
            long result = prepend(name, entry->name, length);
            return result < 0 ? result : 1;
        }
        at += entry->length;
    }
    return 0;
}

/* Put in front of the name what the child is called in its parent. */
static long prepend_child(struct px_place parent, const struct file_stat *parent_stat,
                          const struct file_stat *child, struct name *name)
{
    struct px_call call;
    long result = px_call_begin(&call, parent);

    if (result != 0) {
        return result;
    }
    do {
        struct ipc_msg msg = {{FILE_GETDENTS, MSG_SLOT_SIZE}};
        result = px_call_do(&call, &msg, NULL, NULL);
        if (result > (long)MSG_SLOT_SIZE) {
            result = -EIO;
        }
        if (result == 0) {
            result = -ENOENT; /* it has been removed */
        } else if (result > 0) {
            result = search_entries(call.data, (size_t)result, parent, parent_stat, child, name);
        }
    } while (result == 0);
    px_call_end(&call);
    return result < 0 ? result : 0;
}

/* One step up: *place becomes its parent, *stat the parent's, the name grows by one component. */
static long climb(struct px_place *place, struct file_stat *stat, struct name *name)
{
    struct px_opened parent;
    struct file_stat parent_stat;
    long result = px_open_place(*place, "..", 2, FILE_O_RDONLY | FILE_O_DIRECTORY, &parent);

    if (result != 0) {
        return result;
    }
    result = px_stat_place(parent.place, "", 0, 0, &parent_stat);
    if (result == 0 && same_file(&parent_stat, stat)) {
        result = -ENOENT; /* a root, but not the process's: it is outside of its own */
    }
    if (result == 0) {
        result = prepend_child(parent.place, &parent_stat, stat, name);
    }
    if (result != 0) {
        sys_cap_drop(CAP_SELF, parent.place.token);
        return result;
    }
    *place = parent.place;
    *stat = parent_stat;
    return 0;
}

/* The working directory's name, at *start in a buffer -> its length with the NUL. */
static long working_directory(char *buf, size_t size, char **start)
{
    struct px_place cwd, root, place;
    struct file_stat stat, root_stat;
    struct name name = {buf, buf + size - 1};

    *name.start = '\0';
    long result = px_place_cwd(&cwd);
    if (result == 0) {
        result = px_place_root(&root);
    }
    if (result == 0) {
        result = px_stat_place(root, "", 0, 0, &root_stat);
    }
    if (result == 0) {
        result = px_stat_place(cwd, "", 0, 0, &stat);
    }
    if (result != 0) {
        return result;
    }
    place = cwd;
    while (result == 0 && !same_file(&stat, &root_stat)) {
        struct px_place below = place;
        result = climb(&place, &stat, &name);
        if (result == 0 && below.token != cwd.token) {
            sys_cap_drop(CAP_SELF, below.token);
        }
    }
    if (result == 0 && !*name.start) {
        result = prepend(&name, "", 0); /* the root itself */
    }
    if (place.token != cwd.token) {
        sys_cap_drop(CAP_SELF, place.token);
    }
    *start = name.start;
    return result < 0 ? result : buf + size - name.start;
}

long px_getcwd(char *buf, size_t size)
{
    char name[FILE_PATH_MAX];
    char *start = name;

    if (size == 0) {
        return -EINVAL;
    }
    long length = working_directory(name, sizeof(name), &start);
    if (length < 0) {
        return length == -ERANGE ? -ENAMETOOLONG : length;
    }
    if ((size_t)length > size) {
        return -ERANGE;
    }
    return px_put(buf, start, (size_t)length) < 0 ? -EFAULT : length;
}
