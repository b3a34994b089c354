/* SPDX-License-Identifier: MIT */
/*
 * Ends of processes: one thread waits for the notification that all groups signal (bit pid % 64),
 * looks which of those have ended, and makes them zombies. The console's signals come the same way.
 */
#include <chcore/print.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <lib/peer.h>
#include <proto/file.h>
#include <proto/tty.h>

#include "backtrace.h"
#include "files.h"
#include "procmgr.h"
#include "signals.h"

/* Which signal a fault is (DDI 0487, ESR_EL1: exception classes and fault status codes). */
static uint32_t fault_signal(uint64_t esr)
{
    enum {
        EC_UNKNOWN = 0x00,
        EC_ILLEGAL_STATE = 0x0e,
        EC_SVC = 0x15,
        EC_INSTRUCTION_ABORT = 0x20,
        EC_PC_ALIGNMENT = 0x22,
        EC_DATA_ABORT = 0x24,
        EC_SP_ALIGNMENT = 0x26,
        EC_FP = 0x2c,
        EC_BREAKPOINT = 0x30,
        EC_BRK = 0x3c,
    };
    uint32_t class = esr >> 26 & 0x3f, status = esr & 0x3f;

    switch (class) {
    case EC_INSTRUCTION_ABORT:
    case EC_DATA_ABORT:
        /* 0x10 external abort, 0x21 alignment; translation, access and permission are below 0x10.
         */
        return status >= 0x10 ? SIGNAL_BUS : SIGNAL_SEGV;
    case EC_PC_ALIGNMENT:
    case EC_SP_ALIGNMENT:
        return SIGNAL_BUS;
    case EC_FP:
        return SIGNAL_FPE;
    case EC_BREAKPOINT:
    case EC_BRK:
        return SIGNAL_TRAP;
    case EC_SVC:
        return SIGNAL_SYS;
    case EC_UNKNOWN:
    case EC_ILLEGAL_STATE:
    default:
        return esr ? SIGNAL_ILL : SIGNAL_SEGV;
    }
}

/* The group's last word as wait(2) has it. */
static int32_t wait_status(const struct group_info *info)
{
    if (info->status == -EFAULT) {
        return (int32_t)fault_signal(info->fault_esr);
    }
    if (info->status < 0) {
        return SIGNAL_KILL; /* the kernel ended it: no memory */
    }
    return (int32_t)(info->status & 0xff7f);
}

/* Its children become init's; those that are zombies already are init's to wait for, too. */
static void give_children_away(struct process *dead)
{
    struct process *init = process_find(PID_INIT);

    if (init && (init == dead || init->state != ALIVE)) {
        init = NULL;
    }
    while (dead->children) {
        struct process *child = dead->children;

        dead->children = child->next_sibling;
        child->next_sibling = NULL;
        child->parent = init;
        if (init) {
            child->next_sibling = init->children;
            init->children = child;
        } else if (child->state == ZOMBIE) {
            process_reap(child);
        }
    }
    process_tell_parent(init);
}

static void post_sigchld(const struct process *parent)
{
    if (parent && parent->state == ALIVE && (parent->handled & 1ull << (SIGNAL_CHLD - 1))) {
        sys_upcall_post(parent->thread, 1ull << (SIGNAL_CHLD - 1));
    }
}

/* Locked. */
static void end_locked(struct process *process, const struct group_info *info)
{
    struct process *parent = process->parent;

    sys_cap_drop(CAP_SELF, process->thread);
    sys_cap_drop(CAP_SELF, process->cap_group);
    process->thread = process->cap_group = CAP_NONE;
    process->state = ZOMBIE;
    process->status = wait_status(info);
    process->cpu_ticks = info->cpu_ticks;
    give_children_away(process);
    if (!parent || (parent->ignored & 1ull << (SIGNAL_CHLD - 1))) {
        process_reap(process);
    }
    process_tell_parent(parent);
    post_sigchld(parent);
}

static void report(const char *name, uint32_t pid, const struct group_info *info)
{
    if (info->status == -EFAULT) {
        log_printf("%s[%u]: ended by a fault at %#lx (pc %#lx, esr %#lx): signal %u\n", name, pid,
                   info->fault_address, info->fault_pc, info->fault_esr,
                   fault_signal(info->fault_esr));
    } else if (info->status < 0) {
        log_printf("%s[%u]: ended by the kernel: %ld\n", name, pid, info->status);
    }
    log_forward();
}

