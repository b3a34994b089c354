/* SPDX-License-Identifier: MIT */
/*
 * Methods that take a path. One call goes to the server of the starting directory, which resolves
 * until it is done or the path leaves its file system; then it answers with a redirect, and the
 * walk goes on at another place with the path that remains (proto/file.h).
 */
#include "state.h"

#define REDIRECTS_MAX 64 /* of one path: each crosses a mount or follows an absolute link */

/* A walk: the call under way, the path being in its slot. */
struct walk {
    struct px_call call;
    size_t length;  /* of the path */
    size_t extra;   /* bytes at FILE_PATH2 that go with it */
    uint64_t links; /* symbolic links followed so far */
    uint32_t redirects;
};

long px_path_start(int dirfd, const char *path, size_t *length, struct px_place *place)
{
    long result = px_string_length(path, FILE_PATH_MAX);

    if (result < 0) {
        return result;
    }
    if (result == FILE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    *length = (size_t)result;
    if (*path == '/') {
        return px_place_root(place);
    }
    return dirfd == LX_AT_FDCWD ? px_place_cwd(place) : px_fd_place(dirfd, place);
}

/*
 * Begin at a place; the path is sent without the slashes in front. An empty one is the place's own
 * file: callers refuse it where POSIX does.
 */
static long walk_begin(struct walk *walk, struct px_place place, const char *path, size_t length)
{
    if (length >= FILE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    long result = px_call_begin(&walk->call, place);
    if (result != 0) {
        return result;
    }
    while (length > 0 && *path == '/') {
        path++;
        length--;
    }
    memcpy(walk->call.data, path, length);
    walk->length = length;
    walk->extra = 0;
    walk->links = 0;
    walk->redirects = 0;
    return 0;
}

static void walk_end(struct walk *walk)
{
    px_call_end(&walk->call);
}

/* Go on at another place: the path moves into a slot of that place's server. */
static long walk_move(struct walk *walk, struct px_place place)
{
    if (place.channel != walk->call.place.channel) {
        struct px_call next;
        long result = px_call_begin(&next, place);
        if (result != 0) {
            return result;
        }
        memcpy(next.data, walk->call.data, walk->length);
        memcpy(next.data + FILE_PATH2, walk->call.data + FILE_PATH2, walk->extra);
        px_call_end(&walk->call);
        walk->call = next;
    }
    walk->call.place = place;
    return 0;
}

/* What a redirect says, done. */
static long walk_redirect(struct walk *walk, const struct ipc_msg *reply)
{
    struct px_place place;
    long result;

    walk->length = reply->w[2];
    walk->links += reply->w[3];
    if (walk->length >= FILE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (walk->links > FILE_SYMLINK_MAX || ++walk->redirects > REDIRECTS_MAX) {
        return -ELOOP;
    }
    switch (reply->w[0]) {
    case FILE_REDIRECT_MOUNT:
        result = px_place_mount(FSM_MOUNT_ROOT, reply->w[1], &place);
        break;
    case FILE_REDIRECT_UP:
        result = px_place_mount(FSM_MOUNT_POINT, reply->w[1], &place);
        break;
    case FILE_REDIRECT_ROOT:
        result = px_place_root(&place);
        break;
    default:
        result = -EIO; /* the server is broken */
    }
    return result < 0 ? result : walk_move(walk, place);
}

/*
 * Make the call until it is no longer redirected. *msg has the method and its words 2 to 6, and
 * gets the reply; words 1 and 7 belong to the walk.
 */
static long walk_call(struct walk *walk, struct ipc_msg *msg, const struct ipc_caps *caps,
                      struct ipc_received *received)
{
    for (;;) {
        struct ipc_msg attempt = *msg;
        attempt.w[1] = walk->length;
        attempt.w[7] = walk->links;
        long result = px_call_do(&walk->call, &attempt, caps, received);
        if (result <= 0) {
            *msg = attempt;
            return result;
        }
        result = walk_redirect(walk, &attempt);
        if (result != 0) {
            return result;
        }
    }
}

/* A method about one path from dirfd on; the reply's data, `size` bytes, goes to `out`. */
static long path_method(int dirfd, const char *path, bool empty_path, struct ipc_msg msg, void *out,
                        size_t size)
{
    struct px_place place;
    struct walk walk;
    size_t length;
    long result = px_path_start(dirfd, path, &length, &place);

    if (result == 0 && length == 0 && !empty_path) {
        return -ENOENT;
    }
    if (result == 0) {
        result = walk_begin(&walk, place, path, length);
    }
    if (result != 0) {
        return result;
    }
    result = walk_call(&walk, &msg, NULL, NULL);
    if (result == 0 && size > 0) {
        memcpy(out, walk.call.data, size);
    }
    walk_end(&walk);
    return result;
}

/* The calling process's umask; the process manager is asked once. */
static uint32_t creation_mode(uint32_t mode)
{
    uint32_t known = __atomic_load_n(&px.umask_known, __ATOMIC_RELAXED);

    if (known == 0) {
        struct ipc_msg msg = {{PROC_IDS}};
        known = px_proc_call(&msg) < 0 ? 0 : (uint32_t)msg.w[6] + 1;
        __atomic_store_n(&px.umask_known, known, __ATOMIC_RELAXED);
    }
    return mode & 07777 & ~(known - 1);
}

/* The channel for a token that OPEN brought: the one asked, or a device's driver's. */
static long opened_channel(const struct walk *walk, uint64_t is, cap_t token,
                           struct channel **channel)
{
    if (is & FILE_IS_ELSEWHERE) {
        return px_channel_of(token, channel);
    }
    *channel = walk->call.place.channel;
    return 0;
}

/* What OPEN answered becomes a descriptor -> its number. */
static long take_descriptor(const struct walk *walk, const struct ipc_msg *reply, cap_t token)
{
    int fd = (int)(token & ((1u << CAP_SLOT_BITS) - 1));
    struct channel *channel;
    long result = opened_channel(walk, reply->w[2], token, &channel);

    if (result != 0) {
        sys_cap_drop(CAP_SELF, token);
        return result;
    }
    /* What a driver's file is, its driver tells when it is asked. */
    bool known = channel == walk->call.place.channel;
    px_fd_opened(fd, channel, known ? (uint32_t)reply->w[1] : 0, known ? (uint32_t)reply->w[2] : 0);
    return fd;
}

/* open's flags as the server understands them; Linux ignores those that it does not know, too. */
#define IGNORED_FLAGS (LX_O_ASYNC | LX_O_DIRECT | LX_O_NOATIME)

long px_open_descriptor(struct px_place from, const char *path, size_t length, uint32_t flags,
                        uint32_t mode)
{
    uint32_t sent = flags & ~(uint32_t)(FILE_O_CLOEXEC | IGNORED_FLAGS);
    struct ipc_msg msg = {{FILE_OPEN, 0, sent, flags & FILE_O_CREAT ? creation_mode(mode) : 0}};
    struct ipc_caps caps = {.recv_flags = IPC_RECV | IPC_RECV_FD};
    struct ipc_received received;
    struct walk walk;

    if (flags & LX_O_TMPFILE) {
        return -ENOTSUP;
    }
    if (flags & FILE_O_CLOEXEC) {
        caps.recv_flags |= IPC_RECV_CLOEXEC;
    }
    long result = walk_begin(&walk, from, path, length);
    if (result != 0) {
        return result;
    }
    result = walk_call(&walk, &msg, &caps, &received);
    if (result == 0 && received.cap[0] == CAP_NONE) {
        result = -EMFILE; /* the file is open, but there was no descriptor for it */
    }
    walk_end(&walk);
    return result == 0 ? take_descriptor(&walk, &msg, received.cap[0]) : result;
}

long px_openat(int dirfd, const char *path, uint32_t flags, uint32_t mode)
{
    struct px_place place;
    size_t length;
    long result = px_path_start(dirfd, path, &length, &place);

    if (result == 0 && length == 0) {
        result = -ENOENT;
    }
    return result != 0 ? result : px_open_descriptor(place, path, length, flags, mode);
}

long px_open_place(struct px_place from, const char *path, size_t length, uint32_t flags,
                   struct px_opened *opened)
{
    struct ipc_msg msg = {{FILE_OPEN, 0, flags}};
    struct ipc_caps caps = {.recv_flags = IPC_RECV};
    struct ipc_received received;
    struct walk walk;
    long result = walk_begin(&walk, from, path, length);

    if (result != 0) {
        return result;
    }
    result = walk_call(&walk, &msg, &caps, &received);
    if (result == 0 && received.cap[0] == CAP_NONE) {
        result = -EMFILE;
    }
    if (result == 0) {
        *opened = (struct px_opened){
            {received.cap[0], walk.call.place.channel}, (uint32_t)msg.w[1], (uint32_t)msg.w[2]};
    }
    walk_end(&walk);
    return result;
}

long px_stat_place(struct px_place from, const char *path, size_t length, uint32_t flags,
                   struct file_stat *stat)
{
    struct ipc_msg msg = {{FILE_STAT, 0, flags}};
    struct walk walk;
    long result = walk_begin(&walk, from, path, length);

    if (result != 0) {
        return result;
    }
    result = walk_call(&walk, &msg, NULL, NULL);
    if (result == 0) {
        memcpy(stat, walk.call.data, sizeof(*stat));
    }
    walk_end(&walk);
    return result;
}

long px_newfstatat(int dirfd, const char *path, struct lx_stat *out, uint32_t flags)
{
    struct ipc_msg msg = {{FILE_STAT, 0, flags & LX_AT_SYMLINK_NOFOLLOW}};
    struct file_stat stat;
    long result = path_method(dirfd, path, flags & LX_AT_EMPTY_PATH, msg, &stat, sizeof(stat));

    return result == 0 ? px_stat_put(&stat, out) : result;
}

long px_statfs(const char *path, struct lx_statfs *out)
{
    struct file_statfs statfs;
    long result = path_method(LX_AT_FDCWD, path, false, (struct ipc_msg){{FILE_STATFS}}, &statfs,
                              sizeof(statfs));

    return result == 0 ? px_statfs_put(&statfs, out) : result;
}

long px_mkdirat(int dirfd, const char *path, uint32_t mode)
{
    struct ipc_msg msg = {{FILE_MKDIR, 0, creation_mode(mode)}};

    return path_method(dirfd, path, false, msg, NULL, 0);
}

long px_mknodat(int dirfd, const char *path, uint32_t mode)
{
    uint32_t type = mode & FILE_TYPE_MASK;

    if (type != 0 && type != FILE_REGULAR) {
        return -ENOSYS;
    }
    long fd = px_openat(dirfd, path, FILE_O_CREAT | FILE_O_EXCL | FILE_O_WRONLY, mode);
    return fd < 0 ? fd : px_close((int)fd);
}

long px_unlinkat(int dirfd, const char *path, uint32_t flags)
{
    struct ipc_msg msg = {{FILE_UNLINK, 0, flags}};

    if (flags & ~(uint32_t)LX_AT_REMOVEDIR) {
        return -EINVAL;
    }
    return path_method(dirfd, path, false, msg, NULL, 0);
}

long px_symlinkat(const char *target, int dirfd, const char *path)
{
    struct ipc_msg msg = {{FILE_SYMLINK}};
    struct px_place place;
    struct walk walk;
    size_t length;
    long target_length = px_string_length(target, FILE_PATH_MAX);

    if (target_length <= 0 || target_length == FILE_PATH_MAX) {
        return target_length < 0 ? target_length : target_length ? -ENAMETOOLONG : -ENOENT;
    }
    long result = px_path_start(dirfd, path, &length, &place);
    if (result == 0) {
        result = length ? walk_begin(&walk, place, path, length) : -ENOENT;
    }
    if (result != 0) {
        return result;
    }
    walk.extra = (size_t)target_length;
    memcpy(walk.call.data + FILE_PATH2, target, walk.extra);
    msg.w[2] = walk.extra;
    result = walk_call(&walk, &msg, NULL, NULL);
    walk_end(&walk);
    return result;
}

long px_readlinkat(int dirfd, const char *path, char *buf, size_t size)
{
    struct ipc_msg msg = {{FILE_READLINK}};
    struct px_place place;
    struct walk walk;
    size_t length;

    if (size == 0) {
        return -EINVAL;
    }
    long result = px_path_start(dirfd, path, &length, &place);
    if (result == 0) {
        result = walk_begin(&walk, place, path, length);
    }
    if (result != 0) {
        return result;
    }
    result = walk_call(&walk, &msg, NULL, NULL);
    if (result == 0) {
        size_t n = msg.w[1] < FILE_PATH_MAX ? msg.w[1] : FILE_PATH_MAX;
        n = n < size ? n : size;
        result = px_put(buf, walk.call.data, n);
        result = result < 0 ? result : (long)n;
    }
    walk_end(&walk);
    return result;
}

long px_fchmodat2(int dirfd, const char *path, uint32_t mode, uint32_t flags)
{
    struct ipc_msg msg = {{FILE_CHMOD, 0, mode & 07777, flags & LX_AT_SYMLINK_NOFOLLOW}};

    return path_method(dirfd, path, flags & LX_AT_EMPTY_PATH, msg, NULL, 0);
}

long px_fchmodat(int dirfd, const char *path, uint32_t mode)
{
    return px_fchmodat2(dirfd, path, mode, 0);
}

long px_fchownat(int dirfd, const char *path, uint32_t uid, uint32_t gid, uint32_t flags)
{
    struct ipc_msg msg = {{FILE_CHOWN, 0, uid, gid, flags & LX_AT_SYMLINK_NOFOLLOW}};

    return path_method(dirfd, path, flags & LX_AT_EMPTY_PATH, msg, NULL, 0);
}

static long utime_word(const struct lx_timespec *time, uint64_t *word)
{
    if (time->nsec == LX_UTIME_NOW) {
        *word = (uint64_t)FILE_TIME_NOW;
    } else if (time->nsec == LX_UTIME_OMIT) {
        *word = (uint64_t)FILE_TIME_OMIT;
    } else if (time->nsec < 0 || time->nsec >= 1000000000) {
        return -EINVAL;
    } else {
        *word = (uint64_t)time->sec * 1000000000 + (uint64_t)time->nsec;
    }
    return 0;
}

long px_utimensat(int dirfd, const char *path, const struct lx_timespec *times, uint32_t flags)
{
    struct ipc_msg msg = {{FILE_UTIMENS, 0, (uint64_t)FILE_TIME_NOW, (uint64_t)FILE_TIME_NOW,
                           flags & LX_AT_SYMLINK_NOFOLLOW}};

    if (times) {
        struct lx_timespec pair[2];
        if (px_get(pair, times, sizeof(pair)) < 0) {
            return -EFAULT;
        }
        if (utime_word(&pair[0], &msg.w[2]) < 0 || utime_word(&pair[1], &msg.w[3]) < 0) {
            return -EINVAL;
        }
    }
    /* Without a path it is futimens. */
    return path_method(dirfd, path ? path : "", !path || flags & LX_AT_EMPTY_PATH, msg, NULL, 0);
}

long px_truncate(const char *path, long size)
{
    long fd = px_openat(LX_AT_FDCWD, path, FILE_O_WRONLY | FILE_O_CLOEXEC, 0);

    if (fd < 0) {
        return fd;
    }
    long result = px_ftruncate((int)fd, size);
    px_close((int)fd);
    return result;
}

long px_faccessat2(int dirfd, const char *path, uint32_t wanted, uint32_t flags)
{
    struct ipc_msg ids = {{PROC_IDS}};
    struct lx_stat stat = {0};
    long result = px_newfstatat(dirfd, path, &stat, flags);

    if (wanted > 7) {
        return -EINVAL;
    }
    if (result == 0) {
        result = px_proc_call(&ids);
    }
    if (result < 0) {
        return result;
    }
    uint64_t who = flags & LX_AT_EACCESS ? ids.w[5] : ids.w[4];
    uint32_t uid = (uint32_t)who;
    uint32_t gid = (uint32_t)(who >> 32);
    uint32_t mode = stat.mode;
    uint32_t granted = uid == stat.uid ? mode >> 6 : gid == stat.gid ? mode >> 3 : mode;
    if (uid == 0) {
        bool may_execute = mode & 0111 || (mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
        granted = may_execute ? 7 : 6;
    }
    return wanted & ~granted ? -EACCES : 0;
}

long px_faccessat(int dirfd, const char *path, uint32_t wanted)
{
    return px_faccessat2(dirfd, path, wanted, 0);
}
