/* SPDX-License-Identifier: MIT */
/* Threads: making, running, waiting, ending. See thread.h. */
#include <arch/barrier.h>
#include <arch/smp.h>
#include <arch/timer.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <object/reap.h>
#include <sched/timerq.h>
#include <task/process.h>
#include <task/thread.h>
#include <vm/vmspace.h>

static struct kmem_cache thread_cache = KMEM_CACHE("thread", struct thread);
static const struct chain_ops *chain;

enum { PSTATE_EL0 = 0 /* EL0t, AArch64, interrupts on */ };

/* ---- the FPU: a thread's registers stay in the CPU until somebody else needs them ---- */

/* Put the registers of their owner back into its struct. */
void thread_fpu_flush(void)
{
    struct cpu_local *cpu = this_cpu();
    struct thread *owner = cpu->fpu_owner;

    if (owner != NULL) {
        fpu_trap_disable();
        isb();
        fpu_save(&owner->fpu);
        cpu->fpu_owner = NULL;
        fpu_trap_enable();
    }
}

void thread_fpu_use(struct thread *thread)
{
    thread_fpu_flush();
    fpu_trap_disable();
    isb();
    if (thread->fpu_fresh) {
        thread->fpu_fresh = false;
        fpu_zero();
    } else {
        fpu_restore(&thread->fpu);
    }
    this_cpu()->fpu_owner = thread;
}

void thread_fpu_reset(struct thread *thread)
{
    if (this_cpu()->fpu_owner == thread) {
        this_cpu()->fpu_owner = NULL;
        fpu_trap_enable();
    }
    thread->fpu_fresh = true;
}

/* ---- object ---- */

static bool thread_destroy(struct object *obj, unsigned *budget)
{
    struct thread *thread = thread_of(obj);

    (void)budget;
    if (thread->group != NULL) {
        object_put(&thread->group->obj);
        thread->group = NULL;
    }
    return true;
}

static void thread_release(struct object *obj)
{
    kmem_free(&thread_cache, thread_of(obj));
}

int thread_create(struct cap_group *group, const struct thread_args *args, struct thread **out)
{
    struct vmspace *vmspace = load_acquire(&group->vmspace); /* once: a teardown takes it away */
    struct thread *thread;
    int err;

    if (vmspace == NULL) {
        return -EINVAL;
    }
    thread = kmem_zalloc(&thread_cache);
    if (thread == NULL) {
        return -ENOMEM;
    }
    err = object_init(&thread->obj, OBJ_THREAD, group->charge);
    if (err != 0) {
        kmem_free(&thread_cache, thread);
        return err;
    }
    if (!object_get_live(&group->obj)) {
        object_discard(&thread->obj);
        return -EBADF;
    }
    thread->group = group;
    thread->vmspace = vmspace;
    thread->ttbr = vmspace->pt.ttbr;
    thread->frame.pc = args->entry;
    thread->frame.sp = args->stack;
    thread->frame.x[0] = args->arg;
    thread->frame.tpidr = args->tpidr;
    thread->frame.tpidrro = args->tpidrro;
    thread->frame.pstate = PSTATE_EL0;
    thread->state = THREAD_STATE_IDLE;
    thread->deadline = DEADLINE_NONE;
    thread->upcalls_masked = ~UINT64_C(0);
    thread->fpu_fresh = true;
    thread->sc = &thread->own_sc;
    waitq_init(&thread->grace_waiters, LOCK_WAITQ);
    sched_ctx_init(&thread->own_sc, thread, args->priority, args->cpu);
    err = process_add_thread(group, thread);
    if (err != 0) {
        object_put(&thread->obj);
        return err;
    }
    *out = thread;
    return 0;
}

void thread_start(struct thread *thread)
{
    thread->state = THREAD_STATE_RUNNING;
    sched_ready(thread->sc);
}

/* ---- running ---- */

void thread_switch_to(struct thread *thread)
{
    struct cpu_local *cpu = this_cpu();
    struct thread *before = cpu->current;

    if (before == thread) {
        return;
    }
    if (before != NULL) {
        before->frame.tpidr = sysreg_read(tpidr_el0);
    }
    cpu->current = thread;
    sysreg_write(tpidr_el0, thread->frame.tpidr);
    sysreg_write(tpidrro_el0, thread->frame.tpidrro);
    if (before == NULL || before->vmspace != thread->vmspace) {
        vmspace_activate(thread->vmspace);
    }
    if (cpu->fpu_owner == thread) {
        fpu_trap_disable();
    } else {
        fpu_trap_enable();
    }
}

