/* SPDX-License-Identifier: MIT */
/*
 * fsm, the file system manager: the table of mounts. Clients come here only when a file server
 * redirects them. It marks mount points in the file servers, so that nobody else need know.
 */
#include <chcore/malloc.h>
#include <chcore/server.h>
#include <chcore/start.h>
#include <chcore/string.h>
#include <chcore/sync.h>
#include <chcore/syscall.h>
#include <lib/peer.h>
#include <proto/file.h>
#include <proto/fsm.h>
#include <proto/procmgr.h>

#define HANDLERS 4u

enum mount_state { FREE, CHANGING, MOUNTED };

struct mount {
    enum mount_state state;
    cap_t root;  /* token of the file system's root */
    cap_t cover; /* token of the directory that it covers; CAP_NONE for the root mount */
    char path[FSM_PATH_MAX];
};

static struct {
    struct mutex lock;
    /* Protected by lock; a CHANGING mount is its changer's alone: */
    struct mount mount[FSM_MAX_MOUNTS]; /* id - 1 */
} table;

/* The mount of that id, or NULL. Locked. */
static struct mount *find(uint64_t id)
{
    if (id == 0 || id > FSM_MAX_MOUNTS || table.mount[id - 1].state != MOUNTED) {
        return NULL;
    }
    return &table.mount[id - 1];
}

/* Only the process manager and the superuser's tools may mount; those come through it. */
static bool may_mount(const struct server_request *request)
{
    return principal_pid(request->principal) == PID_PROCMGR;
}

/* One call about a directory to its server. */
static long tell(cap_t token, uint32_t method, uint64_t id)
{
    struct ipc_msg msg = {.w = {0, id}};
    struct peer peer;
    long connection = sys_token_connect(token);

    if (connection < 0) {
        return connection;
    }
    peer = (struct peer){.connection = (cap_t)connection};
    long result = peer_call(&peer, method, token, &msg, NULL);
    peer_close(&peer);
    return result;
}

/* Reserve the lowest free id; 0 when there is none. */
static uint32_t reserve(void)
{
    uint32_t id = 0;

    mutex_lock(&table.lock);
    for (uint32_t i = 0; i < FSM_MAX_MOUNTS && id == 0; i++) {
        if (table.mount[i].state == FREE) {
            table.mount[i].state = CHANGING;
            id = i + 1;
        }
    }
    mutex_unlock(&table.lock);
    return id;
}

static void set_state(struct mount *mount, enum mount_state state)
{
    mutex_lock(&table.lock);
    mount->state = state;
    mutex_unlock(&table.lock);
}

/* Tell both file systems; undone when the second refuses. */
static long connect_mount(const struct mount *mount, uint32_t id)
{
    long result = tell(mount->root, FILE_SET_MOUNTED, id);

    if (result == 0 && mount->cover != CAP_NONE) {
        result = tell(mount->cover, FILE_MARK_MOUNT, id);
        if (result < 0) {
            tell(mount->root, FILE_SET_MOUNTED, 0);
        }
    }
    return result;
}

static long do_mount(struct server_request *request, const void *slot)
{
    uint64_t length = request->w[1];
    uint32_t id;

    if (!may_mount(request)) {
        return -EPERM;
    }
    if (!slot || length == 0 || length >= FSM_PATH_MAX) {
        return -EINVAL;
    }
    id = reserve();
    if (id == 0) {
        return -ENOMEM;
    }
    struct mount *mount = &table.mount[id - 1];
    /* The first mount is the root of all and covers nothing; every other one covers something. */
    if (request->cap_count != (id == FSM_ROOT_MOUNT ? 1u : 2u)) {
        set_state(mount, FREE);
        return -EINVAL;
    }
    memcpy(mount->path, slot, length);
    mount->path[length] = 0;
    mount->cover = id == FSM_ROOT_MOUNT ? CAP_NONE : request->cap[0];
    mount->root = request->cap[id == FSM_ROOT_MOUNT ? 0 : 1];
    long result = connect_mount(mount, id);
    if (result == 0) {
        server_take_cap(request, 0);
        server_take_cap(request, 1);
        request->w[1] = id;
    }
    set_state(mount, result == 0 ? MOUNTED : FREE);
    return result;
}

static long do_unmount(const struct server_request *request)
{
    uint64_t id = request->w[1];

    if (!may_mount(request)) {
        return -EPERM;
    }
    if (id == FSM_ROOT_MOUNT) {
        return -EBUSY;
    }
    mutex_lock(&table.lock);
    struct mount *mount = find(id);
    if (mount) {
        mount->state = CHANGING;
    }
    mutex_unlock(&table.lock);
    if (!mount) {
        return -ENOENT;
    }
    long result = tell(mount->cover, FILE_MARK_MOUNT, 0);
    if (result == 0) {
        tell(mount->root, FILE_SET_MOUNTED, 0);
        sys_cap_drop(CAP_SELF, mount->root);
        sys_cap_drop(CAP_SELF, mount->cover);
    }
    set_state(mount, result == 0 ? FREE : MOUNTED);
    return result;
}

/* A token of mount w1: its root, or the directory that it covers. */
static long do_token(struct server_request *request, bool cover)
{
    cap_t token = CAP_NONE;

    mutex_lock(&table.lock);
    const struct mount *mount = find(request->w[1]);
    if (mount) {
        token = cover ? mount->cover : mount->root;
    }
    mutex_unlock(&table.lock);
    if (token == CAP_NONE) {
        return -ENOENT;
    }
    /* An unmount in between drops it: then the reply is refused and the client gets the error. */
    server_send_cap(request, token, RIGHT_ALL);
    return 0;
}

static long do_list(const struct server_request *request, uint8_t *slot)
{
    const size_t room = MSG_SLOT_SIZE / sizeof(struct fsm_mount);
    uint64_t first = request->w[1] ? request->w[1] : 1;
    size_t n = 0;

    if (!slot) {
        return -EINVAL;
    }
    mutex_lock(&table.lock);
    for (uint64_t id = first; id <= FSM_MAX_MOUNTS && n < room; id++) {
        const struct mount *mount = find(id);

        if (mount) {
            struct fsm_mount record = {.id = id};

            memcpy(record.path, mount->path, sizeof(record.path));
            memcpy(slot + n * sizeof(record), &record, sizeof(record));
            n++;
        }
    }
    mutex_unlock(&table.lock);
    return (long)n;
}

static long call(struct server_request *request, void *slot)
{
    switch (msg_method(request->w[0])) {
    case FSM_MOUNT:
        return do_mount(request, slot);
    case FSM_UNMOUNT:
        return do_unmount(request);
    case FSM_MOUNT_ROOT:
        return do_token(request, false);
    case FSM_MOUNT_POINT:
        return do_token(request, true);
    case FSM_LIST:
        return do_list(request, slot);
    default:
        return -ENOSYS;
    }
}

int main(int argc, char **argv, char **envp)
{
    static const struct server_ops ops = {.call = call};

    (void)argc;
    (void)argv;
    (void)envp;
    server_run(&ops, HANDLERS);
}
