/* SPDX-License-Identifier: MIT */
/*
 * Descriptors. A descriptor is a slot of the process's capabilities, 0 to CAP_NOFILE - 1, with a
 * token in it; the kernel keeps the set, close-on-exec included. Here stands only what is known of
 * each token: which channel leads to its server, what kind of file it is. The word of px.fd:
 *   bits 0-7    number of the channel + 1, 0: nothing is known
 *   bits 8-15   enum file_is
 *   bits 16-31  mode with type, 0: not known yet
 */
#include "state.h"

static uint32_t fd_word(const struct channel *channel, uint32_t mode, uint32_t is)
{
    return (uint32_t)(channel - px.channel + 1) | (is & 0xff) << 8 | (mode & 0xffff) << 16;
}

static bool is_fd(int fd)
{
    return fd >= 0 && fd < (int)CAP_NOFILE;
}

long px_fd_place(int fd, struct px_place *place)
{
    if (!is_fd(fd)) {
        return -EBADF;
    }
    uint32_t word = __atomic_load_n(&px.fd[fd], __ATOMIC_RELAXED);
    place->token = (cap_t)fd;
    if (word) {
        place->channel = &px.channel[(word & 0xff) - 1];
        return 0;
    }
    long result = px_channel_of((cap_t)fd, &place->channel);
    if (result == 0) {
        __atomic_compare_exchange_n(&px.fd[fd], &word, fd_word(place->channel, 0, 0), false,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    }
    return result;
}

void px_fd_opened(int fd, const struct channel *channel, uint32_t mode, uint32_t is)
{
    __atomic_store_n(&px.fd[fd], fd_word(channel, mode, is), __ATOMIC_RELAXED);
}

long px_fd_describe(int fd, struct px_description *description)
{
    struct ipc_msg msg = {{FILE_DESCRIBE}};
    struct px_place place;
    long result = px_fd_place(fd, &place);

    if (result != 0) {
        return result;
    }
    uint32_t word = __atomic_load_n(&px.fd[fd], __ATOMIC_RELAXED);
    result = px_word_call(place, &msg);
    if (result != 0) {
        return result;
    }
    *description =
        (struct px_description){(uint32_t)msg.w[1], (uint32_t)msg.w[2], (uint32_t)msg.w[3]};
    __atomic_compare_exchange_n(&px.fd[fd], &word,
                                fd_word(place.channel, description->mode, description->is), false,
                                __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return 0;
}

long px_fd_kind(int fd, uint32_t *mode, uint32_t *is)
{
    struct px_description description;

    if (!is_fd(fd)) {
        return -EBADF;
    }
    uint32_t word = __atomic_load_n(&px.fd[fd], __ATOMIC_RELAXED);
    *mode = word >> 16;
    *is = word >> 8 & 0xff;
    if (*mode) {
        return 0;
    }
    long result = px_fd_describe(fd, &description);
    if (result == 0) {
        *mode = description.mode;
        *is = description.is;
    }
    return result;
}

/* A copy of fd at the place that cap_copy's dst_slot says -> the new descriptor. */
static long copy_fd(int fd, uint64_t dst_slot, bool cloexec)
{
    if (!is_fd(fd)) {
        return -EBADF;
    }
    uint32_t word = __atomic_load_n(&px.fd[fd], __ATOMIC_RELAXED);
    long copy =
        sys_cap_copy(CAP_SELF, (cap_t)fd, CAP_SELF, dst_slot, RIGHT_ALL, cloexec ? CAP_CLOEXEC : 0);
    if (copy >= 0) {
        copy &= (1l << CAP_SLOT_BITS) - 1; /* a descriptor needs no generation */
        __atomic_store_n(&px.fd[copy], word, __ATOMIC_RELAXED);
    }
    return copy;
}

long px_dup(int fd)
{
    return copy_fd(fd, CAP_SLOT_FD_MIN, false);
}

long px_dup3(int fd, int new_fd, uint32_t flags)
{
    if (fd == new_fd || flags & ~(uint32_t)FILE_O_CLOEXEC) {
        return -EINVAL;
    }
    if (!is_fd(new_fd)) {
        return -EBADF;
    }
    return copy_fd(fd, (uint64_t)new_fd, flags & FILE_O_CLOEXEC);
}

long px_close(int fd)
{
    if (!is_fd(fd)) {
        return -EBADF;
    }
    __atomic_store_n(&px.fd[fd], 0, __ATOMIC_RELAXED);
    return sys_cap_drop(CAP_SELF, (cap_t)fd);
}

static long set_status_flags(int fd, uint32_t flags)
{
    struct ipc_msg msg = {{FILE_SET_FLAGS, flags & (FILE_O_APPEND | FILE_O_NONBLOCK)}};
    struct px_place place;
    long result = px_fd_place(fd, &place);

    return result < 0 ? result : px_word_call(place, &msg);
}

static long slot_flags(int fd)
{
    struct cap_info info = {0};
    long result = is_fd(fd) ? sys_cap_info(CAP_SELF, (cap_t)fd, &info) : -EBADF;

    return result < 0 ? result : info.flags & CAP_CLOEXEC ? LX_FD_CLOEXEC : 0;
}

long px_fcntl(int fd, int command, long argument)
{
    struct px_description description;
    long result;

    switch (command) {
    case LX_F_DUPFD:
    case LX_F_DUPFD_CLOEXEC:
        if (argument < 0 || argument >= (long)CAP_NOFILE) {
            return -EINVAL;
        }
        return copy_fd(fd, CAP_SLOT_FD_MIN | (uint64_t)argument, command == LX_F_DUPFD_CLOEXEC);
    case LX_F_GETFD:
        return slot_flags(fd);
    case LX_F_SETFD:
        return is_fd(fd) ? sys_cap_set_flags((cap_t)fd, argument & LX_FD_CLOEXEC ? CAP_CLOEXEC : 0)
                         : -EBADF;
    case LX_F_GETFL:
        result = px_fd_describe(fd, &description);
        return result != 0 ? result : (long)description.flags;
    case LX_F_SETFL:
        return set_status_flags(fd, (uint32_t)argument);
    default:
        return is_fd(fd) ? -ENOSYS : -EBADF;
    }
}

/* A method about the descriptor's file with words only. */
static long word_method(int fd, uint32_t method, uint64_t w1, uint64_t w2)
{
    struct ipc_msg msg = {{method, w1, w2}};
    struct px_place place;
    long result = px_fd_place(fd, &place);

    return result < 0 ? result : px_word_call(place, &msg);
}

long px_lseek(int fd, long offset, uint32_t whence)
{
    return word_method(fd, FILE_LSEEK, (uint64_t)offset, whence);
}

long px_ftruncate(int fd, long size)
{
    return size < 0 ? -EINVAL : word_method(fd, FILE_TRUNCATE, (uint64_t)size, 0);
}

long px_fsync(int fd)
{
    return word_method(fd, FILE_SYNC, 0, 0);
}

long px_fdatasync(int fd)
{
    return px_fsync(fd);
}

/* CHMOD, CHOWN, STAT and STATFS take a path, which is empty here: the descriptor's own file. */
long px_fchmod(int fd, uint32_t mode)
{
    struct ipc_msg msg = {{FILE_CHMOD, 0, mode & 07777}};
    struct px_place place;
    long result = px_fd_place(fd, &place);

    return result < 0 ? result : px_word_call(place, &msg);
}

long px_fchown(int fd, uint32_t uid, uint32_t gid)
{
    struct ipc_msg msg = {{FILE_CHOWN, 0, uid, gid}};
    struct px_place place;
    long result = px_fd_place(fd, &place);

    return result < 0 ? result : px_word_call(place, &msg);
}

/* Ask about the descriptor's file; the answer of `size` bytes goes to `out`. */
static long fetch(int fd, uint32_t method, void *out, size_t size)
{
    struct ipc_msg msg = {{method}};
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
    memcpy(out, call.data, size);
    px_call_end(&call);
    return result;
}

long px_fstat(int fd, struct lx_stat *out)
{
    struct file_stat stat;
    long result = fetch(fd, FILE_STAT, &stat, sizeof(stat));

    return result == 0 ? px_stat_put(&stat, out) : result;
}

long px_fstatfs(int fd, struct lx_statfs *out)
{
    struct file_statfs statfs;
    long result = fetch(fd, FILE_STATFS, &statfs, sizeof(statfs));

    return result == 0 ? px_statfs_put(&statfs, out) : result;
}

static struct lx_timespec timespec_of(int64_t ns)
{
    return (struct lx_timespec){ns / 1000000000, ns % 1000000000};
}

long px_stat_put(const struct file_stat *from, struct lx_stat *to)
{
    struct lx_stat stat = {
        .dev = from->device,
        .ino = from->inode,
        .mode = from->mode,
        .nlink = from->links,
        .uid = from->uid,
        .gid = from->gid,
        .rdev = from->rdevice,
        .size = (int64_t)from->size,
        .blksize = (int32_t)from->block_size,
        .blocks = (int64_t)from->blocks,
        .atime = timespec_of(from->access_ns),
        .mtime = timespec_of(from->modify_ns),
        .ctime = timespec_of(from->change_ns),
    };

    return px_put(to, &stat, sizeof(stat));
}

long px_statfs_put(const struct file_statfs *from, struct lx_statfs *to)
{
    struct lx_statfs statfs = {
        .type = from->type,
        .bsize = from->block_size,
        .blocks = from->blocks,
        .bfree = from->blocks_free,
        .bavail = from->blocks_free,
        .files = from->files,
        .ffree = from->files_free,
        .fsid = {(int32_t)from->id, (int32_t)(from->id >> 32)},
        .namelen = from->name_max,
        .frsize = from->block_size,
    };

    return px_put(to, &statfs, sizeof(statfs));
}
