/* SPDX-License-Identifier: MIT */
/* The methods of proto/file.h over struct fs_ops (fs.h): content, positions and administration. */
#include "fs_call.h"

#include <chcore/string.h>
#include <proto/fsm.h>
#include <proto/procmgr.h>
#include <uapi/errno.h>
#include <uapi/vm.h>

#define TOKEN_RIGHTS ((uint32_t)(RIGHT_READ | RIGHT_WRITE | RIGHT_EXEC | RIGHT_COPY | RIGHT_WAIT))

void fs_init(struct fs *fs, const struct fs_ops *ops, uint64_t device)
{
    memset(fs, 0, sizeof(*fs));
    fs->ops = ops;
    fs->device = device;
}

struct fs_description *fs_add_permanent(struct fs *fs, struct fs_node *node, uint32_t flags)
{
    mutex_lock(&fs->lock);
    struct fs_description *d = fs_describe(fs, node, flags);
    if (d) {
        d->permanent = true;
    }
    mutex_unlock(&fs->lock);
    return d;
}

static void end_description(struct fs_description *d)
{
    struct fs *fs = d->fs;

    if (fs->ops->close && !(d->flags & FILE_O_PATH)) {
        fs->ops->close(d);
    }
    mutex_lock(&fs->lock);
    fs_forget(d);
    mutex_unlock(&fs->lock);
}

void fs_dropped(struct fs *fs, uint64_t badge, enum drop_kind kind)
{
    struct fs_description *d = kind == DROP_TOKEN ? fs_find(fs, badge) : NULL;

    if (d && !d->permanent) {
        end_description(d);
    }
}

/* Opening. */

static long open_node(struct fs_call *call, const struct fs_walk *walk, uint32_t flags,
                      struct fs_node **node, bool *created)
{
    uint32_t type;

    *created = false;
    *node = walk->node;
    if (!*node) {
        if (!(flags & FILE_O_CREAT)) {
            return -ENOENT;
        }
        *created = true;
        return walk->want_directory
                   ? -EISDIR
                   : fs_make(call, walk, FILE_REGULAR | (call->request->w[3] & 07777),
                             (struct fs_name){0}, node);
    }
    type = (*node)->mode & FILE_TYPE_MASK;
    if ((flags & (FILE_O_CREAT | FILE_O_EXCL)) == (FILE_O_CREAT | FILE_O_EXCL)) {
        return -EEXIST;
    }
    if (type == FILE_SYMLINK_TYPE && !(flags & FILE_O_PATH)) {
        return -ELOOP;
    }
    if (type == FILE_DIRECTORY &&
        ((flags & FILE_O_ACCMODE) != FILE_O_RDONLY || (flags & FILE_O_CREAT))) {
        return -EISDIR;
    }
    return (flags & FILE_O_DIRECTORY) && type != FILE_DIRECTORY ? -ENOTDIR : 0;
}

/*
 * What open(2) does beyond finding the file. A description that has signal bits gets its token now,
 * so that open can set them; the others' are made with the reply.
 */
static long finish_open(struct fs_call *call, struct fs_description *d, bool truncate)
{
    const struct fs_ops *ops = call->fs->ops;
    struct server_request *request = call->request;
    uint32_t rights = request->token_rights & TOKEN_RIGHTS;
    bool ready = request->w[2] & FILE_IS_ALWAYS_READY;
    long token = 0, result = 0;

    if (truncate) {
        result = ops->truncate ? ops->truncate(call->fs, d->node, 0) : -EROFS;
    }
    if (result == 0 && !ready) {
        token = server_mint(d->badge, rights);
        result = token < 0 ? token : 0;
    }
    if (result == 0 && ops->open && !(d->flags & FILE_O_PATH)) {
        result = ops->open(d, request);
    }
    if (result == 0 && ready) {
        server_send_token(request, d->badge, rights);
    } else if (result == 0) {
        server_move_cap(request, (cap_t)token, rights);
    }
    return result;
}

