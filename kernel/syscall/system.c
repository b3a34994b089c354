/* SPDX-License-Identifier: MIT */
/* System calls on the system as a whole: information, log, machine. */
#include <arch/exit.h>
#include <arch/smp.h>
#include <arch/timer.h>
#include <debug/log.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <object/reap.h>
#include <plat/board.h>
#include <plat/bootinfo.h>
#include <syscall/board.h>
#include <syscall/syscall.h>
#include <task/user.h>
#include <vm/vmspace.h>

enum { RECORDS_MAX = 16, LOG_CHUNK = 256 };

/* ---- the board: a right over the machine, one object ---- */

static struct object board_object;
static struct pmo *time_pmo;
static struct time_page *time_page;

static bool board_destroy(struct object *obj, unsigned *budget)
{
    (void)obj;
    (void)budget;
    return true;
}

static void board_release(struct object *obj)
{
    (void)obj; /* static */
}

struct object *board_init(struct pmo *time)
{
    static const struct object_ops ops = {
        .name = "board",
        .destroy = board_destroy,
        .release = board_release,
    };

    object_type_register(OBJ_BOARD, &ops);
    if (object_init(&board_object, OBJ_BOARD, NULL) != 0) {
        return NULL;
    }
    time_pmo = time;
    time_page = phys_to_virt(time->phys);
    time_page->frequency = timer_freq();
    time_page->shift = 24;
    time_page->mult = ((u64)1000000000 << 24) / timer_freq();
    return &board_object;
}

static void set_clock(u64 realtime_ns)
{
    u32 sequence = time_page->sequence;

    store_relaxed(&time_page->sequence, sequence + 1);
    fence_full(); /* odd before the offset changes; pairs with the reader's two loads of sequence */
    time_page->realtime_offset = realtime_ns - timer_ticks_to_ns(timer_now());
    store_release(&time_page->sequence, sequence + 2);
}

s64 sys_machine_control(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_BOARD, RIGHT_MANAGE, &obj);

    if (err != 0) {
        return err;
    }
    switch (arg[1]) {
    case MACHINE_POWER_OFF:
        log_info("power", "off, status %d", (int)(arg[2] & 0xff));
        machine_exit((int)(arg[2] & 0xff));
    case MACHINE_REBOOT:
        machine_reset();
    case MACHINE_RELEASE_CONSOLE:
        log_console_release();
        return 0;
    case MACHINE_SET_CLOCK:
        set_clock(arg[2]);
        return 0;
    case MACHINE_UART_IRQ:
        return (s64)bootinfo.uart_irq;
    case MACHINE_UART_BASE:
        return (s64)bootinfo.uart_base;
    case MACHINE_UART_KIND:
        return 1;
    case MACHINE_RTC_BASE:
        return bootinfo.rtc_base != 0 ? (s64)bootinfo.rtc_base : -ENODEV;
    default:
        return -EINVAL;
    }
}

/* ---- the log ---- */

s64 sys_log_write(struct thread *thread, const u64 *arg)
{
    char line[LOG_CHUNK];
    size_t n = MIN(arg[1], (u64)sizeof(line) - 1);
    s64 err = user_copy_in(thread, line, arg[0], n);

    if (err != 0) {
        return err;
    }
    line[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        /* A line of text: nothing of a user's may look like the host's escape (DLE), or be one. */
        if ((u8)line[i] < ' ' || line[i] == 0x7f) {
            line[i] = line[i] == '\n' || line[i] == '\t' ? ' ' : '?';
        }
    }
    while (n > 0 && line[n - 1] == ' ') {
        line[--n] = '\0';
    }
    log_info(thread->group->name, "%s", line);
    return 0;
}

s64 sys_log_read(struct thread *thread, const u64 *arg)
{
    char chunk[LOG_CHUNK];
    struct object *obj;
    u64 position;
    size_t n;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_BOARD, RIGHT_READ, &obj);

    if (err == 0) {
        err = user_copy_in(thread, &position, arg[1], sizeof(position));
    }
    if (err != 0) {
        return err;
    }
    n = log_read(&position, chunk, MIN(arg[3], (u64)sizeof(chunk)));
    err = user_copy_out(thread, arg[2], chunk, n);
    if (err == 0) {
        err = user_copy_out(thread, arg[1], &position, sizeof(position));
    }
    return err != 0 ? err : (s64)n;
}

/* ---- information ---- */

static s64 info_system(struct thread *thread, const u64 *arg)
{
    struct system_info info = {
        .ticks = timer_now(),
        .frequency = timer_freq(),
        .pages_total = pages_total(),
        .pages_free = pages_free(),
        .objects = object_count(),
        .idle_ticks = sched_idle_ticks(),
        .switches = sched_switches(),
        .cpus = cpu_count(),
        .groups = (u32)object_type_count(OBJ_CAP_GROUP),
        .threads = (u32)object_type_count(OBJ_THREAD),
    };
    s64 err;

    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        info.syscalls += counters[cpu].syscalls;
        info.calls += counters[cpu].calls + cpu_locals[cpu].fast_calls;
        info.faults += counters[cpu].faults;
        info.irqs += counters[cpu].irqs;
    }
    memcpy(info.board, board.name, MIN(strlen(board.name), sizeof(info.board) - 1));
    if (arg[4] < sizeof(info)) {
        return -EINVAL;
    }
    err = user_copy_out(thread, arg[3], &info, sizeof(info));
    return err != 0 ? err : 1;
}

