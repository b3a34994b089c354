/* SPDX-License-Identifier: MIT */
/* waitpid: the caller waits in its own process, on its `self` token. */
#include <chcore/syscall.h>

#include "procmgr.h"

#define WNOHANG 1u

static bool wanted(const struct process *child, int64_t pid, uint32_t own_group)
{
    if (pid > 0) {
        return child->pid == (uint64_t)pid;
    }
    if (pid == -1) {
        return true;
    }
    return child->group == (pid == 0 ? own_group : (uint64_t)-pid);
}

/* The child to report, or NULL; *any says whether there is one to wait for at all. */
static struct process *find_zombie(const struct process *parent, int64_t pid, bool *any)
{
    struct process *found = NULL;

    *any = false;
    for (struct process *child = parent->children; child; child = child->next_sibling) {
        if (wanted(child, pid, parent->group)) {
            *any = true;
            if (child->state == ZOMBIE) {
                found = child; /* the list begins with the youngest: the eldest goes first */
            }
        }
    }
    return found;
}

long wait_call(struct server_request *request)
{
    int64_t pid = (int64_t)request->w[1];
    uint64_t options = request->w[2];
    bool any;
    long result;

    if ((options & ~(uint64_t)WNOHANG) || pid < -(int64_t)PID_LIMIT || pid > (int64_t)PID_LIMIT) {
        return options & ~(uint64_t)WNOHANG ? -EINVAL : -ECHILD;
    }
    mutex_lock(&processes.lock);
    struct process *parent = process_of(request->principal);
    struct process *child = parent ? find_zombie(parent, pid, &any) : NULL;
    if (child) {
        result = child->pid;
        request->w[1] = (uint64_t)(uint32_t)child->status;
        request->w[2] = child->cpu_ticks;
        process_reap(child);
    } else if (!parent || !any) {
        result = -ECHILD;
    } else if (options & WNOHANG) {
        result = 0;
    } else {
        /* Cleared under the lock that every end takes: what comes later sets it again. */
        sys_token_signal(machine.server, parent->principal, TOKEN_READABLE, 0);
        result = -EAGAIN;
    }
    mutex_unlock(&processes.lock);
    return result;
}