static long do_open(struct fs_call *call)
{
    struct server_request *request = call->request;
    struct fs *fs = call->fs;
    uint32_t flags = (uint32_t)request->w[2];
    uint32_t access = flags & FILE_O_ACCMODE;
    bool writes = access != FILE_O_RDONLY || (flags & (FILE_O_CREAT | FILE_O_TRUNC));
    char path[FILE_PATH_MAX];
    struct fs_walk walk;
    struct fs_node *node;
    bool created;

    if (access == FILE_O_ACCMODE) {
        return -EINVAL;
    }
    if (flags & FILE_O_PATH) {
        flags &= FILE_O_PATH | FILE_O_DIRECTORY | FILE_O_NOFOLLOW;
        writes = false;
    }
    if (writes && !(request->token_rights & RIGHT_WRITE)) {
        return -EACCES;
    }
    bool exclusive = (flags & FILE_O_CREAT) && (flags & FILE_O_EXCL);
    long result = fs_path_begin(call, 0, request->w[1], path, &walk,
                                !(flags & FILE_O_NOFOLLOW) && !exclusive);
    if (result) {
        return result;
    }
    mutex_lock(&fs->lock);
    result = fs_path_walk(call, call->d->node, &walk, 0);
    if (result == 0) {
        result = open_node(call, &walk, flags, &node, &created);
    }
    struct fs_description *d = NULL;
    if (result == 0) {
        d = fs_describe(fs, node,
                        flags & (FILE_O_ACCMODE | FILE_O_APPEND | FILE_O_NONBLOCK | FILE_O_PATH));
        result = d ? 0 : -ENOMEM;
    }
    mutex_unlock(&fs->lock);
    if (result) {
        return result;
    }

    uint32_t type = node->mode & FILE_TYPE_MASK;
    request->w[1] = node->mode;
    request->w[2] = fs->ops->describe ? fs->ops->describe(fs, node) : FILE_IS_ALWAYS_READY;
    result = finish_open(call, d, (flags & FILE_O_TRUNC) && type == FILE_REGULAR && !created);
    if (result != 0) {
        end_description(d); /* failed, or another server's token is on its way */
    }
    return result < 0 ? result : 0;
}

/* Reading and writing. */

static bool is_directory(const struct fs_node *node)
{
    return (node->mode & FILE_TYPE_MASK) == FILE_DIRECTORY;
}

static bool is_seekable(const struct fs_description *d)
{
    return d->fs->ops->describe && (d->fs->ops->describe(d->fs, d->node) & FILE_IS_SEEKABLE);
}

static long check_io(struct fs_call *call, uint32_t right, bool allowed)
{
    const struct fs_description *d = call->d;

    if (!call->slot || call->request->w[1] > FILE_IO_MAX) {
        return -EINVAL;
    }
    if (is_directory(d->node)) {
        return -EISDIR;
    }
    return allowed && !(d->flags & FILE_O_PATH) && (call->request->token_rights & right) ? 0
                                                                                         : -EBADF;
}

static long check_read(struct fs_call *call)
{
    return check_io(call, RIGHT_READ, (call->d->flags & FILE_O_ACCMODE) != FILE_O_WRONLY);
}

static long check_write(struct fs_call *call)
{
    return check_io(call, RIGHT_WRITE, (call->d->flags & FILE_O_ACCMODE) != FILE_O_RDONLY);
}

static long do_read(struct fs_call *call)
{
    struct fs_description *d = call->d;
    long result = check_read(call);

    if (result) {
        return result;
    }
    if (!is_seekable(d)) {
        return d->fs->ops->read(d, 0, call->slot, call->request->w[1]);
    }
    mutex_lock(&d->lock);
    result = d->fs->ops->read(d, d->offset, call->slot, call->request->w[1]);
    if (result > 0) {
        d->offset += (uint64_t)result;
    }
    mutex_unlock(&d->lock);
    return result;
}

static long do_write(struct fs_call *call)
{
    struct fs_description *d = call->d;
    bool append = d->flags & FILE_O_APPEND;
    uint64_t offset = 0;
    long result = check_write(call);

    if (result) {
        return result;
    }
    if (!is_seekable(d)) {
        return d->fs->ops->write(d, &offset, append, call->slot, call->request->w[1]);
    }
    mutex_lock(&d->lock);
    offset = d->offset;
    result = d->fs->ops->write(d, &offset, append, call->slot, call->request->w[1]);
    if (result > 0) {
        d->offset = offset + (uint64_t)result;
    }
    mutex_unlock(&d->lock);
    return result;
}

static long do_pread(struct fs_call *call)
{
    uint64_t offset = call->request->w[2];
    long result = check_read(call);

    if (result == 0 && !is_seekable(call->d)) {
        result = -ESPIPE;
    }
    if (result == 0 && offset > INT64_MAX) {
        result = -EINVAL;
    }
    return result ? result : call->fs->ops->read(call->d, offset, call->slot, call->request->w[1]);
}