/* A process that has ended, as far as it matters outside the lock. */
struct end {
    struct group_info info;
    char name[TASK_NAME_MAX];
    uint32_t pid;
    bool is_server;
    uint64_t pc[BACKTRACE_MAX];
    long depth;
    cap_t image; /* owned */
    uint64_t image_offset;
};

/* Whether the process at that place has ended; then it is a zombie now. */
static bool take_end(uint32_t place, struct end *end)
{
    bool ended = false;

    mutex_lock(&processes.lock);
    struct process *process = processes.place[place];
    if (process && process->state == ALIVE &&
        sys_object_info(process->cap_group, INFO_GROUP, 0, &end->info, sizeof(end->info)) >= 0 &&
        end->info.state == GROUP_DEAD) {
        ended = true;
        end->is_server = process->is_server;
        end->pid = process->pid;
        memcpy(end->name, process->name, sizeof(end->name));
        end->depth =
            sys_object_info(process->cap_group, INFO_BACKTRACE, 0, end->pc, sizeof(end->pc));
        end->image = process->image;
        end->image_offset = process->image_offset;
        process->image = CAP_NONE;
        end_locked(process, &end->info);
    }
    mutex_unlock(&processes.lock);
    return ended;
}

static void look_at(uint32_t place)
{
    struct end end = {.image = CAP_NONE};

    if (!take_end(place, &end)) {
        return;
    }
    bool is_init = end.pid == PID_INIT;
    if (end.is_server) {
        service_ended(end.pid);
    }
    if (end.info.status < 0) {
        report(end.name, end.pid, &end.info);
        backtrace_print(end.pc, end.depth > 0 ? (unsigned)end.depth : 0, end.image,
                        end.image_offset);
    }
    if (end.is_server || is_init) {
        log_printf("%s, process %u, ended with status %ld\n", end.name, end.pid, end.info.status);
    }
    if (end.is_server || is_init || end.info.status < 0) {
        log_forward();
    }
    if (end.image != CAP_NONE) {
        sys_cap_drop(CAP_SELF, end.image);
    }
    if (is_init) {
        sys_machine_control(machine.board, MACHINE_POWER_OFF, 1);
    }
}

/* Up to size bytes of the log that nobody has forwarded yet. */
static long next_log_bytes(char *text, size_t size)
{
    static struct mutex lock;
    static uint64_t position; /* protected by lock */

    mutex_lock(&lock);
    long n = sys_log_read(machine.board, &position, text, size);
    mutex_unlock(&lock);
    return n;
}

/* What the kernel has printed itself is not for us to print again. */
void log_skip(void)
{
    char text[512];

    while (next_log_bytes(text, sizeof(text)) > 0) {
    }
}

/* The kernel's log goes to its ring once a driver has the UART; the console shows what is new. */
void log_forward(void)
{
    char text[512];
    struct peer peer;
    long n;

    if (machine.console == CAP_NONE || files_acquire(machine.console, &peer) < 0) {
        return;
    }
    while ((n = next_log_bytes(text, sizeof(text))) > 0) {
        struct ipc_msg msg = {.w = {0, (uint64_t)n}};

        memcpy(peer.slot, text, (size_t)n);
        peer_call(&peer, FILE_WRITE, machine.console, &msg, NULL);
    }
    files_release(machine.console, &peer, true);
}

/* ^C and ^\ at the console. */
static void console_signal(void)
{
    struct ipc_msg msg = {.w = {0}};
    struct peer peer;

    if (files_acquire(machine.console, &peer) < 0) {
        return;
    }
    long signal = peer_call(&peer, TTY_TAKE_SIGNAL, machine.console, &msg, NULL);
    files_release(machine.console, &peer, signal >= 0);
    if (signal > 0 && msg.w[1] > 0 && msg.w[1] < PID_LIMIT) {
        signal_send(-(int64_t)msg.w[1], 0, (uint32_t)signal);
    }
}

void exit_run(void *arg)
{
    (void)arg;
    for (;;) {
        struct wait_item items[2] = {
            {.handle = machine.exit_notification, .mask = UINT64_MAX},
            {.handle = machine.tty_notification, .mask = 1},
        };

        if (sys_wait_any(items, 2, DEADLINE_NONE) <= 0) {
            continue;
        }
        for (uint32_t place = 0; items[0].seen && place < PROCESS_MAX; place++) {
            if (items[0].seen >> (place % 64) & 1) {
                look_at(place);
            }
        }
        if (items[1].seen) {
            console_signal();
        }
    }
}
