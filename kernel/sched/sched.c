/* SPDX-License-Identifier: MIT */
/* The scheduler: run queues, choosing, idling, giving work away. See sched.h. */
#include <arch/smp.h>
#include <arch/timer.h>
#include <lib/atomic.h>
#include <lib/panic.h>
#include <object/reap.h>
#include <plat/intc.h>
#include <sched/sched.h>
#include <sched/timerq.h>

enum { TIMER_MIN_TICKS = 1000, REAP_US = 10000 };

static const struct sched_policy *const policy = &sched_round_robin;
static const struct sched_ops *ops;

static struct cpu_sched {
    struct spinlock lock; /* of this CPU's run queue */
    u32 ready;            /* how many are queued; written under lock, read without */
    s32 priority;         /* of what runs, -1: idle; written by the own CPU, read by others */
    struct sched_ctx *running;
    u64 switches;
    u64 idle_ticks;
} __aligned(64) cpus[CPU_MAX];

static struct cpu_sched *mine(void)
{
    return &cpus[cpu_id()];
}

void sched_ctx_init(struct sched_ctx *sc, void *top, u32 priority, u32 affinity)
{
    list_init(&sc->link);
    sc->state = SCHED_NEW;
    sc->priority = priority;
    sc->affinity = affinity;
    sc->slice_left = policy->slice(sc);
    sc->used = 0;
    sc->top = top;
    sc->home = cpu_id();
}

struct sched_ctx *sched_current(void)
{
    return mine()->running;
}

void sched_kick(unsigned cpu)
{
    ipi_send(cpu, IPI_RESCHED);
}

/* IPI_RESCHED: somebody queued or asked something. */
static void on_resched(void)
{
    this_cpu()->slow_flags |= SLOW_RESCHED | SLOW_REQUEST;
}

static void enqueue(unsigned cpu, struct sched_ctx *sc, bool first)
{
    sc->state = SCHED_READY;
    sc->queued_priority = ops->priority(sc);
    policy->enqueue(cpu, sc, first);
    store_relaxed(&cpus[cpu].ready, cpus[cpu].ready + 1);
}

/* The CPU for a new one: the only one allowed, an idle one, or that with the shortest queue. */
static unsigned place(const struct sched_ctx *sc)
{
    unsigned best = cpu_id();
    u64 best_load = UINT64_MAX;

    if (sc->affinity != CPU_ANY) {
        return sc->affinity;
    }
    for (unsigned i = 0; i < cpu_count(); i++) {
        unsigned cpu = (cpu_id() + i) % cpu_count();
        u64 load = load_relaxed(&cpus[cpu].ready) + (load_relaxed(&cpus[cpu].priority) >= 0);

        if (load < best_load) {
            best = cpu;
            best_load = load;
        }
    }
    return best;
}

/* An idle CPU on which sc may run, or CPU_ANY. */
static unsigned find_idle(void)
{
    for (unsigned cpu = 0; cpu < cpu_count(); cpu++) {
        if (cpu != cpu_id() && load_relaxed(&cpus[cpu].priority) < 0 &&
            load_relaxed(&cpus[cpu].ready) == 0) {
            return cpu;
        }
    }
    return CPU_ANY;
}

void sched_ready(struct sched_ctx *sc)
{
    struct cpu_sched *cpu;
    unsigned home;
    bool first; /* what runs there may have no slice armed */

    if (sc->state == SCHED_NEW) {
        sc->home = place(sc);
    }
    home =
        sc->home; /* stable: it is blocked or new, and only its home CPU gives away what is ready */
    cpu = &cpus[home];
    spin_lock(&cpu->lock);
    first = cpu->ready == 0;
    enqueue(home, sc, false);
    spin_unlock(&cpu->lock);

    if (home != cpu_id()) {
        fence_full(); /* queued before `priority` is read; pairs with that in schedule() */
        if (first || load_relaxed(&cpu->priority) < (s32)sc->queued_priority ||
            find_idle() != CPU_ANY) {
            sched_kick(home);
        }
        return;
    }
    if (cpu->priority < (s32)sc->queued_priority) {
        this_cpu()->slow_flags |= SLOW_RESCHED;
    } else {
        this_cpu()->slow_flags |= SLOW_PUSH;
        sched_program_timer();
    }
}

/* What it ran since `since` is charged. */
static void charge(struct sched_ctx *sc)
{
    u64 now = timer_now();
    u64 used = now - sc->since;

    sc->since = now;
    sc->used += used;
    sc->slice_left -= MIN(used, sc->slice_left);
}

/* It leaves the CPU. */
static void stop_running(struct sched_ctx *sc)
{
    charge(sc);
    mine()->running = NULL;
}

