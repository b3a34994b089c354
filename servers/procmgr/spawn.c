/* SPDX-License-Identifier: MIT */
/*
 * Starting programs. Everything is built beside the table: a child that cannot be completed is
 * given up as a whole, by dropping its group, and nothing of it stays.
 */
#include <chcore/malloc.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <proto/file.h>

#include "block.h"
#include "child.h"
#include "files.h"

#define SELF_RIGHTS (RIGHT_READ | RIGHT_WAIT)

struct spawn {
    struct spawn_block block;
    cap_t executable, cwd, root; /* tokens, not owned */
    cap_t parent_group;          /* CAP_NONE: no descriptors to inherit */
    struct program program;
    struct child child;
};

static long set_field(uint64_t *field, long handle)
{
    if (handle < 0) {
        return handle;
    }
    *field = (uint64_t)handle;
    return 0;
}

/* The capabilities of start_info. */
static long give_start(struct spawn *spawn)
{
    struct child *child = &spawn->child;
    struct start_info *start = &child->stack.start;
    const uint64_t badge = child->process->principal;
    long result;

    start->server = CAP_NONE;
    result = set_field(&start->procmgr,
                       child_move(child, sys_connection_create(machine.server, badge), RIGHT_ALL));
    if (result == 0) {
        result = set_field(
            &start->fsm,
            child_move(child, sys_connection_create(machine.fsm_server, badge), RIGHT_ALL));
    }
    if (result == 0) {
        result = set_field(
            &start->self,
            child_move(child, sys_token_mint(machine.server, badge, RIGHT_ALL), SELF_RIGHTS));
    }
    if (result == 0) {
        result = set_field(&start->root, child_give(child, spawn->root, RIGHT_ALL, CAP_INHERIT));
    }
    if (result == 0) {
        result = set_field(&start->cwd, child_give(child, spawn->cwd, RIGHT_ALL, CAP_INHERIT));
    }
    return result;
}

static long give_descriptors(const struct spawn *spawn)
{
    struct fd_change changes[PROC_MAX_ACTIONS];
    int count = spawn_actions_resolve(&spawn->block, changes);
    cap_t group = spawn->child.group;
    long next = 0;

    if (count < 0 || spawn->parent_group == CAP_NONE) {
        return count < 0 ? count : 0;
    }
    if (!(spawn->block.head.flags & SPAWN_NO_INHERIT)) {
        do {
            next = sys_cap_inherit(spawn->parent_group, group, (uint64_t)next);
        } while (next > 0);
    }
    for (int i = 0; i < count && next >= 0; i++) {
        if (changes[i].from >= 0) {
            next = sys_cap_copy(spawn->parent_group, (cap_t)changes[i].from, group, changes[i].to,
                                RIGHT_ALL, 0);
        } else {
            sys_cap_drop(group, changes[i].to); /* nothing there is as good as closed */
        }
    }
    return next < 0 ? next : 0;
}

static long build(struct spawn *spawn)
{
    const struct image_source source = {.pmo = spawn->program.pmo};
    struct child *child = &spawn->child;

    child->stack.execfn = spawn->block.path;
    child->stack.strings = spawn->block.strings;
    child->stack.strings_size = spawn->block.strings_size;
    child->stack.argc = spawn->block.head.argc;
    child->stack.envc = spawn->block.head.envc;
    long result = child_begin(child);
    if (result == 0) {
        result = give_start(spawn);
    }
    if (result == 0) {
        result = give_descriptors(spawn);
    }
    if (result == 0) {
        result = child_image(child, &source, &spawn->program.image);
    }
    return child_finish(child, result);
}

static void set_tree(struct process *process, const struct spawn_head *head)
{
    mutex_lock(&processes.lock);
    process->ignored = head->ignored;
    if (head->flags & SPAWN_NEW_SESSION) {
        process->session = process->group = process->pid;
    } else if (head->flags & SPAWN_SET_GROUP) {
        process->group = head->group > 0 ? (uint32_t)head->group : process->pid;
    }
    mutex_unlock(&processes.lock);
}

/* -> pid or -errno. */
static long run(struct spawn *spawn, uint32_t parent_pid, uint32_t fixed_pid)
{
    long result = program_open(spawn->executable, &spawn->program);

    if (result < 0) {
        return result;
    }
    spawn->child.process = process_reserve(parent_pid, fixed_pid, &result);
    if (spawn->child.process) {
        uint32_t pid = spawn->child.process->pid;

        spawn->child.process->image = spawn->program.pmo; /* its own from now on */
        set_tree(spawn->child.process, &spawn->block.head);
        result = build(spawn);
        if (result == 0) {
            result = pid;
        }
    } else {
        sys_cap_drop(CAP_SELF, spawn->program.pmo);
    }
    return result;
}