void thread_leave(void)
{
    struct cpu_local *cpu = this_cpu();
    struct thread *before = cpu->current;

    thread_fpu_flush();
    if (before != NULL) {
        before->frame.tpidr = sysreg_read(tpidr_el0);
        cpu->current = NULL;
        vmspace_activate(NULL);
        isb(); /* no walk of the old tables once we are seen idle: they may be freed then */
    }
}

/* It is stopped: off the CPU until thread_control(THREAD_RESUME) or a kill. */
static __noreturn void stop(struct thread *thread)
{
    thread->state = THREAD_STATE_STOPPED;
    sched_blocking(thread->sc);
    schedule();
}

void thread_run(struct thread *thread)
{
    thread_switch_to(thread);
    if (unlikely(load_relaxed(&thread->attention) != 0)) {
        u32 attention = load_acquire(&thread->attention);

        if (attention & ATTENTION_KILL) {
            thread_exit();
        }
        if ((attention & ATTENTION_STOP) && thread->server == NULL) {
            stop(thread);
        }
        if ((attention & ATTENTION_UPCALL) && thread->server == NULL) {
            process_deliver_upcall(thread);
        }
    }
    lock_debug_none_held();
    trap_return(&thread->frame);
}

void thread_return(void)
{
    while (unlikely(sched_must())) {
        sched_slow_path();
    }
    if (sched_current() == NULL) {
        schedule(); /* what ran waits, or has ended */
    }
    if (unlikely(reap_pending())) {
        if (reap_due()) {
            this_cpu()->slow_flags |= SLOW_REAP; /* a turn at the next entry */
        }
        sched_reap_soon();
    }
    thread_run(sched_current()->top);
}

static __noreturn void run(struct sched_ctx *sc)
{
    struct thread *owner = this_cpu()->fpu_owner;

    if (owner != NULL && owner->sc != sc) {
        thread_fpu_flush();
    }
    thread_run(sc->top);
}

/* ---- waiting ---- */

int thread_wait_check(struct thread *thread, u64 deadline)
{
    u32 attention = load_acquire(&thread->attention);

    if (attention & ATTENTION_CANCEL) {
        /* It ends one wait: a lock of the server's own, needed to finish, must be had. */
        (void)fetch_and(&thread->attention, ~(u32)ATTENTION_CANCEL);
        return -ECANCELED;
    }
    if (attention & ATTENTION_KILL) {
        return -ECANCELED;
    }
    if (attention & ATTENTION_UPCALL) {
        return -EINTR;
    }
    if (deadline != DEADLINE_NONE && deadline <= timer_now()) {
        return -ETIMEDOUT;
    }
    return 0;
}

void thread_wait_begin(struct thread *thread, enum wait_mode mode, u64 deadline)
{
    struct waiter *waiter = &thread->waiter;

    if (mode != WAIT_RESULT) {
        thread_rewind(thread);
    }
    thread->in_syscall = false;
    waiter->mode = mode;
    waiter->nodes = &waiter->node;
    waiter->node_count = 0;
    thread->state = THREAD_STATE_WAITING;
    sched_blocking(thread->sc);
    timerq_add(waiter, MIN(deadline, thread->deadline));
}

void thread_wait_on(struct thread *thread, struct waitq *queue, struct object *obj, u64 mask)
{
    struct wait_node *node = &thread->waiter.node;

    node->waiter = &thread->waiter;
    node->object = obj;
    node->mask = mask;
    thread->waiter.node_count = 1;
    waitq_add(queue, node);
    thread_wait_arm(thread);
}

void thread_wait_arm(struct thread *thread)
{
    store_release(&thread->waiter.state, WAITER_WAITING);
}

void thread_wait(void)
{
    schedule();
}

/* The grace period is over. */
static bool grace_over(struct reap_item *item, unsigned *budget)
{
    struct thread *thread = container_of(item, struct thread, grace);

    (void)budget;
    store_release(&thread->grace_pending, 0U);
    waitq_wake_all(&thread->grace_waiters, 0);
    object_put(&thread->obj);
    return true;
}

