/* SPDX-License-Identifier: MIT */
/*
 * Signals: policy only. A handled signal is an upcall of the process's first thread; the default of
 * most others is the end. Stopping is not there: those signals are refused.
 */
#include <chcore/syscall.h>

#include "procmgr.h"
#include "signals.h"

static uint64_t bit(uint32_t signal)
{
    return 1ull << (signal - 1);
}

static bool stops(uint32_t signal)
{
    return signal >= SIGNAL_STOP && signal <= SIGNAL_TTOU;
}

static bool ignored_by_default(uint32_t signal)
{
    return signal == SIGNAL_CHLD || signal == SIGNAL_CONT || signal == SIGNAL_URG ||
           signal == SIGNAL_WINCH;
}

/* Locked. */
static long deliver(struct process *process, uint32_t signal)
{
    if (signal == 0 || process->state == ZOMBIE) {
        return 0;
    }
    if (signal != SIGNAL_KILL && (process->handled & bit(signal))) {
        return sys_upcall_post(process->thread, bit(signal));
    }
    if (signal != SIGNAL_KILL && ((process->ignored & bit(signal)) || ignored_by_default(signal))) {
        return 0;
    }
    if (process->pid == PID_INIT) {
        return signal == SIGNAL_KILL ? -EPERM : 0; /* init has no defaults that end it */
    }
    if (stops(signal)) {
        return -ENOTSUP;
    }
    return sys_cap_group_kill(process->cap_group, (int64_t)signal);
}

long signal_send(int64_t pid, uint32_t own_group, uint32_t signal)
{
    long result = -ESRCH;

    mutex_lock(&processes.lock);
    if (pid > 0) {
        struct process *process = process_find((uint32_t)pid);

        if (process && process->state != STARTING) {
            result = deliver(process, signal);
        }
    } else {
        uint32_t group = pid == 0 ? own_group : (uint32_t)-pid;

        for (uint32_t i = 0; i < PROCESS_MAX; i++) {
            struct process *process = processes.place[i];

            if (process && !process->is_server && process->state == ALIVE &&
                process->group == group) {
                long one = deliver(process, signal);

                result = result == 0 ? 0 : one;
            }
        }
    }
    mutex_unlock(&processes.lock);
    return result;
}

long kill_call(struct server_request *request)
{
    int64_t pid = (int64_t)request->w[1];
    uint64_t signal = request->w[2];
    uint32_t group = 0;

    if (signal > SIGNAL_MAX) {
        return -EINVAL;
    }
    if (pid > (int64_t)PID_LIMIT || pid < -(int64_t)PID_LIMIT || pid == -1) {
        return -ESRCH;
    }
    mutex_lock(&processes.lock);
    const struct process *caller = process_of(request->principal);
    bool root = caller && caller->ids.euid == 0;
    const struct process *target = pid > 0 ? process_find((uint32_t)pid) : NULL;
    if (caller) {
        group = caller->group;
    }
    long result = !caller ? -ESRCH : 0;
    if (result == 0 && target && !root &&
        (target->is_server || target->ids.uid != caller->ids.euid)) {
        result = -EPERM;
    }
    mutex_unlock(&processes.lock);
    return result ? result : signal_send(pid, group, (uint32_t)signal);
}

long signals_call(struct server_request *request)
{
    uint64_t never = bit(SIGNAL_KILL) | bit(SIGNAL_STOP);
    long result = -ESRCH;

    if (request->w[1] & request->w[2]) {
        return -EINVAL;
    }
    mutex_lock(&processes.lock);
    struct process *process = process_of(request->principal);
    if (process) {
        process->ignored = request->w[1] & ~never;
        process->handled = request->w[2] & ~never;
        result = 0;
    }
    mutex_unlock(&processes.lock);
    return result;
}
