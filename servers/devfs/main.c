/* SPDX-License-Identifier: MIT */
/*
 * devfs: /dev. Its own devices (null, zero, full, random, urandom) and pipes answer here; the
 * others are drivers' descriptions: opening one opens the driver's, and the client talks to the
 * driver.
 *
 * Nodes are only ever added, so a node found under fs.lock stays.
 */
#include <chcore/malloc.h>
#include <chcore/print.h>
#include <chcore/start.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <lib/fs.h>
#include <lib/peer.h>
#include <proto/devfs.h>
#include <proto/procmgr.h>

#include "pipe.h"
#include "random.h"

#define HANDLERS     4u
#define DEVFS_DEVICE 2u
#define MAX_NODES    64u

struct device {
    struct fs_node base;
    struct device *folder; /* where it is named; NULL for the root */
    uint64_t cookie;
    size_t name_length;
    char name[DEV_NAME_MAX];
    cap_t driver; /* the driver's token, CAP_NONE for a device of ours */
};

static struct fs devfs;

static struct {
    /* Protected by devfs.lock: */
    struct device node[MAX_NODES]; /* node 0 is the root */
    uint32_t count;
} table;

static struct {
    struct mutex lock;
    /* Protected by lock: */
    struct random_state state;
} generator;

static struct device *device_of(struct fs_node *node)
{
    return (struct device *)node;
}

static struct fs_node *op_lookup(struct fs *fs, struct fs_node *dir, struct fs_name name)
{
    (void)fs;
    for (uint32_t i = 1; i < table.count; i++) {
        struct device *device = &table.node[i];

        if (&device->folder->base == dir && device->name_length == name.length &&
            memcmp(device->name, name.text, name.length) == 0) {
            return &device->base;
        }
    }
    return NULL;
}

static int op_dir_next(struct fs *fs, struct fs_node *dir, uint64_t cursor, struct fs_dirent *out)
{
    (void)fs;
    for (uint32_t i = 1; i < table.count; i++) {
        struct device *device = &table.node[i];

        if (&device->folder->base == dir && device->cookie >= cursor) {
            *out = (struct fs_dirent){
                .cookie = device->cookie,
                .name = device->name,
                .name_length = device->name_length,
                .node = &device->base,
            };
            return 1;
        }
    }
    return 0;
}

static void op_release(struct fs *fs, struct fs_node *node)
{
    (void)fs;
    if (pipe_is(node)) {
        pipe_release(node);
    }
}

static long op_read(struct fs_description *d, uint64_t offset, void *buf, size_t n)
{
    (void)offset;
    if (pipe_is(d->node)) {
        return pipe_read(d, buf, n);
    }
    switch (d->node->rdevice) {
    case DEV_NULL:
        return 0;
    case DEV_ZERO:
    case DEV_FULL:
        memset(buf, 0, n);
        return (long)n;
    case DEV_RANDOM:
    case DEV_URANDOM:
        mutex_lock(&generator.lock);
        random_bytes(&generator.state, buf, n);
        mutex_unlock(&generator.lock);
        return (long)n;
    default:
        return -ENXIO;
    }
}

static long op_write(struct fs_description *d, uint64_t *offset, bool append, const void *buf,
                     size_t n)
{
    (void)offset;
    (void)append;
    if (pipe_is(d->node)) {
        return pipe_write(d, buf, n);
    }
    return d->node->rdevice == DEV_FULL ? -ENOSPC : (long)n;
}

static uint32_t op_describe(struct fs *fs, struct fs_node *node)
{
    (void)fs;
    return pipe_is(node) || node->rdevice == DEV_PIPE ? 0 : FILE_IS_ALWAYS_READY;
}

/* A driver's node: open the driver's description and pass its token on. */
static long open_driver(struct fs_description *d, struct server_request *request)
{
    struct device *device = device_of(d->node);
    struct ipc_msg msg = {.w = {0, 0, d->flags & (FILE_O_ACCMODE | FILE_O_NONBLOCK)}};
    struct peer_caps caps = {.count = 0};

    long connection = sys_token_connect(device->driver);
    if (connection < 0) {
        return connection;
    }
    struct peer peer = {.connection = (cap_t)connection};
    long result = peer_call(&peer, FILE_OPEN, device->driver, &msg, &caps);
    peer_close(&peer);
    if (result < 0 || caps.received == CAP_NONE) {
        return result < 0 ? result : -EIO;
    }
    server_move_cap(request, caps.received, (uint32_t)request->token_rights & RIGHT_ALL);
    request->w[2] = msg.w[2] | FILE_IS_ELSEWHERE; /* what the driver says of it */
    return FS_OPENED_ELSEWHERE;
}

static long op_open(struct fs_description *d, struct server_request *request)
{
    if (pipe_is(d->node)) {
        return pipe_join(d);
    }
    if (d->node->rdevice == DEV_PIPE) {
        long result = pipe_create(d);
        request->w[1] = d->node->mode;
        return result;
    }
    return device_of(d->node)->driver == CAP_NONE ? 0 : open_driver(d, request);
}

static void op_close(struct fs_description *d)
{
    if (pipe_is(d->node)) {
        pipe_close(d);
    }
}

/* Adding nodes. */