/* The spawn block in memory of our own, -errno when it cannot be had. */
static long copy_block(cap_t pmo, const void *slot, size_t size, void **out)
{
    struct pmo_info info = {0};
    long result = 0;

    if (size > PROC_BLOCK_MAX) {
        return -E2BIG;
    }
    if (pmo == CAP_NONE) {
        if (!slot || size > MSG_SLOT_SIZE) {
            return -EINVAL;
        }
    } else if (sys_pmo_info(pmo, &info) < 0 || info.kind != PMO_ANON || info.size < size) {
        return -EINVAL;
    }
    void *copy = malloc(size ? size : 1);
    if (!copy) {
        return -ENOMEM;
    }
    if (pmo == CAP_NONE) {
        memcpy(copy, slot, size);
    } else {
        for (size_t done = 0; done < size && result >= 0; done += (size_t)result) {
            result = sys_pmo_read(pmo, done, (char *)copy + done, size - done);
            if (result == 0) {
                result = -EINVAL;
            }
        }
    }
    if (result < 0) {
        free(copy);
        return result;
    }
    *out = copy;
    return 0;
}

/* Capabilities of the request, in the order that `given` says. They stay the request's. */
static long take_caps(const struct server_request *request, struct spawn *spawn, cap_t *block)
{
    uint64_t given = request->w[2];
    unsigned next = 1;

    if (given & ~(uint64_t)(SPAWN_CWD | SPAWN_ROOT | SPAWN_BLOCK)) {
        return -EINVAL;
    }
    if (request->cap_count < 1u + (unsigned)__builtin_popcountll(given)) {
        return -EBADF;
    }
    spawn->executable = request->cap[0];
    spawn->cwd = given & SPAWN_CWD ? request->cap[next++] : CAP_NONE;
    spawn->root = given & SPAWN_ROOT ? request->cap[next++] : machine.root;
    *block = given & SPAWN_BLOCK ? request->cap[next] : CAP_NONE;
    if (spawn->cwd == CAP_NONE) {
        spawn->cwd = spawn->root;
    }
    return 0;
}

long spawn_call(struct server_request *request, const void *slot)
{
    uint32_t parent = principal_pid(request->principal);
    struct spawn spawn = {.parent_group = CAP_NONE};
    cap_t block_pmo;
    void *bytes;
    long result = take_caps(request, &spawn, &block_pmo);

    if (result == 0) {
        result = copy_block(block_pmo, slot, request->w[1], &bytes);
    }
    if (result < 0) {
        return result;
    }
    result = spawn_block_parse(bytes, request->w[1], &spawn.block);
    if (result == 0) {
        result = process_group_handle(parent);
    }
    if (result >= 0) {
        spawn.parent_group = (cap_t)result;
        result = run(&spawn, parent, 0);
        sys_cap_drop(CAP_SELF, spawn.parent_group);
    }
    free(bytes);
    return result;
}

/* A token for a path from the root, for executing. */
static long open_path(const char *path)
{
    struct ipc_msg msg = {.w = {0, strlen(path), FILE_O_RDONLY}};
    struct peer_caps caps = {.count = 0};
    struct peer peer;
    long result = files_acquire(machine.root, &peer);

    if (result < 0) {
        return result;
    }
    memcpy(peer.slot, path, strlen(path));
    result = peer_call(&peer, FILE_OPEN, machine.root, &msg, &caps);
    files_release(machine.root, &peer, true);
    if (result == 0 && caps.received != CAP_NONE) {
        return (long)caps.received;
    }
    return result < 0 ? result : -EXDEV;
}

long spawn_init(const char *path)
{
    static const char environment[] = "PATH=/bin:/sbin";
    struct spawn spawn = {
        .block =
            {
                .head = {.version = SPAWN_VERSION, .argc = 1, .envc = 1},
                .path = path,
            },
        .parent_group = CAP_NONE,
        .cwd = machine.root,
        .root = machine.root,
    };
    char strings[TASK_NAME_MAX + sizeof(environment)];
    size_t length = strlcpy(strings, path, TASK_NAME_MAX) + 1;

    memcpy(strings + length, environment, sizeof(environment));
    spawn.block.strings = strings;
    spawn.block.strings_size = length + sizeof(environment);
    long token = open_path(path + 1);
    if (token < 0) {
        return token;
    }
    spawn.executable = (cap_t)token;
    long result = run(&spawn, 0, PID_INIT);
    sys_cap_drop(CAP_SELF, (cap_t)token);
    return result;
}
