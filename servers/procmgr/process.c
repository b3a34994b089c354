/* SPDX-License-Identifier: MIT */
/* The table and the tree of processes (procmgr.h). */
#include <chcore/malloc.h>
#include <chcore/syscall.h>

#include "procmgr.h"

struct processes processes = {.last_pid = PID_FIRST_USER - 1};

static struct process **place_of(uint32_t pid)
{
    return &processes.place[pid % PROCESS_MAX];
}

struct process *process_find(uint32_t pid)
{
    struct process *process = *place_of(pid);

    return process && process->pid == pid ? process : NULL;
}

struct process *process_of(uint64_t principal)
{
    struct process *process = process_find(principal_pid(principal));

    return process && process->principal == principal && process->state == ALIVE ? process : NULL;
}

/* The next free pid whose place in the table is free; 0 when there is none. */
static uint32_t next_pid(void)
{
    for (uint32_t tries = 0; tries < PROCESS_MAX; tries++) {
        uint32_t pid = processes.last_pid + 1;

        if (pid >= PID_LIMIT) {
            pid = PID_FIRST_USER;
        }
        processes.last_pid = pid;
        if (!*place_of(pid)) {
            return pid;
        }
    }
    return 0;
}

static void add_child(struct process *parent, struct process *child)
{
    child->parent = parent;
    child->next_sibling = parent->children;
    parent->children = child;
}

static void remove_child(struct process *child)
{
    struct process **at = &child->parent->children;

    while (*at != child) {
        at = &(*at)->next_sibling;
    }
    *at = child->next_sibling;
    child->parent = NULL;
}

/* A fork bomb must not take the last places: init and its children can always start something. */
static bool room_for(const struct process *parent)
{
    bool trusted =
        !parent || parent->pid == PID_INIT || (parent->parent && parent->parent->pid == PID_INIT);

    return processes.count < PROCESS_LIMIT - (trusted ? 0 : RESERVED);
}

static void inherit(struct process *process, const struct process *parent)
{
    process->group = parent ? parent->group : process->pid;
    process->session = parent ? parent->session : process->pid;
    process->umask = parent ? parent->umask : 022;
    process->ignored = parent ? parent->ignored : 0;
    if (parent) {
        process->ids = parent->ids;
    }
}

struct process *process_reserve(uint32_t parent_pid, uint32_t fixed_pid, long *error)
{
    struct process *process = calloc(1, sizeof(*process));

    if (!process) {
        *error = -ENOMEM;
        return NULL;
    }
    mutex_lock(&processes.lock);
    struct process *parent = parent_pid ? process_find(parent_pid) : NULL;
    uint32_t pid = fixed_pid ? fixed_pid : next_pid();
    if (pid == 0 || !room_for(parent) || (parent_pid && !parent)) {
        mutex_unlock(&processes.lock);
        free(process);
        *error = -EAGAIN;
        return NULL;
    }
    process->pid = pid;
    process->cap_group = CAP_NONE;
    process->thread = CAP_NONE;
    process->image = CAP_NONE;
    process->state = STARTING;
    process->principal = (uint64_t)pid << 32 | ++processes.generation;
    process->start_ticks = server_now();
    inherit(process, parent);
    *place_of(pid) = process;
    processes.count++;
    if (parent) {
        add_child(parent, process);
    }
    mutex_unlock(&processes.lock);
    return process;
}

void process_add_own(void)
{
    static struct process own = {.name = "procmgr", .is_server = true, .state = ALIVE};
    long group = sys_cap_copy(CAP_SELF, CAP_SELF, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 0);

    own.cap_group = group < 0 ? CAP_NONE : (cap_t)group;
    own.thread = CAP_NONE;
    own.image = CAP_NONE;
    own.start_ticks = server_now();
    mutex_lock(&processes.lock);
    *place_of(PID_PROCMGR) = &own;
    mutex_unlock(&processes.lock);
}

void process_abandon(struct process *process)
{
    mutex_lock(&processes.lock);
    process_reap(process);
    mutex_unlock(&processes.lock);
}

void process_reap(struct process *process)
{
    if (process->image != CAP_NONE) {
        sys_cap_drop(CAP_SELF, process->image); /* it never started */
    }
    if (process->parent) {
        remove_child(process);
    }
    *place_of(process->pid) = NULL;
    processes.count--;
    free(process);
}

void process_tell_parent(struct process *parent)
{
    if (parent && parent->state == ALIVE) {
        sys_token_signal(machine.server, parent->principal, 0, TOKEN_READABLE);
    }
}

long process_group_handle(uint32_t pid)
{
    long handle = -ESRCH;

    mutex_lock(&processes.lock);
    const struct process *process = process_find(pid);
    if (process && process->state == ALIVE) {
        handle = sys_cap_copy(CAP_SELF, process->cap_group, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 0);
    }
    mutex_unlock(&processes.lock);
    return handle;
}