static struct device *add_locked(struct device *folder, struct fs_name name, uint32_t mode,
                                 uint64_t number)
{
    if (table.count == MAX_NODES || name.length == 0 || name.length >= DEV_NAME_MAX) {
        return NULL;
    }
    struct device *device = &table.node[table.count];
    int64_t now = clock_realtime_ns();
    *device = (struct device){
        .base =
            {
                .inode = table.count + 1,
                .rdevice = number,
                .mode = mode,
                .links = 1,
                .access_ns = now,
                .modify_ns = now,
                .change_ns = now,
            },
        .folder = folder,
        .cookie = table.count + FS_FIRST_COOKIE,
        .name_length = name.length,
        .driver = CAP_NONE,
    };
    memcpy(device->name, name.text, name.length);
    if ((mode & FILE_TYPE_MASK) == FILE_DIRECTORY) {
        device->base.links = 2;
        device->base.parent = folder ? &folder->base : &device->base;
        if (folder) {
            folder->base.links++;
        }
    }
    table.count++;
    return device;
}

/* The folder that the name's part before a slash names, made if need be; the name loses that part.
 */
static struct device *folder_of(struct fs_name *name)
{
    struct device *root = &table.node[0];
    const char *slash = memchr(name->text, '/', name->length);

    if (!slash) {
        return root;
    }
    struct fs_name first = {.text = name->text, .length = (size_t)(slash - name->text)};
    struct fs_node *folder = op_lookup(&devfs, &root->base, first);
    name->text += first.length + 1;
    name->length -= first.length + 1;
    if (!folder) {
        struct device *made = add_locked(root, first, FILE_DIRECTORY | 0755, 0);

        return made;
    }
    return (folder->mode & FILE_TYPE_MASK) == FILE_DIRECTORY ? device_of(folder) : NULL;
}

static long add(struct fs_name name, uint32_t mode, uint64_t number, cap_t driver)
{
    long result = 0;

    mutex_lock(&devfs.lock);
    struct device *folder = folder_of(&name);
    if (!folder || memchr(name.text, '/', name.length)) {
        result = -EINVAL;
    } else if (op_lookup(&devfs, &folder->base, name)) {
        result = -EEXIST;
    } else {
        struct device *device = add_locked(folder, name, mode, number);

        if (device) {
            device->driver = driver;
        } else {
            result = -ENOMEM;
        }
    }
    mutex_unlock(&devfs.lock);
    return result;
}

static long op_other(struct fs *fs, struct server_request *request, void *slot)
{
    char text[DEV_NAME_MAX];
    uint64_t length = request->w[1];

    (void)fs;
    (void)slot;
    if (msg_method(request->w[0]) != DEV_ADD) {
        return -ENOSYS;
    }
    if (principal_pid(request->principal) != PID_PROCMGR) {
        return -EPERM;
    }
    if (length == 0 || length > DEV_NAME_MAX || request->cap_count == 0 ||
        (request->w[5] & FILE_TYPE_MASK) != FILE_CHARACTER) {
        return -EINVAL;
    }
    memcpy(text, &request->w[2], length);
    long result = add((struct fs_name){.text = text, .length = length}, (uint32_t)request->w[5],
                      request->w[6], request->cap[0]);
    if (result == 0) {
        server_take_cap(request, 0);
    }
    return result;
}

static const struct fs_ops ops = {
    .lookup = op_lookup,
    .dir_next = op_dir_next,
    .release = op_release,
    .read = op_read,
    .write = op_write,
    .describe = op_describe,
    .open = op_open,
    .close = op_close,
    .other = op_other,
};

static const struct own_device {
    const char *name;
    uint64_t number;
} own_devices[] = {
    {"null", DEV_NULL},     {"zero", DEV_ZERO},       {"full", DEV_FULL},
    {"random", DEV_RANDOM}, {"urandom", DEV_URANDOM}, {"pipe", DEV_PIPE},
};

static void seed_generator(void)
{
    uint64_t words[16];

    for (unsigned i = 0; i < 16; i++) {
        sys_yield(); /* what happens meanwhile decides the next reading */
        words[i] = server_now();
    }
    random_stir(&generator.state, words, 16);
}

static long call(struct server_request *request, void *slot)
{
    return fs_call(&devfs, request, slot);
}

static void dropped(uint64_t badge, enum drop_kind kind)
{
    fs_dropped(&devfs, badge, kind);
}

int main(int argc, char **argv, char **envp)
{
    static const struct server_ops server = {.call = call, .dropped = dropped};
    static const struct fs_name no_name = {.text = "/", .length = 1};

    (void)argc;
    (void)argv;
    (void)envp;
    seed_generator();
    fs_init(&devfs, &ops, DEVFS_DEVICE);
    devfs.root = &add_locked(NULL, no_name, FILE_DIRECTORY | 0755, 0)->base;
    if (!fs_add_permanent(&devfs, devfs.root, FILE_O_RDONLY)) {
        panic("no memory for the root\n");
    }
    for (size_t i = 0; i < sizeof(own_devices) / sizeof(own_devices[0]); i++) {
        const struct own_device *device = &own_devices[i];

        add((struct fs_name){.text = device->name, .length = strlen(device->name)},
            FILE_CHARACTER | 0666, device->number, CAP_NONE);
    }
    server_run(&server, HANDLERS);
}