void sched_blocking(struct sched_ctx *sc)
{
    stop_running(sc);
    sc->state = SCHED_BLOCKED;
}

void sched_ctx_end(struct sched_ctx *sc)
{
    struct cpu_sched *cpu = mine();

    ASSERT(sc->home == cpu_id() || sc->state == SCHED_NEW);
    if (sc->state == SCHED_RUNNING) {
        stop_running(sc);
    }
    spin_lock(&cpu->lock);
    if (sc->state == SCHED_READY) {
        policy->remove(cpu_id(), sc);
        store_relaxed(&cpu->ready, cpu->ready - 1);
    }
    sc->state = SCHED_DEAD;
    spin_unlock(&cpu->lock);
}

void sched_preempt(bool yield)
{
    struct cpu_sched *cpu = mine();
    struct sched_ctx *sc = cpu->running;

    if (sc != NULL) {
        bool last;

        stop_running(sc);
        last = yield || sc->slice_left == 0;
        if (last) {
            sc->slice_left = policy->slice(sc);
        }
        spin_lock(&cpu->lock);
        enqueue(cpu_id(), sc, !last);
        spin_unlock(&cpu->lock);
    }
    schedule();
}

/* It is `to`'s now. */
static void send(struct sched_ctx *sc, unsigned to)
{
    spin_lock(&cpus[to].lock);
    enqueue(to, sc, false);
    spin_unlock(&cpus[to].lock);
    sched_kick(to);
}

/* Give one ready sched_ctx to an idle CPU. */
static void push(void)
{
    struct cpu_sched *cpu = mine();
    struct sched_ctx *sc;
    unsigned to;

    if (cpu->ready == 0) {
        return;
    }
    to = find_idle();
    if (to == CPU_ANY) {
        return;
    }
    ops->leave(); /* the one given away may be the last that ran here, its registers still in the
                     CPU */
    spin_lock(&cpu->lock);
    sc = policy->surplus(cpu_id(), to);
    if (sc != NULL) {
        store_relaxed(&cpu->ready, cpu->ready - 1);
        store_release(&sc->home, to);
    }
    spin_unlock(&cpu->lock);
    if (sc != NULL) {
        send(sc, to);
    }
}

void sched_slow_path(void)
{
    struct cpu_local *local = this_cpu();

    if (local->slow_flags & SLOW_REQUEST) {
        local->slow_flags &= ~(u64)SLOW_REQUEST;
        ops->requests();
    }
    if (local->slow_flags & SLOW_REAP) {
        local->slow_flags &= ~(u64)SLOW_REAP;
        (void)reap_turn(); /* one turn an entry; thread_return() asks for the next */
    }
    if (local->slow_flags & SLOW_PUSH) {
        local->slow_flags &= ~(u64)SLOW_PUSH;
        push();
    }
    if (local->slow_flags & SLOW_RESCHED) {
        sched_preempt(false);
    }
}

/* The next to run, taken off this CPU's queue; those that belong to another CPU are sent there. */
static struct sched_ctx *pick(struct cpu_sched *cpu)
{
    for (;;) {
        struct sched_ctx *sc;
        unsigned to;

        spin_lock(&cpu->lock);
        sc = policy->pick(cpu_id());
        if (sc == NULL) {
            spin_unlock(&cpu->lock);
            return NULL;
        }
        store_relaxed(&cpu->ready, cpu->ready - 1);
        to = sc->affinity == CPU_ANY ? cpu_id() : sc->affinity;
        if (to == cpu_id()) {
            sc->state = SCHED_RUNNING;
            spin_unlock(&cpu->lock);
            return sc;
        }
        ops->leave();
        store_release(&sc->home, to);
        spin_unlock(&cpu->lock);
        send(sc, to);
    }
}

/* Somebody with more than it can run should push. */
static void ask_for_work(void)
{
    for (unsigned cpu = 0; cpu < cpu_count(); cpu++) {
        if (cpu != cpu_id() && load_relaxed(&cpus[cpu].ready) > 0 &&
            load_relaxed(&cpus[cpu].priority) >= 0) {
            ipi_send(cpu, IPI_CALL);
            return;
        }
    }
}

/* IPI_CALL: an idle CPU asks for work. */
static void on_call(void)
{
    this_cpu()->slow_flags |= SLOW_PUSH;
}

static void idle(struct cpu_sched *cpu)
{
    u64 since = timer_now();

    ops->leave();
    store_relaxed(&cpu->priority, -1);
    fence_full(); /* `priority` before the queue is looked at again; pairs with sched_ready() */
    if (load_relaxed(&cpu->ready) == 0 && this_cpu()->slow_flags == 0 && !reap_turn()) {
        ask_for_work();
        sched_program_timer();
        cpu_idle_wait();
    }
    cpu->idle_ticks += timer_now() - since;
    intc_dispatch();
}