static long do_pwrite(struct fs_call *call)
{
    uint64_t offset = call->request->w[2];
    long result = check_write(call);

    if (result == 0 && !is_seekable(call->d)) {
        result = -ESPIPE;
    }
    if (result == 0 && offset > INT64_MAX) {
        result = -EINVAL;
    }
    return result ? result
                  : call->fs->ops->write(call->d, &offset, call->d->flags & FILE_O_APPEND,
                                         call->slot, call->request->w[1]);
}

/* The position that lseek asks for. Directory positions are cookies. */
static long new_offset(struct fs_call *call, uint64_t now)
{
    int64_t offset = (int64_t)call->request->w[1];
    int64_t size = (int64_t)call->d->node->size;
    int64_t base;

    switch (call->request->w[2]) {
    case FILE_SEEK_SET:
        base = 0;
        break;
    case FILE_SEEK_CUR:
        base = (int64_t)now;
        break;
    case FILE_SEEK_END:
        base = size;
        break;
    case FILE_SEEK_DATA:
    case FILE_SEEK_HOLE:
        if (offset < 0 || offset >= size) {
            return -ENXIO;
        }
        return call->request->w[2] == FILE_SEEK_DATA ? offset : size;
    default:
        return -EINVAL;
    }
    int64_t result;
    if (__builtin_add_overflow(base, offset, &result)) {
        return -EOVERFLOW;
    }
    return result < 0 ? -EINVAL : result;
}

static long do_lseek(struct fs_call *call)
{
    struct fs_description *d = call->d;

    if (d->flags & FILE_O_PATH) {
        return -EBADF;
    }
    if (!is_directory(d->node) && !is_seekable(d)) {
        return -ESPIPE;
    }
    mutex_lock(&d->lock);
    long result = new_offset(call, d->offset);
    if (result >= 0) {
        d->offset = (uint64_t)result;
    }
    mutex_unlock(&d->lock);
    return result;
}

static long do_truncate(struct fs_call *call)
{
    struct fs_description *d = call->d;

    if (is_directory(d->node)) {
        return -EISDIR;
    }
    if (d->flags & FILE_O_PATH) {
        return -EBADF;
    }
    if ((d->flags & FILE_O_ACCMODE) == FILE_O_RDONLY ||
        !(call->request->token_rights & RIGHT_WRITE) || call->request->w[1] > INT64_MAX ||
        !call->fs->ops->truncate) {
        return -EINVAL;
    }
    return call->fs->ops->truncate(call->fs, d->node, call->request->w[1]);
}

static long do_mmap(struct fs_call *call)
{
    struct fs_description *d = call->d;
    uint64_t flags = call->request->w[1];
    uint32_t access = d->flags & FILE_O_ACCMODE;

    if (!call->fs->ops->mmap || is_directory(d->node)) {
        return -ENODEV;
    }
    if (flags & ~(uint64_t)(VM_READ | VM_WRITE | VM_EXEC)) {
        return -EINVAL;
    }
    if ((d->flags & FILE_O_PATH) || access == FILE_O_WRONLY ||
        ((flags & VM_WRITE) &&
         (access != FILE_O_RDWR || !(call->request->token_rights & RIGHT_WRITE)))) {
        return -EACCES;
    }
    long pmo = call->fs->ops->mmap(call->fs, d->node, (uint32_t)flags);
    if (pmo < 0) {
        return pmo;
    }
    server_send_cap(call->request, (cap_t)pmo,
                    RIGHT_READ | RIGHT_COPY | (flags & VM_WRITE ? RIGHT_WRITE : 0) |
                        (flags & VM_EXEC ? RIGHT_EXEC : 0));
    call->request->w[1] = d->node->size;
    call->request->w[2] = d->node->mode;
    return 0;
}

static long do_ioctl(struct fs_call *call)
{
    struct server_request *request = call->request;
    uint64_t length = request->w[3];

    if (length > MSG_SLOT_SIZE || (length > 0 && !call->slot)) {
        return -EINVAL;
    }
    if (!call->fs->ops->ioctl || (call->d->flags & FILE_O_PATH)) {
        return -ENOTTY;
    }
    long result = call->fs->ops->ioctl(call->d, request->w[1], request->w[2], call->slot, &length);
    request->w[1] = length;
    return result;
}

static long do_sync(struct fs_call *call)
{
    (void)call;
    return 0;
}

static long do_describe(struct fs_call *call)
{
    const struct fs_description *d = call->d;

    call->request->w[1] = d->node->mode;
    call->request->w[2] = d->fs->ops->describe ? d->fs->ops->describe(d->fs, d->node) : 0;
    call->request->w[3] = __atomic_load_n(&d->flags, __ATOMIC_RELAXED);
    return 0;
}

