/* SPDX-License-Identifier: MIT */
/* Looking at the system: what ps, caps, mem, top, free and dmesg show, from the kernel's own
 * figures. */
#include <chcore/string.h>
#include <chcore/syscall.h>

#include "procmgr.h"

/* Locked. */
static void describe(const struct process *process, struct proc_info *out)
{
    struct group_info group = {.state = GROUP_DEAD};

    *out = (struct proc_info){
        .pid = process->pid,
        .parent = process->parent ? process->parent->pid : 0,
        .group = process->group,
        .session = process->session,
        .uid = process->ids.uid,
        .gid = process->ids.gid,
        .state = process->state == ZOMBIE ? PROC_ZOMBIE : PROC_RUNNING,
        .cpu_ticks = process->cpu_ticks,
        .start_ticks = process->start_ticks,
    };
    memcpy(out->name, process->name, sizeof(out->name));
    if (process->state == ALIVE &&
        sys_object_info(process->cap_group, INFO_GROUP, 0, &group, sizeof(group)) >= 0) {
        out->threads = group.threads;
        out->cpu_ticks = group.cpu_ticks;
        out->pages = group.pages;
        out->objects = group.objects;
    }
}

/* Whether a thread of it runs or could; else it sleeps. */
static void set_state(struct proc_info *info)
{
    struct thread_info threads[8] = {0};
    long group = process_group_handle(info->pid);

    if (group < 0) {
        return;
    }
    long n = sys_object_info((cap_t)group, INFO_THREADS, 0, threads, sizeof(threads));
    sys_cap_drop(CAP_SELF, (cap_t)group);
    info->state = PROC_SLEEPING;
    for (long i = 0; i < n; i++) {
        if (threads[i].state == THREAD_RUNNING || threads[i].state == THREAD_READY) {
            info->state = PROC_RUNNING;
        }
    }
}

/* The processes with pid >= first, in order: up to `max` of the lowest. */
static unsigned collect(uint32_t first, struct proc_info *list, unsigned max)
{
    unsigned n = 0;

    mutex_lock(&processes.lock);
    for (uint32_t i = 0; i < PROCESS_MAX; i++) {
        const struct process *process = processes.place[i];
        unsigned at = n;

        if (!process || process->state == STARTING || process->pid < first ||
            (n == max && process->pid > list[n - 1].pid)) {
            continue;
        }
        if (n < max) {
            n++;
        } else {
            at--;
        }
        while (at > 0 && list[at - 1].pid > process->pid) {
            list[at] = list[at - 1];
            at--;
        }
        describe(process, &list[at]);
    }
    mutex_unlock(&processes.lock);
    return n;
}

long list_call(struct server_request *request, void *slot)
{
    enum { BATCH = 16 };
    struct proc_info list[BATCH];

    if (!slot || request->w[1] > UINT32_MAX) {
        return slot ? 0 : -EINVAL;
    }
    unsigned n = collect((uint32_t)request->w[1], list, BATCH);
    for (unsigned i = 0; i < n; i++) {
        if (list[i].state == PROC_RUNNING) {
            set_state(&list[i]);
        }
    }
    memcpy(slot, list, n * sizeof(list[0]));
    return n;
}

/* CAPS, REGIONS, THREADS: the kernel writes the records into the slot itself. */
long group_info_call(struct server_request *request, void *slot)
{
    enum info_topic topic;
    size_t record;

    switch (msg_method(request->w[0])) {
    case PROC_CAPS:
        topic = INFO_CAPS;
        record = sizeof(struct cap_info);
        break;
    case PROC_REGIONS:
        topic = INFO_REGIONS;
        record = sizeof(struct region_info);
        break;
    default:
        topic = INFO_THREADS;
        record = sizeof(struct thread_info);
        break;
    }
    if (!slot) {
        return -EINVAL;
    }
    if (request->w[1] >= PID_LIMIT) {
        return -ESRCH;
    }
    long group = process_group_handle((uint32_t)request->w[1]);
    if (group < 0) {
        return group;
    }
    long n =
        sys_object_info((cap_t)group, topic, request->w[2], slot, MSG_SLOT_SIZE / record * record);
    sys_cap_drop(CAP_SELF, (cap_t)group);
    return n;
}

long system_call(struct server_request *request, void *slot)
{
    (void)request;
    return slot ? sys_object_info(CAP_NONE, INFO_SYSTEM, 0, slot, sizeof(struct system_info))
                : -EINVAL;
}

long log_call(struct server_request *request, void *slot)
{
    uint64_t n = request->w[1];

    if (!slot || n > MSG_SLOT_SIZE) {
        return -EINVAL;
    }
    uint64_t position = request->w[2];
    long got = sys_log_read(machine.board, &position, slot, n);
    request->w[1] = position;
    return got;
}

long power_call(struct server_request *request)
{
    mutex_lock(&processes.lock);
    const struct process *process = process_of(request->principal);
    bool allowed = process && process->ids.euid == 0;
    mutex_unlock(&processes.lock);
    if (!allowed) {
        return -EPERM;
    }
    log_forward();
    switch (request->w[1]) {
    case PROC_POWER_OFF:
        return sys_machine_control(machine.board, MACHINE_POWER_OFF, request->w[2] & 0xff);
    case PROC_REBOOT:
        return sys_machine_control(machine.board, MACHINE_REBOOT, 0);
    default:
        return -EINVAL;
    }
}