static void choose_and_run(void)
{
    struct cpu_sched *cpu = mine();
    struct sched_ctx *sc;

    for (;;) {
        while (this_cpu()->slow_flags & SLOW_REQUEST) {
            this_cpu()->slow_flags &= ~(u64)SLOW_REQUEST;
            ops->requests(); /* may ask for another look */
        }
        this_cpu()->slow_flags = 0;
        sc = pick(cpu);
        if (sc != NULL) {
            break;
        }
        idle(cpu);
    }
    (void)reap_turn();
    store_relaxed(&cpu->priority, (s32)sc->queued_priority);
    cpu->running = sc;
    cpu->switches++;
    sc->since = timer_now();
    if (cpu->ready != 0) {
        push();
    }
    sched_program_timer();
    ops->run(sc);
}

void schedule(void)
{
    /* Those that come here nest: the end of one thread may run into the next's. Start over. */
    kstack_restart(choose_and_run);
}

/* When what waits for the reaper has its turn, though nothing else enters the kernel. */
static u64 reap_time(void)
{
    return timer_now() + timer_freq() / 1000000 * REAP_US;
}

void sched_reap_soon(void)
{
    if (this_cpu()->timer_armed > reap_time()) {
        sched_program_timer();
    }
}

void sched_program_timer(void)
{
    struct cpu_sched *cpu = mine();
    struct sched_ctx *sc = cpu->running;
    u64 next = timerq_first();

    if (sc != NULL) {
        /* A slice that is used up is schedule()'s affair, which is about to run. */
        if (cpu->ready != 0 && !(this_cpu()->slow_flags & SLOW_RESCHED)) {
            next = MIN(next, sc->since + sc->slice_left);
        }
        next = MIN(next, ops->deadline(sc));
    }
    if (reap_pending()) {
        next = MIN(next, reap_time());
    }
    /* What is due and could not be done at once is looked at soon, but EL0 runs in between. */
    next = MAX(next, timer_now() + TIMER_MIN_TICKS);
    this_cpu()->timer_armed = next;
    if (next == TIMER_NEVER) {
        timer_disarm();
    } else {
        timer_arm(next);
    }
}

void sched_timer(void)
{
    struct cpu_sched *cpu = mine();
    struct sched_ctx *sc = cpu->running;
    u64 now = timer_now();

    if (reap_pending()) {
        this_cpu()->slow_flags |= SLOW_REAP;
    }
    (void)timerq_expire(now); /* what remains is due at once: the timer fires again */
    if (sc != NULL) {
        charge(sc);
        if (sc->slice_left == 0 && policy->best_priority(cpu_id()) >= cpu->priority) {
            this_cpu()->slow_flags |= SLOW_RESCHED;
        } else if (sc->slice_left == 0) {
            sc->slice_left = policy->slice(sc);
        }
        if (now >= ops->deadline(sc)) {
            ops->deadline_passed(sc);
        }
    }
    sched_program_timer();
}

void sched_init(const struct sched_ops *sched_ops)
{
    ops = sched_ops;
    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        spin_init(&cpus[cpu].lock, LOCK_RUNQ);
        cpus[cpu].priority = -1;
        policy->init(cpu);
    }
    timerq_init();
    ipi_set_handler(IPI_RESCHED, on_resched);
    ipi_set_handler(IPI_CALL, on_call);
}

void sched_start(void)
{
    schedule();
}

void sched_set_priority(struct sched_ctx *sc, u32 priority)
{
    store_relaxed(&sc->priority, priority);
}

void sched_set_affinity(struct sched_ctx *sc, u32 cpu)
{
    store_relaxed(&sc->affinity, cpu);
    if (cpu != CPU_ANY) {
        sched_kick(sc->home); /* it looks at the affinity when it picks next */
    }
}

u64 sched_idle_ticks(void)
{
    u64 sum = 0;

    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        sum += load_relaxed(&cpus[cpu].idle_ticks);
    }
    return sum;
}

u64 sched_ctx_used(const struct sched_ctx *sc)
{
    u64 used = load_relaxed(&sc->used);

    return load_relaxed(&sc->state) == SCHED_RUNNING ? used + timer_now() - load_relaxed(&sc->since)
                                                     : used;
}

u64 sched_switches(void)
{
    u64 sum = 0;

    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        sum += load_relaxed(&cpus[cpu].switches);
    }
    return sum;
}

u32 sched_ready_count(unsigned cpu)
{
    return load_relaxed(&cpus[cpu].ready);
}
