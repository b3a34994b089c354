/* SPDX-License-Identifier: MIT */
/*
 * Signals. Dispositions and masks are kept here. The process manager learns which signals are
 * ignored and which are handled: it ends the process for the rest, and posts a handled one as
 * upcall bit n - 1 to the main thread. A signal that comes while the thread's mask has it waits in
 * the thread's block; the wait that it interrupted goes on, for no handler has run (px_wait_again).
 */
#include "signal.h"
#include "state.h"
#include "thread_offsets.h"

_Static_assert(THREAD_SIGNALS_PENDING == offsetof(struct chcore_thread, signals_pending), "wait.S");

static uint64_t bit_of(int sig)
{
    return 1ull << (sig - 1);
}

static bool is_signal(int sig)
{
    return sig >= 1 && sig <= LX_SIGNALS;
}

static bool ignored_by_default(int sig)
{
    return sig == LX_SIGCHLD || sig == LX_SIGCONT || sig == LX_SIGURG || sig == LX_SIGWINCH;
}

/* The signals whose disposition is LX_SIG_IGN, or a handler. px.signal_lock is held. */
static void classify(uint64_t *ignored, uint64_t *handled)
{
    *ignored = 0;
    *handled = 0;
    for (int sig = 1; sig <= LX_SIGNALS; sig++) {
        uint64_t handler = px.action[sig - 1].handler;
        if (handler == LX_SIG_IGN) {
            *ignored |= bit_of(sig);
        } else if (handler != LX_SIG_DFL) {
            *handled |= bit_of(sig);
        }
    }
}

uint64_t px_ignored_signals(void)
{
    uint64_t ignored, handled;

    mutex_lock(&px.signal_lock);
    classify(&ignored, &handled);
    mutex_unlock(&px.signal_lock);
    return ignored;
}

void px_open_upcalls(void)
{
    struct chcore_thread *self = chcore_self();

    if (!self->upcalls_open) {
        self->upcalls_open = 1;
        sys_upcall_mask(1, 0);
    }
}

/* Tell the process manager; from the first handler on, upcalls have an entry. */
static long publish(uint64_t ignored, uint64_t handled)
{
    struct ipc_msg msg = {{PROC_SIGNALS, ignored, handled}};

    px_open_upcalls();
    if (handled && !__atomic_exchange_n(&px.upcalls_set, true, __ATOMIC_RELAXED)) {
        long result = sys_cap_group_set(CAP_SELF, GROUP_UPCALL_ENTRY, (uintptr_t)px_upcall_entry);
        if (result < 0) {
            return result;
        }
    }
    return px_proc_call(&msg);
}

long px_rt_sigaction(int sig, const struct lx_sigaction *action, struct lx_sigaction *old)
{
    uint64_t ignored_before, handled_before, ignored, handled;
    struct lx_sigaction wanted;

    if (!is_signal(sig) || (action && (sig == LX_SIGKILL || sig == LX_SIGSTOP))) {
        return -EINVAL;
    }
    if (action && px_get(&wanted, action, sizeof(wanted)) < 0) {
        return -EFAULT;
    }
    mutex_lock(&px.signal_lock);
    struct lx_sigaction before = px.action[sig - 1];
    classify(&ignored_before, &handled_before);
    if (action) {
        px.action[sig - 1] = wanted;
    }
    classify(&ignored, &handled);
    mutex_unlock(&px.signal_lock);
    if (old && px_put(old, &before, sizeof(before)) < 0) {
        return -EFAULT;
    }
    if (ignored == ignored_before && handled == handled_before) {
        return 0;
    }
    long result = publish(ignored, handled);
    return result < 0 ? result : 0;
}

/* The disposition that counts for one delivery; a one-shot handler is used up. */
static struct lx_sigaction take_action(int sig)
{
    mutex_lock(&px.signal_lock);
    struct lx_sigaction action = px.action[sig - 1];
    if (action.handler > LX_SIG_IGN && action.flags & LX_SA_RESETHAND) {
        px.action[sig - 1].handler = LX_SIG_DFL;
    }
    mutex_unlock(&px.signal_lock);
    return action;
}

static void context_from_frame(struct lx_ucontext *context, const struct upcall_frame *frame)
{
    memcpy(context->mcontext.regs, frame->x, sizeof(frame->x));
    context->mcontext.sp = frame->sp;
    context->mcontext.pc = frame->pc;
    context->mcontext.pstate = frame->pstate;
}

/* A handler may send the thread elsewhere: libc's cancellation does. */
static void frame_from_context(struct upcall_frame *frame, const struct lx_ucontext *context)
{
    memcpy(frame->x, context->mcontext.regs, sizeof(frame->x));
    frame->sp = context->mcontext.sp;
    frame->pc = context->mcontext.pc;
}

/* Call a handler as a function: it may return, or leave by longjmp. frame is NULL for raise(). */
static void run_handler(int sig, const struct lx_sigaction *action, struct upcall_frame *frame)
{
    struct chcore_thread *self = chcore_self();
    struct lx_siginfo info = {.signo = sig, .code = LX_SI_TKILL, .fields = {(uint64_t)self->pid}};
    struct lx_ucontext context;

    memset(&context, 0, sizeof(context) - sizeof(context.mcontext.extension));
    memset(context.mcontext.extension, 0, 16); /* an empty list of records */
    context.sigmask[0] = self->signal_mask;
    if (frame) {
        context_from_frame(&context, frame);
    }
    self->signal_mask |= action->mask | (action->flags & LX_SA_NODEFER ? 0 : bit_of(sig));
    self->must_not_restart |= !(action->flags & LX_SA_RESTART) || sig == LX_SIGCANCEL;
    self->handlers_run++;
    ((void (*)(int, struct lx_siginfo *, struct lx_ucontext *))action->handler)(sig, &info,
                                                                                &context);
    if (frame) {
        frame_from_context(frame, &context);
    }
    self->signal_mask = context.sigmask[0];
}

