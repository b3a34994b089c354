/* SPDX-License-Identifier: MIT */
/* The methods of proto/file.h that go along paths or change names and attributes (fs.h). */
#include "fs_call.h"

#include <chcore/string.h>
#include <uapi/errno.h>

static bool is_directory(const struct fs_node *node)
{
    return (node->mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
}

long fs_path_begin(struct fs_call *call, size_t at, uint64_t length, char *path,
                   struct fs_walk *walk, bool follow_last)
{
    if (length >= FILE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (length > 0) {
        if (!call->slot) {
            return -EINVAL;
        }
        memcpy(path, call->slot + at, length);
        if (memchr(path, 0, length)) {
            return -EINVAL;
        }
    }
    if (call->request->w[7] > FILE_SYMLINK_MAX) {
        return -ELOOP;
    }
    *walk = (struct fs_walk){
        .path = path,
        .length = length,
        .links = (uint32_t)call->request->w[7],
        .follow_last = follow_last,
    };
    return 0;
}

long fs_path_walk(struct fs_call *call, struct fs_node *start, struct fs_walk *walk, int which)
{
    struct server_request *request = call->request;
    int error = fs_walk(call->fs, start, walk);

    if (error || walk->redirect == FILE_DONE) {
        return error;
    }
    size_t rest = walk->length - walk->at;
    if (rest > 0) {
        /* A remaining path comes from a sent one, so there is a slot. */
        memcpy(call->slot + (which ? FILE_PATH2 : 0), walk->path + walk->at, rest);
    }
    request->w[1] = walk->redirect_mount;
    request->w[2] = rest;
    request->w[3] = walk->links;
    request->w[4] = (uint64_t)which;
    return walk->redirect;
}

/* One path, from the token's directory; lock and walk. The caller unlocks when it returns 0. */
static long walk_and_lock(struct fs_call *call, char *path, struct fs_walk *walk, bool follow_last)
{
    long result = fs_path_begin(call, 0, call->request->w[1], path, walk, follow_last);

    if (result) {
        return result;
    }
    mutex_lock(&call->fs->lock);
    result = fs_path_walk(call, call->d->node, walk, 0);
    if (result) {
        mutex_unlock(&call->fs->lock);
    }
    return result;
}

/* The same for a file that must exist. */
static long find_and_lock(struct fs_call *call, char *path, struct fs_walk *walk, bool follow_last)
{
    long result = walk_and_lock(call, path, walk, follow_last);

    if (result == 0 && !walk->node) {
        mutex_unlock(&call->fs->lock);
        result = -ENOENT;
    }
    return result;
}

static bool may_change(const struct fs_call *call)
{
    return call->request->token_rights & RIGHT_WRITE;
}

static void touch(struct fs_node *node, bool content)
{
    int64_t now = clock_realtime_ns();

    node->change_ns = now;
    if (content) {
        node->modify_ns = now;
    }
}

/* Creating. */

long fs_make(struct fs_call *call, const struct fs_walk *walk, uint32_t mode, struct fs_name target,
             struct fs_node **out)
{
    struct fs *fs = call->fs;
    struct fs_node *node;

    if (!fs->ops->make || !fs->ops->link) {
        return -EROFS;
    }
    if (!walk->dir->parent) {
        return -ENOENT; /* the directory itself is removed */
    }
    long result = fs->ops->make(fs, mode, target, &node);
    if (result) {
        return result;
    }
    node->access_ns = node->modify_ns = node->change_ns = clock_realtime_ns();
    result = fs->ops->link(fs, walk->dir, walk->name, node);
    if (result) {
        fs->ops->release(fs, node);
        return result;
    }
    node->links = 1;
    if (is_directory(node)) {
        node->links = 2;
        node->parent = walk->dir;
        walk->dir->links++;
    }
    touch(walk->dir, true);
    *out = node;
    return 0;
}

static long make_new(struct fs_call *call, uint32_t mode, struct fs_name target)
{
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    struct fs_node *node;

    if (!may_change(call)) {
        return -EACCES;
    }
    long result = walk_and_lock(call, path, &walk, false);
    if (result) {
        return result;
    }
    if (walk.node) {
        result = -EEXIST;
    } else if (walk.want_directory && (mode & FILE_TYPE_MASK) != FILE_DIRECTORY) {
        result = -ENOENT;
    } else {
        result = fs_make(call, &walk, mode, target, &node);
    }
    mutex_unlock(&call->fs->lock);
    return result;
}

long fs_do_mkdir(struct fs_call *call)
{
    return make_new(call, FILE_DIRECTORY | (call->request->w[2] & 07777), (struct fs_name){0});
}

long fs_do_symlink(struct fs_call *call)
{
    uint64_t length = call->request->w[2];
    char target[FILE_PATH_MAX];

    if (length == 0) {
        return -ENOENT;
    }
    if (length >= FILE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (!call->slot) {
        return -EINVAL;
    }
    memcpy(target, call->slot + FILE_PATH2, length);
    if (memchr(target, 0, length)) {
        return -EINVAL;
    }
    return make_new(call, FILE_SYMLINK_TYPE | 0777,
                    (struct fs_name){.text = target, .length = length});
}

/* Removing. */

/* Locked. The name is gone already: one link less, and the node when nothing holds it. */
static void drop_link(struct fs *fs, struct fs_node *dir, struct fs_node *node)
{
    if (is_directory(node)) {
        node->links = 0;
        node->parent = NULL;
        dir->links--;
    } else {
        node->links--;
    }
    touch(node, false);
    if (node->links == 0 && node->opens == 0) {
        fs->ops->release(fs, node);
    }
}

static long check_unlink(struct fs *fs, const struct fs_walk *walk, bool directory)
{
    if (walk->name.length == 0) {
        return walk->node == fs->root ? -EBUSY : -EINVAL;
    }
    if (walk->node->covered_by) {
        return -EBUSY;
    }
    if (directory != is_directory(walk->node)) {
        return directory ? -ENOTDIR : -EISDIR;
    }
    return directory && !fs->ops->dir_empty(fs, walk->node) ? -ENOTEMPTY : 0;
}

long fs_do_unlink(struct fs_call *call)
{
    struct fs *fs = call->fs;
    char path[FILE_PATH_MAX];
    struct fs_walk walk;

    if (call->request->w[2] & ~(uint64_t)FILE_AT_REMOVEDIR) {
        return -EINVAL;
    }
    if (!may_change(call)) {
        return -EACCES;
    }
    long result = find_and_lock(call, path, &walk, false);
    if (result) {
        return result;
    }
    result =
        fs->ops->unlink ? check_unlink(fs, &walk, call->request->w[2] & FILE_AT_REMOVEDIR) : -EROFS;
    if (result == 0) {
        fs->ops->unlink(fs, walk.dir, walk.name);
        touch(walk.dir, true);
        drop_link(fs, walk.dir, walk.node);
    }
    mutex_unlock(&fs->lock);
    return result;
}

/* Two paths: rename and link. */

struct two_paths {
    char old_path[FILE_PATH_MAX], new_path[FILE_PATH_MAX];
    struct fs_walk from, to;
};

/* Where the second path starts: the same directory, or that of capability 0. */
static struct fs_node *second_start(struct fs_call *call)
{
    if (call->request->w[6] == 1) {
        return call->d->node;
    }
    const struct fs_description *d = fs_find(call->fs, server_cap_badge(call->request, 0));
    return d ? d->node : NULL;
}

/* Both walks done and the lock held, or a result that is not 0. */
static long walk_two_and_lock(struct fs_call *call, struct two_paths *paths, bool follow_first)
{
    struct fs_node *start = second_start(call);

    if (!may_change(call)) {
        return -EACCES;
    }
    if (!start) {
        return -EXDEV;
    }
    if (!call->fs->ops->link || !call->fs->ops->unlink || !call->fs->ops->replace) {
        return -EROFS;
    }
    long result =
        fs_path_begin(call, 0, call->request->w[1], paths->old_path, &paths->from, follow_first);
    if (result == 0) {
        result = fs_path_begin(call, FILE_PATH2, call->request->w[2], paths->new_path, &paths->to,
                               false);
    }
    if (result) {
        return result;
    }
    mutex_lock(&call->fs->lock);
    result = fs_path_walk(call, call->d->node, &paths->from, 0);
    if (result == 0) {
        result = fs_path_walk(call, start, &paths->to, 1);
    }
    if (result == 0 && !paths->to.node && !paths->to.dir->parent) {
        result = -ENOENT;
    }
    if (result) {
        mutex_unlock(&call->fs->lock);
    }
    return result;
}

/* Whether dir is node or lies below it. */
static bool is_below(const struct fs_node *dir, const struct fs_node *node)
{
    while (dir != node && dir->parent && dir->parent != dir) {
        dir = dir->parent;
    }
    return dir == node;
}

static long check_rename(struct fs *fs, const struct fs_walk *from, const struct fs_walk *to,
                         bool replace)
{
    if (!from->node) {
        return -ENOENT;
    }
    bool directory = is_directory(from->node);
    if (from->name.length == 0 || (to->node && to->name.length == 0) || from->node->covered_by) {
        return -EBUSY;
    }
    if (directory && is_below(to->dir, from->node)) {
        return -EINVAL;
    }
    if (!to->node) {
        return to->want_directory && !directory ? -ENOTDIR : 0;
    }
    if (!replace) {
        return -EEXIST;
    }
    if (is_directory(to->node) != directory) {
        return directory ? -ENOTDIR : -EISDIR;
    }
    return directory && !fs->ops->dir_empty(fs, to->node) ? -ENOTEMPTY : 0;
}

/* Locked, and checked. Fails before anything has changed, or not at all. */
static long rename_checked(struct fs *fs, const struct fs_walk *from, const struct fs_walk *to)
{
    struct fs_node *node = from->node;

    if (to->node) {
        fs->ops->replace(fs, to->dir, to->name, node);
    } else {
        long result = fs->ops->link(fs, to->dir, to->name, node);

        if (result) {
            return result;
        }
    }
    fs->ops->unlink(fs, from->dir, from->name);
    if (is_directory(node)) {
        from->dir->links--;
        to->dir->links++;
        node->parent = to->dir;
    }
    touch(node, false);
    touch(from->dir, true);
    touch(to->dir, true);
    if (to->node) {
        drop_link(fs, to->dir, to->node);
    }
    return 0;
}

long fs_do_rename(struct fs_call *call)
{
    struct fs *fs = call->fs;
    uint64_t flags = call->request->w[3];
    struct two_paths paths;

    if (flags & ~(uint64_t)FILE_RENAME_NOREPLACE) {
        return -EINVAL;
    }
    long result = walk_two_and_lock(call, &paths, false);
    if (result) {
        return result;
    }
    bool same = paths.to.node && paths.to.node == paths.from.node && paths.to.name.length &&
                paths.from.name.length;
    if (!same || (flags & FILE_RENAME_NOREPLACE)) {
        result = check_rename(fs, &paths.from, &paths.to, !(flags & FILE_RENAME_NOREPLACE));
        if (result == 0) {
            result = rename_checked(fs, &paths.from, &paths.to);
        }
    }
    mutex_unlock(&fs->lock);
    return result;
}

long fs_do_link(struct fs_call *call)
{
    struct fs *fs = call->fs;
    uint64_t flags = call->request->w[3];
    struct two_paths paths;

    if (flags & ~(uint64_t)FILE_AT_SYMLINK_FOLLOW) {
        return -EINVAL;
    }
    long result = walk_two_and_lock(call, &paths, flags & FILE_AT_SYMLINK_FOLLOW);
    if (result) {
        return result;
    }
    struct fs_node *node = paths.from.node;
    if (!node) { /* NOLINT(bugprone-branch-clone): the order decides which error it is */
        result = -ENOENT;
    } else if (paths.to.node) {
        result = -EEXIST;
    } else if (is_directory(node)) {
        result = -EPERM;
    } else if (node->links == 0 || paths.to.want_directory) {
        result = -ENOENT;
    } else if (node->links == UINT32_MAX) {
        result = -EMLINK;
    } else {
        result = fs->ops->link(fs, paths.to.dir, paths.to.name, node);
    }
    if (result == 0) {
        node->links++;
        touch(node, false);
        touch(paths.to.dir, true);
    }
    mutex_unlock(&fs->lock);
    return result;
}

/* Attributes. */

static void fill_stat(struct fs *fs, struct fs_node *node, struct file_stat *out)
{
    *out = (struct file_stat){
        .device = fs->device,
        .inode = node->inode,
        .rdevice = node->rdevice,
        .size = node->size,
        .blocks = fs->ops->blocks ? fs->ops->blocks(fs, node) : 0,
        .access_ns = node->access_ns,
        .modify_ns = node->modify_ns,
        .change_ns = node->change_ns,
        .mode = node->mode,
        .links = node->links,
        .uid = node->uid,
        .gid = node->gid,
        .block_size = 4096,
    };
}

long fs_do_stat(struct fs_call *call)
{
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    struct file_stat stat;

    if (!call->slot || (call->request->w[2] & ~(uint64_t)FILE_AT_SYMLINK_NOFOLLOW)) {
        return -EINVAL;
    }
    long result = find_and_lock(call, path, &walk, !call->request->w[2]);
    if (result) {
        return result;
    }
    fill_stat(call->fs, walk.node, &stat);
    mutex_unlock(&call->fs->lock);
    memcpy(call->slot, &stat, sizeof(stat));
    return 0;
}

long fs_do_readlink(struct fs_call *call)
{
    char path[FILE_PATH_MAX];
    struct fs_walk walk;

    if (!call->slot) {
        return -EINVAL;
    }
    long result = find_and_lock(call, path, &walk, false);
    if (result) {
        return result;
    }
    if ((walk.node->mode & FILE_TYPE_MASK) == FILE_SYMLINK_TYPE) {
        struct fs_name target = call->fs->ops->readlink(call->fs, walk.node);

        memcpy(call->slot, target.text, target.length);
        call->request->w[1] = target.length;
    } else {
        result = -EINVAL;
    }
    mutex_unlock(&call->fs->lock);
    return result;
}

/* The file whose attributes change; locked when it returns 0. */
static long find_to_change(struct fs_call *call, uint64_t flags, char *path, struct fs_walk *walk)
{
    if (flags & ~(uint64_t)FILE_AT_SYMLINK_NOFOLLOW) {
        return -EINVAL;
    }
    return may_change(call) ? find_and_lock(call, path, walk, !flags) : -EACCES;
}

long fs_do_chmod(struct fs_call *call)
{
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    long result = find_to_change(call, call->request->w[3], path, &walk);

    if (result == 0) {
        uint32_t type = walk.node->mode & FILE_TYPE_MASK;

        if (type == FILE_SYMLINK_TYPE) {
            result = -ENOTSUP;
        } else {
            walk.node->mode = type | (call->request->w[2] & 07777);
            touch(walk.node, false);
        }
        mutex_unlock(&call->fs->lock);
    }
    return result;
}

long fs_do_chown(struct fs_call *call)
{
    uint32_t uid = (uint32_t)call->request->w[2], gid = (uint32_t)call->request->w[3];
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    long result = find_to_change(call, call->request->w[4], path, &walk);

    if (result == 0) {
        if (uid != UINT32_MAX) {
            walk.node->uid = uid;
        }
        if (gid != UINT32_MAX) {
            walk.node->gid = gid;
        }
        touch(walk.node, false);
        mutex_unlock(&call->fs->lock);
    }
    return result;
}

static void set_time(int64_t *field, int64_t value)
{
    if (value == FILE_TIME_NOW) {
        *field = clock_realtime_ns();
    } else if (value != FILE_TIME_OMIT) {
        *field = value;
    }
}

long fs_do_utimens(struct fs_call *call)
{
    int64_t access = (int64_t)call->request->w[2], modify = (int64_t)call->request->w[3];
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    long result = find_to_change(call, call->request->w[4], path, &walk);

    if (result == 0) {
        set_time(&walk.node->access_ns, access);
        set_time(&walk.node->modify_ns, modify);
        walk.node->change_ns = clock_realtime_ns();
        mutex_unlock(&call->fs->lock);
    }
    return result;
}

long fs_do_statfs(struct fs_call *call)
{
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    struct file_statfs out = {.block_size = 4096, .name_max = FILE_NAME_MAX};

    if (!call->slot) {
        return -EINVAL;
    }
    long result = find_and_lock(call, path, &walk, true);
    if (result) {
        return result;
    }
    mutex_unlock(&call->fs->lock);
    out.id = call->fs->device;
    if (call->fs->ops->statfs) {
        call->fs->ops->statfs(call->fs, &out);
    }
    memcpy(call->slot, &out, sizeof(out));
    return 0;
}

/* Directories. */

/* Append one record; false when there is no room. */
static bool put_dirent(struct fs_call *call, size_t *used, size_t room, const struct fs_dirent *e)
{
    size_t length = (FILE_DIRENT_HEAD + e->name_length + 1 + 7) & ~(size_t)7;
    uint8_t *to = call->slot + *used;
    uint8_t head[FILE_DIRENT_HEAD];
    uint64_t next = e->cookie + 1;
    uint16_t record = (uint16_t)length;

    if (room - *used < length) {
        return false;
    }
    memcpy(head, &e->node->inode, 8);
    memcpy(head + 8, &next, 8);
    memcpy(head + 16, &record, 2);
    head[18] = (uint8_t)((e->node->mode & FILE_TYPE_MASK) >> 12);
    memcpy(to, head, sizeof(head));
    memcpy(to + sizeof(head), e->name, e->name_length);
    memset(to + sizeof(head) + e->name_length, 0, length - sizeof(head) - e->name_length);
    *used += length;
    return true;
}

/* The entry at a cursor: "." and ".." first. 1, or 0 at the end. */
static int entry_at(struct fs *fs, struct fs_node *dir, uint64_t cursor, struct fs_dirent *entry)
{
    if (cursor < FS_FIRST_COOKIE) {
        *entry = (struct fs_dirent){
            .cookie = cursor,
            .name = cursor == 0 ? "." : "..",
            .name_length = cursor + 1,
            .node = cursor == 0 || !dir->parent ? dir : dir->parent,
        };
        return 1;
    }
    return fs->ops->dir_next(fs, dir, cursor, entry);
}

long fs_do_getdents(struct fs_call *call)
{
    struct fs_description *d = call->d;
    struct fs *fs = call->fs;
    size_t room = call->request->w[1], used = 0;
    struct fs_dirent entry;
    bool full = false;

    if (!is_directory(d->node)) {
        return -ENOTDIR;
    }
    if (!call->slot || (d->flags & FILE_O_PATH)) {
        return call->slot ? -EBADF : -EINVAL;
    }
    if (room > MSG_SLOT_SIZE) {
        room = MSG_SLOT_SIZE;
    }
    mutex_lock(&d->lock);
    mutex_lock(&fs->lock);
    while (!full && entry_at(fs, d->node, d->offset, &entry) == 1) {
        if (put_dirent(call, &used, room, &entry)) {
            d->offset = entry.cookie + 1;
        } else {
            full = true;
        }
    }
    mutex_unlock(&fs->lock);
    mutex_unlock(&d->lock);
    return full && used == 0 ? -EINVAL : (long)used;
}