s64 thread_wait_grace(struct thread *thread)
{
    s64 err = thread_wait_check(thread, DEADLINE_NONE);

    if (err != 0) {
        return err;
    }
    if (exchange(&thread->grace_pending, 1U) != 0) {
        return -EAGAIN;
    }
    object_get(&thread->obj); /* the reap list's, put in grace_over() */
    thread->grace.turn = grace_over;
    reap_add(&thread->grace);
    thread_wait_begin(thread, WAIT_RESULT, DEADLINE_NONE);
    spin_lock(&thread->grace_waiters.lock);
    thread_wait_on(thread, &thread->grace_waiters, NULL, 1);
    spin_unlock(&thread->grace_waiters.lock);
    return -SWITCHED;
}

/* waitq's up-call: claimed and off all queues. */
static void wake(struct waiter *waiter, s64 result)
{
    struct thread *thread = container_of(waiter, struct thread, waiter);
    struct sched_ctx *sc = thread->sc; /* read before its home CPU may cut the chain */

    timerq_cancel(waiter);
    if (waiter->mode == WAIT_RESULT) {
        thread->frame.x[0] = (u64)result;
    } else if (waiter->mode == WAIT_RETRY && (result == -EINTR || result == -ECANCELED)) {
        thread->frame.pc += 4; /* not again: it was interrupted */
        thread->frame.x[0] = (u64)result;
    }
    store_relaxed(&waiter->state, WAITER_NONE);
    store_release(&thread->state, (u32)THREAD_STATE_RUNNING);
    sched_ready(sc);
    if (result == -ETIMEDOUT && thread->deadline != DEADLINE_NONE) {
        /* Time-outs come on the home CPU, where the thread began to wait. If it is the chain's
         * deadline, the chain is cut now: a call that is made again would wait again, with a
         * deadline in the past. */
        chain->deadline_passed(thread);
    }
}

/* ---- requests to a thread's home CPU ---- */

static struct requests {
    struct spinlock lock;
    struct thread *head; /* protected by lock */
} requests[CPU_MAX];

static void post(struct thread *thread, unsigned cpu)
{
    struct requests *list = &requests[cpu];

    spin_lock(&list->lock);
    thread->next_request = list->head;
    list->head = thread;
    spin_unlock(&list->lock);
    if (cpu == cpu_id()) {
        this_cpu()->slow_flags |= SLOW_REQUEST;
    } else {
        sched_kick(cpu);
    }
}

void thread_attend(struct thread *thread, u32 bits)
{
    (void)fetch_or(&thread->attention, bits);
    if (exchange(&thread->requested, 1U) == 0 && object_get_live(&thread->obj)) {
        post(thread, load_acquire(&load_acquire(&thread->sc)->home));
    }
}

/* A handler without a call, in its pool or on the way in or out of it. Whether it is in decides:
 * nothing else of it may be believed, for another CPU's call may take it any time. */
static bool act_pooled(struct thread *handler)
{
    if (!(load_acquire(&handler->attention) & ATTENTION_KILL)) {
        chain->handler_reclaim(handler);
        return true;
    }
    if (!chain->handler_take(handler)) {
        return false; /* a call took it just now: its chain's CPU will find it */
    }
    process_thread_ended(handler);
    return true;
}

/* Act on the thread's attention bits; false when it must be tried again. This is the home CPU of
 * `sc`, which was the thread's: so, unless that is a pooled handler's spare, its state and chain
 * stand still. */
static bool act(struct thread *thread, const struct sched_ctx *sc)
{
    u32 attention =
        fetch_and(&thread->attention, ~(u32)ATTENTION_START); /* no more than asked for once */

    if (thread->state == THREAD_STATE_DEAD) {
        return true;
    }
    if (load_acquire(&thread->server) != NULL && sc == &thread->own_sc && sc->state == SCHED_NEW) {
        return act_pooled(thread);
    }
    switch (thread->state) {
    case THREAD_STATE_IDLE: /* a thread not yet started */
        if (attention & ATTENTION_KILL) {
            process_thread_ended(thread);
        } else if (attention & ATTENTION_START) {
            thread_start(thread);
        }
        return true;
    case THREAD_STATE_CALLING:
        return !(attention & ATTENTION_KILL) || chain->cut(thread, -EINTR);
    case THREAD_STATE_WAITING:
        if ((attention & (ATTENTION_KILL | ATTENTION_UPCALL | ATTENTION_CANCEL)) &&
            waiter_claim(&thread->waiter)) {
            waiter_finish(&thread->waiter, -EINTR);
        }
        return true; /* if the claim failed it is on its way to thread_run, which looks */
    case THREAD_STATE_STOPPED:
        if (!(attention & ATTENTION_STOP) || (attention & ATTENTION_KILL)) {
            thread_start(thread);
        }
        return true;
    default:
        return true; /* RUNNING: looked at in thread_run(); DEAD */
    }
}