/* A signal that no mask holds back. */
static void deliver(int sig, struct upcall_frame *frame)
{
    struct lx_sigaction action = take_action(sig);

    if (action.handler > LX_SIG_IGN) {
        run_handler(sig, &action, frame);
    } else if (action.handler == LX_SIG_DFL && !ignored_by_default(sig)) {
        px_kill((int)chcore_self()->pid, sig);
    }
}

/* Deliver what is pending and not masked, lowest number first. */
static void deliver_pending(struct upcall_frame *frame)
{
    struct chcore_thread *self = chcore_self();
    uint64_t ready;

    while ((ready = __atomic_load_n(&self->signals_pending, __ATOMIC_RELAXED) &
                    ~self->signal_mask) != 0) {
        uint64_t lowest = ready & -ready;
        __atomic_fetch_and(&self->signals_pending, ~lowest, __ATOMIC_RELAXED);
        deliver(__builtin_ctzl(lowest) + 1, frame);
    }
}

void px_upcall(uint64_t bits, struct upcall_frame *frame)
{
    struct chcore_thread *self = chcore_self();
    uint32_t before = self->handlers_run;
    bool waits = frame->pc >= (uintptr_t)px_wait_look && frame->pc < (uintptr_t)px_wait_done;

    /* The kernel has masked all upcalls. From here on they may nest: POSIX's mask is ours. */
    __atomic_fetch_or(&self->signals_pending, bits, __ATOMIC_RELAXED);
    sys_upcall_mask(1, 0);
    deliver_pending(frame);
    if (waits && self->handlers_run != before) {
        frame->pc = (uintptr_t)px_wait_interrupted;
    }
}

void px_upcall_return(const struct upcall_frame *frame)
{
    sys_upcall_return(frame);
    __builtin_trap(); /* the frame was ours and is good, unless a handler has spoilt it */
}

uint64_t px_set_mask(uint64_t mask)
{
    struct chcore_thread *self = chcore_self();
    uint64_t old = self->signal_mask;

    self->signal_mask = mask & ~(bit_of(LX_SIGKILL) | bit_of(LX_SIGSTOP));
    deliver_pending(NULL);
    return old;
}

long px_rt_sigprocmask(int how, const uint64_t *set, uint64_t *old)
{
    uint64_t now = chcore_self()->signal_mask;

    if (set) {
        uint64_t mask;
        if (px_get(&mask, set, sizeof(mask)) < 0) {
            return -EFAULT;
        }
        switch (how) {
        case LX_SIG_BLOCK:
            px_set_mask(now | mask);
            break;
        case LX_SIG_UNBLOCK:
            px_set_mask(now & ~mask);
            break;
        case LX_SIG_SETMASK:
            px_set_mask(mask);
            break;
        default:
            return -EINVAL;
        }
    }
    return old ? px_put(old, &now, sizeof(now)) : 0;
}

long px_rt_sigpending(uint64_t *set)
{
    uint64_t pending = chcore_self()->signals_pending;

    return px_put(set, &pending, sizeof(pending));
}

long px_rt_sigsuspend(const uint64_t *mask)
{
    struct chcore_thread *self = chcore_self();
    uint32_t before = __atomic_load_n(&self->handlers_run, __ATOMIC_RELAXED);
    uint64_t wanted;

    if (px_get(&wanted, mask, sizeof(wanted)) < 0) {
        return -EFAULT;
    }
    uint64_t old = px_set_mask(wanted);

    /* A handler that runs between the look and the wait changes the word, and the wait returns. */
    while (__atomic_load_n(&self->handlers_run, __ATOMIC_RELAXED) == before && !px_cancelled()) {
        px_wait_call(SYS_futex_wait, (uintptr_t)&self->handlers_run, before, DEADLINE_NONE, 0, 0);
    }
    px_set_mask(old);
    return -EINTR;
}

long px_signal_self(int sig)
{
    __atomic_fetch_or(&chcore_self()->signals_pending, bit_of(sig), __ATOMIC_RELAXED);
    deliver_pending(NULL);
    return 0;
}

/* Post to a thread that clone made. -ESRCH when it lives no longer. */
static long post(uint32_t tid, int sig)
{
    long result = -ESRCH;

    mutex_lock(&px.thread_lock);
    for (const struct chcore_thread *t = px.threads; t; t = t->next) {
        if (t->tid == tid) {
            result = sig ? sys_upcall_post(t->handle, bit_of(sig)) : 0;
            break;
        }
    }
    mutex_unlock(&px.thread_lock);
    return result;
}

long px_tkill(int tid, int sig)
{
    const struct chcore_thread *self = chcore_self();

    if (tid <= 0 || sig < 0 || sig > LX_SIGNALS) {
        return -EINVAL;
    }
    if ((uint32_t)tid == self->tid) {
        return sig ? px_signal_self(sig) : 0;
    }
    if ((uint32_t)tid == self->pid) {
        return px_kill(tid, sig); /* the process manager posts to the first thread */
    }
    return post((uint32_t)tid, sig);
}

long px_tgkill(int pid, int tid, int sig)
{
    if (pid <= 0) {
        return -EINVAL;
    }
    return (uint32_t)pid == chcore_self()->pid ? px_tkill(tid, sig) : -ESRCH;
}