static s64 info_group(struct thread *thread, struct cap_group *group, const u64 *arg)
{
    struct group_info info = {.principal = group->principal};
    struct thread *member;
    s64 err;

    if (arg[4] < sizeof(info)) {
        return -EINVAL;
    }
    memcpy(info.name, group->name, sizeof(info.name));
    spin_lock(&group->lock);
    info.cpu_ticks = group->cpu_ticks;
    info.state = group->state;
    info.threads = group->thread_count;
    info.status = group->status;
    info.fault_address = group->fault_address;
    info.fault_pc = group->fault_pc;
    info.fault_esr = group->fault_esr;
    unsigned n = 0;
    list_for_each_entry(member, &group->threads, group_link)
    {
        info.cpu_ticks += sched_ctx_used(&member->own_sc);
        if (++n == REAP_BUDGET) {
            break; /* bounded; what more threads used shows when they end */
        }
    }
    spin_unlock(&group->lock);
    account_figures(group->charge, &info);
    err = user_copy_out(thread, arg[3], &info, sizeof(info));
    return err != 0 ? err : 1;
}

/* Threads number cursor, cursor + 1, ... of the group. */
static s64 info_threads(struct thread *thread, struct cap_group *group, const u64 *arg)
{
    struct thread_info infos[RECORDS_MAX];
    u64 max = MIN(arg[4] / sizeof(infos[0]), (u64)RECORDS_MAX);
    struct thread *member;
    u64 n = 0, index = 0;
    s64 err;

    spin_lock(&group->lock);
    list_for_each_entry(member, &group->threads, group_link)
    {
        if (n == max) {
            break;
        }
        if (index++ >= arg[2]) {
            thread_describe(member, &infos[n++]);
        }
    }
    spin_unlock(&group->lock);
    err = user_copy_out(thread, arg[3], infos, n * sizeof(infos[0]));
    return err != 0 ? err : (s64)n;
}

static s64 info_caps(struct thread *thread, struct cap_group *group, const u64 *arg)
{
    struct cap_info infos[RECORDS_MAX];
    u64 max = MIN(arg[4] / sizeof(infos[0]), (u64)RECORDS_MAX);
    u32 slot = (u32)MIN(arg[2], (u64)CAP_SLOTS);
    u64 n = 0;
    s64 err;

    while (n < max && (slot = cap_next_used(group, slot)) < CAP_SLOTS) {
        if (cap_describe(group, slot, &infos[n])) {
            n++;
        }
        slot++;
    }
    err = user_copy_out(thread, arg[3], infos, n * sizeof(infos[0]));
    return err != 0 ? err : (s64)n;
}

static s64 info_regions(struct thread *thread, struct cap_group *group, const u64 *arg)
{
    struct region_info infos[RECORDS_MAX];
    u64 max = MIN(arg[4] / sizeof(infos[0]), (u64)RECORDS_MAX);
    struct vmspace *vs = load_acquire(&group->vmspace);
    vaddr_t from = arg[2];
    u64 n = 0;
    s64 err;

    while (vs != NULL && n < max && vmspace_region_info(vs, from, &infos[n])) {
        from = infos[n].start + infos[n].length;
        n++;
    }
    err = user_copy_out(thread, arg[3], infos, n * sizeof(infos[0]));
    return err != 0 ? err : (s64)n;
}

static s64 info_backtrace(struct thread *thread, struct cap_group *group, const u64 *arg)
{
    u64 pc[BACKTRACE_MAX];
    u64 n;
    s64 err;

    spin_lock(&group->lock);
    n = MIN(arg[4] / sizeof(pc[0]), (u64)group->backtrace_count);
    memcpy(pc, group->backtrace, n * sizeof(pc[0]));
    spin_unlock(&group->lock);
    err = user_copy_out(thread, arg[3], pc, n * sizeof(pc[0]));
    return err != 0 ? err : (s64)n;
}

s64 sys_object_info(struct thread *thread, const u64 *arg)
{
    struct cap_group *group;
    s64 err;

    if (arg[1] == INFO_SYSTEM) {
        return info_system(thread, arg);
    }
    err = syscall_group(thread, arg[0], RIGHT_READ, &group);
    if (err != 0) {
        return err;
    }
    switch (arg[1]) {
    case INFO_GROUP:
        return info_group(thread, group, arg);
    case INFO_THREADS:
        return info_threads(thread, group, arg);
    case INFO_CAPS:
        return info_caps(thread, group, arg);
    case INFO_REGIONS:
        return info_regions(thread, group, arg);
    case INFO_BACKTRACE:
        return info_backtrace(thread, group, arg);
    default:
        return -EINVAL;
    }
}

/* ---- devices without a page of their own ---- */

s64 sys_device_read(struct thread *thread, const u64 *arg)
{
    (void)thread;
    (void)arg;
    return -ENOTSUP;
}

s64 sys_device_write(struct thread *thread, const u64 *arg)
{
    (void)thread;
    (void)arg;
    return -ENOTSUP;
}

/* For leak tests: run this CPU's reaper to its end and empty the allocators' caches. */
s64 sys_debug_drain(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_BOARD, RIGHT_MANAGE, &obj);

    if (err != 0) {
        return err;
    }
    if (reap_turn()) {
        return -RESTART;
    }
    if (reap_pending()) {
        thread->frame.pc -= 4; /* other CPUs have to answer: let them, then look again */
        thread->in_syscall = false;
        sched_preempt(true);
    }
    kmem_drain();
    page_drain();
    return 0;
}