/* sched's up-call: do what other CPUs (or this one) asked for. */
static void handle_requests(void)
{
    struct requests *list = &requests[cpu_id()];
    struct thread *thread;

    spin_lock(&list->lock);
    thread = list->head;
    list->head = NULL;
    spin_unlock(&list->lock);

    while (thread != NULL) {
        struct thread *next = thread->next_request;
        struct sched_ctx *sc = load_acquire(&thread->sc);
        unsigned home = load_acquire(&sc->home);

        if (thread->state != THREAD_STATE_DEAD && home != cpu_id()) {
            post(thread, home);
        } else {
            (void)exchange(&thread->requested, 0U); /* before its bits are read */
            if (act(thread, sc) || exchange(&thread->requested, 1U) != 0) {
                object_put(&thread->obj);
            } else {
                post(thread, cpu_id());
            }
        }
        thread = next;
    }
}

/* ---- ending ---- */

void thread_exit(void)
{
    struct cpu_local *cpu = this_cpu();
    struct thread *thread = cpu->current;

    if (cpu->fpu_owner == thread) {
        cpu->fpu_owner = NULL;
    }
    thread_leave();
    if (thread->server != NULL) {
        chain->handler_gone(thread);
    } else {
        sched_ctx_end(thread->sc);
    }
    process_thread_ended(thread);
    thread_return(); /* its caller goes on, or somebody else */
}

/* ---- the scheduler's questions ---- */

static u32 priority(const struct sched_ctx *sc)
{
    const struct thread *top = sc->top;

    return MAX(load_relaxed(&sc->priority), chain->ceiling(top));
}

static u64 deadline(const struct sched_ctx *sc)
{
    return ((const struct thread *)sc->top)->deadline;
}

static void deadline_passed(struct sched_ctx *sc)
{
    chain->deadline_passed(sc->top);
}

void thread_init(const struct chain_ops *chain_ops)
{
    static const struct object_ops object = {
        .name = "thread",
        .destroy = thread_destroy,
        .release = thread_release,
    };
    static const struct sched_ops sched = {
        .run = run,
        .priority = priority,
        .leave = thread_leave,
        .deadline = deadline,
        .deadline_passed = deadline_passed,
        .requests = handle_requests,
    };

    chain = chain_ops;
    waiter_wake = wake;
    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        spin_init(&requests[cpu].lock, LOCK_CHAIN);
    }
    object_type_register(OBJ_THREAD, &object);
    sched_init(&sched);
}

const struct chain_ops *thread_chain_ops(void)
{
    return chain;
}

void thread_describe(const struct thread *thread, struct thread_info *info)
{
    static const u8 letters[] = {
        [THREAD_STATE_IDLE] = THREAD_IDLE,       [THREAD_STATE_RUNNING] = THREAD_RUNNING,
        [THREAD_STATE_CALLING] = THREAD_CALLING, [THREAD_STATE_WAITING] = THREAD_BLOCKED,
        [THREAD_STATE_STOPPED] = THREAD_STOPPED, [THREAD_STATE_DEAD] = THREAD_DEAD,
    };
    const struct thread *callee = load_relaxed(&thread->callee);

    *info = (struct thread_info){
        .id = thread->obj.id,
        .cpu_ticks = sched_ctx_used(&thread->own_sc),
        .pc = thread->frame.pc,
        .callee = callee != NULL ? callee->obj.id : 0,
        .state = letters[thread->state],
        .priority = thread->own_sc.priority,
        .cpu = load_relaxed(&thread->sc->home),
        .syscall = (u32)thread->frame.x[8],
    };
    if (info->state == THREAD_RUNNING && thread->sc->state == SCHED_READY) {
        info->state = THREAD_READY;
    }
    memcpy(info->name, thread->name, sizeof(info->name));
}