static long do_set_flags(struct fs_call *call)
{
    const uint32_t settable = FILE_O_APPEND | FILE_O_NONBLOCK;
    struct fs_description *d = call->d;

    if (call->request->w[1] & ~(uint64_t)settable) {
        return -EINVAL;
    }
    mutex_lock(&d->lock);
    __atomic_store_n(&d->flags, (d->flags & ~settable) | (uint32_t)call->request->w[1],
                     __ATOMIC_RELAXED);
    mutex_unlock(&d->lock);
    return 0;
}

/* Mounting: only the file system manager may. */

static bool is_fsm(const struct fs_call *call)
{
    return principal_pid(call->request->principal) == PID_FSM;
}

static long do_mark_mount(struct fs_call *call)
{
    struct fs_node *node = call->d->node;
    uint64_t mount = call->request->w[1];
    long result = 0;

    if (!is_fsm(call)) {
        return -EPERM;
    }
    if (!is_directory(node)) {
        return -ENOTDIR;
    }
    mutex_lock(&call->fs->lock);
    if (mount != 0 && (node->covered_by != 0 || node == call->fs->root)) {
        result = -EBUSY;
    } else {
        node->covered_by = (uint32_t)mount;
    }
    mutex_unlock(&call->fs->lock);
    return result;
}

static long do_set_mounted(struct fs_call *call)
{
    struct fs *fs = call->fs;
    uint64_t mount = call->request->w[1];
    long result = 0;

    if (!is_fsm(call)) {
        return -EPERM;
    }
    mutex_lock(&fs->lock);
    if (call->d->node != fs->root) {
        result = -EINVAL;
    } else if (mount != 0 && fs->mounted_as != 0) {
        result = -EBUSY;
    } else {
        fs->mounted_as = (uint32_t)mount;
    }
    mutex_unlock(&fs->lock);
    return result;
}

static long (*const methods[])(struct fs_call *call) = {
    [FILE_OPEN & 0xff] = do_open,
    [FILE_READ & 0xff] = do_read,
    [FILE_WRITE & 0xff] = do_write,
    [FILE_PREAD & 0xff] = do_pread,
    [FILE_PWRITE & 0xff] = do_pwrite,
    [FILE_LSEEK & 0xff] = do_lseek,
    [FILE_STAT & 0xff] = fs_do_stat,
    [FILE_TRUNCATE & 0xff] = do_truncate,
    [FILE_GETDENTS & 0xff] = fs_do_getdents,
    [FILE_MKDIR & 0xff] = fs_do_mkdir,
    [FILE_UNLINK & 0xff] = fs_do_unlink,
    [FILE_RENAME & 0xff] = fs_do_rename,
    [FILE_LINK & 0xff] = fs_do_link,
    [FILE_SYMLINK & 0xff] = fs_do_symlink,
    [FILE_READLINK & 0xff] = fs_do_readlink,
    [FILE_CHMOD & 0xff] = fs_do_chmod,
    [FILE_CHOWN & 0xff] = fs_do_chown,
    [FILE_UTIMENS & 0xff] = fs_do_utimens,
    [FILE_MMAP & 0xff] = do_mmap,
    [FILE_IOCTL & 0xff] = do_ioctl,
    [FILE_SYNC & 0xff] = do_sync,
    [FILE_STATFS & 0xff] = fs_do_statfs,
    [FILE_DESCRIBE & 0xff] = do_describe,
    [FILE_SET_FLAGS & 0xff] = do_set_flags,
    [FILE_MARK_MOUNT & 0xff] = do_mark_mount,
    [FILE_SET_MOUNTED & 0xff] = do_set_mounted,
};

long fs_call(struct fs *fs, struct server_request *request, void *slot)
{
    uint32_t method = msg_method(request->w[0]);
    uint32_t index = method & 0xff;
    struct fs_call call = {.fs = fs, .request = request, .slot = slot};

    if ((method & ~0xffu) != (FILE_OPEN & ~0xff) || index >= sizeof(methods) / sizeof(methods[0]) ||
        !methods[index]) {
        return fs->ops->other ? fs->ops->other(fs, request, slot) : -ENOSYS;
    }
    if (request->token_rights & IPC_HAS_TOKEN) {
        call.d = fs_find(fs, request->token);
    }
    return call.d ? methods[index](&call) : -EBADF;
}
