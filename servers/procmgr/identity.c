/* SPDX-License-Identifier: MIT */
/* Who a process is: ids, groups, sessions, umask. */
#include <chcore/syscall.h>

#include "procmgr.h"

long ids_call(struct server_request *request)
{
    uint64_t pid = request->w[1] ? request->w[1] : principal_pid(request->principal);
    uint64_t *w = request->w;
    long result = -ESRCH;

    mutex_lock(&processes.lock);
    const struct process *process = pid < PID_LIMIT ? process_find((uint32_t)pid) : NULL;
    if (process && process->state != STARTING) {
        result = process->pid;
        w[1] = process->parent ? process->parent->pid : 0;
        w[2] = process->group;
        w[3] = process->session;
        w[4] = process->ids.uid | (uint64_t)process->ids.gid << 32;
        w[5] = process->ids.euid | (uint64_t)process->ids.egid << 32;
        w[6] = process->umask;
    }
    mutex_unlock(&processes.lock);
    return result;
}

/* Locked. Whether somebody of that session is in the group. */
static bool group_exists(uint32_t group, uint32_t session)
{
    for (uint32_t i = 0; i < PROCESS_MAX; i++) {
        const struct process *process = processes.place[i];

        if (process && process->group == group && process->session == session) {
            return true;
        }
    }
    return false;
}

long set_group_call(struct server_request *request)
{
    uint64_t pid = request->w[1] ? request->w[1] : principal_pid(request->principal);
    uint64_t group = request->w[2] ? request->w[2] : pid;
    long result = 0;

    if (pid >= PID_LIMIT || group >= PID_LIMIT) {
        return -EINVAL;
    }
    mutex_lock(&processes.lock);
    const struct process *caller = process_of(request->principal);
    struct process *process = process_find((uint32_t)pid);
    if (!caller || !process || (process != caller && process->parent != caller)) {
        result = -ESRCH;
    } else if (process->session != caller->session || process->session == process->pid ||
               (group != pid && !group_exists((uint32_t)group, caller->session))) {
        result = -EPERM;
    } else {
        process->group = (uint32_t)group;
    }
    mutex_unlock(&processes.lock);
    return result;
}

long set_session_call(struct server_request *request)
{
    long result = -ESRCH;

    mutex_lock(&processes.lock);
    struct process *process = process_of(request->principal);
    if (process && process->group == process->pid) {
        result = -EPERM;
    } else if (process) {
        process->session = process->group = process->pid;
        result = process->pid;
    }
    mutex_unlock(&processes.lock);
    return result;
}

static uint32_t chosen(uint64_t wanted, uint32_t now)
{
    return (uint32_t)wanted == UINT32_MAX ? now : (uint32_t)wanted;
}

/* Without privilege only one's own ids, real or effective, in any order. */
static bool allowed(const struct credentials *now, const struct credentials *next)
{
    bool uids = (next->uid == now->uid || next->uid == now->euid) &&
                (next->euid == now->uid || next->euid == now->euid);
    bool gids = (next->gid == now->gid || next->gid == now->egid) &&
                (next->egid == now->gid || next->egid == now->egid);

    return now->euid == 0 || (uids && gids);
}

long set_ids_call(struct server_request *request)
{
    long result = -ESRCH;

    mutex_lock(&processes.lock);
    struct process *process = process_of(request->principal);
    if (process) {
        const struct credentials next = {
            .uid = chosen(request->w[1], process->ids.uid),
            .gid = chosen(request->w[2], process->ids.gid),
            .euid = chosen(request->w[3], process->ids.euid),
            .egid = chosen(request->w[4], process->ids.egid),
        };

        result = -EPERM;
        if (allowed(&process->ids, &next)) {
            process->ids = next;
            result = 0;
        }
    }
    mutex_unlock(&processes.lock);
    return result;
}

long umask_call(struct server_request *request)
{
    long result = -ESRCH;

    mutex_lock(&processes.lock);
    struct process *process = process_of(request->principal);
    if (process) {
        result = process->umask;
        process->umask = request->w[1] & 0777;
    }
    mutex_unlock(&processes.lock);
    return result;
}
