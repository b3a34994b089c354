/* SPDX-License-Identifier: MIT */
/* Call, return, cut; see call.h. */
#include <arch/timer.h>
#include <ipc/call.h>
#include <ipc/transfer.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <task/process.h>
#include <uapi/vm.h>
#include <vm/pmo.h>

void ipc_answer(struct thread *caller, s64 status)
{
    memset(caller->frame.x, 0, 8 * sizeof(u64));
    caller->frame.x[8] = (u64)status;
    for (unsigned i = 9; i < 9 + IPC_MAX_CAPS; i++) {
        caller->frame.x[i] = CAP_NONE;
    }
}

/* A fault's instruction runs again and finds out by itself what happened. */
static void answer_error(struct thread *caller, u32 kind, s64 status)
{
    if (kind == FRAME_CALL) {
        ipc_answer(caller, status);
    }
}

static void frame_release(struct thread *handler)
{
    if (handler->ipc.connection != NULL) {
        object_put(handler->ipc.connection);
        handler->ipc.connection = NULL;
    }
    if (handler->ipc.token != NULL) {
        object_put(handler->ipc.token);
        handler->ipc.token = NULL;
    }
}

/* The handler's registers as at its creation, but for those that the call fills. */
static void handler_reset(struct thread *handler)
{
    struct trap_frame *frame = &handler->frame;

    memset(frame->x, 0, sizeof(frame->x));
    frame->sp = handler->entry.stack;
    frame->pc = handler->entry.entry;
    frame->tpidr = handler->entry.tpidr;
    frame->tpidrro = handler->entry.tpidrro;
    frame->pstate = 0;
    thread_fpu_reset(handler);
}

/* The point of no return: the chain goes on in `handler`. */
static void enter(struct thread *caller, struct thread *handler, u32 kind, u64 deadline)
{
    handler->ipc.caller = caller;
    handler->ipc.kind = kind;
    handler->ipc.depth = caller->ipc.depth + 1;
    handler->deadline = MIN(deadline, caller->deadline);
    handler->sc = caller->sc;
    handler->sc->top = handler;
    (void)fetch_and(&handler->attention, ~(u32)ATTENTION_CANCEL);
    caller->callee = handler;
    caller->in_syscall = false;
    caller->state = THREAD_STATE_CALLING;
    store_release(&handler->state, (u32)THREAD_STATE_RUNNING);
    thread_switch_to(handler);
    if (handler->deadline < this_cpu()->timer_armed) {
        sched_program_timer();
    }
}

/* Wait for a handler; the call is made again then. The wait holds `via`, the connection or pmo that
 * led to the server, and not the server: one that only callers know has no future. */
static s64 wait_for_handler(struct thread *caller, struct server *server, struct object *via,
                            u64 deadline)
{
    s64 err = caller->in_syscall ? thread_wait_check(caller, deadline) : 0;

    if (err != 0) {
        return err;
    }
    spin_lock(&server->lock);
    if (server->given_up) {
        err = -EPEERDEAD;
    } else if (handler_ask(server)) {
        err = -RESTART;
    } else if (!object_get_live(via)) {
        err = -EBADF; /* the connection was closed just now */
    } else {
        thread_wait_begin(caller, WAIT_RESTART, deadline);
        spin_lock(&server->waiting.lock);
        thread_wait_on(caller, &server->waiting, via, 1);
        spin_unlock(&server->waiting.lock);
        err = -SWITCHED;
    }
    spin_unlock(&server->lock);
    return err;
}

/* What a call names, found without references: valid until this CPU leaves the kernel. */
struct call {
    struct object *connection;
    struct object *token; /* NULL: none */
    u64 token_rights;     /* with IPC_HAS_TOKEN */
    struct server *server;
};

/* Decode x9 and x11. */
static s64 find_token(const struct thread *caller, cap_t handle, struct call *call)
{
    u64 word = cap_word(caller->group, handle);

    if (word == 0) {
        return -EBADF;
    }
    if (slot_type(word) != OBJ_TOKEN) {
        return -EBADTYPE;
    }
    call->token = slot_object(word);
    call->token_rights = slot_rights(word) | IPC_HAS_TOKEN;
    return token_of(call->token)->server == call->server ? 0 : -EXDEV;
}

static s64 decode(const struct thread *caller, struct call *call)
{
    s64 err = cap_lookup(caller->group, caller->frame.x[9], OBJ_CONNECTION, 0, &call->connection);

    if (err != 0) {
        return err;
    }
    call->server = connection_of(call->connection)->server;
    if (caller->frame.x[11] != CAP_NONE) {
        err = find_token(caller, caller->frame.x[11], call);
    }
    if (err == 0 && caller->ipc.depth >= IPC_DEPTH_MAX) {
        err = -EDEADLK;
    }
    return err;
}

/* The handler's frame holds connection and token until the reply. -EBADF: closed by another thread
 * just now. */
static s64 hold(struct thread *handler, const struct call *call)
{
    if (!object_get_live(call->connection)) {
        return -EBADF;
    }
    handler->ipc.connection = call->connection;
    if (call->token != NULL && !object_get_live(call->token)) {
        frame_release(handler);
        return -EBADF;
    }
    handler->ipc.token = call->token;
    return 0;
}

/* The registers at a handler's entry: uapi/ipc.h. */
static void fill(struct thread *handler, const struct thread *caller, const struct call *call)
{
    u64 *x = handler->frame.x;

    handler_reset(handler);
    memcpy(x, caller->frame.x, IPC_WORDS * sizeof(u64));
    x[8] = connection_of(call->connection)->drop.badge;
    x[9] = call->token != NULL ? token_of(call->token)->drop.badge : 0;
    x[10] = call->token_rights;
    x[11] = caller->group->principal;
}

s64 ipc_call(struct thread *thread)
{
    cap_t received[IPC_MAX_CAPS];
    struct call call = {NULL};
    struct thread *handler;
    s64 count = 0;
    s64 err = decode(thread, &call);

    if (err != 0) {
        return err;
    }
    thread->recv_flags = 0;
    handler = handler_get(call.server);
    if (handler == NULL) {
        return wait_for_handler(thread, call.server, call.connection, thread->frame.x[10]);
    }
    if (thread->frame.x[12] != 0) {
        count = transfer_caps(thread, thread->frame.x[12], handler->group, NULL, received);
    }
    err = count < 0 ? count : hold(handler, &call);
    if (err != 0) {
        while (count-- > 0) {
            (void)cap_drop(handler->group, received[count]);
        }
        handler_put(call.server, handler);
        return err;
    }
    fill(handler, thread, &call);
    handler->frame.x[12] = (u64)count;
    memcpy(&handler->frame.x[13], received, (size_t)count * sizeof(received[0]));
    enter(thread, handler, FRAME_CALL, thread->frame.x[10]);
    return 0;
}

static s64 ipc_page_in(struct thread *thread, const struct vm_need *need)
{
    const struct pmo *pmo = pmo_of(need->object);
    struct server *pager = server_of(pmo->pager);
    const u64 words[] = {PAGER_PAGE_IN, pmo->cookie, need->first, need->count, need->write};
    struct thread *handler;

    if (thread->ipc.depth >= IPC_DEPTH_MAX) {
        return -EDEADLK;
    }
    for (struct thread *t = thread; t != NULL; t = t->ipc.caller) {
        if (t->server == pager) {
            return -EDEADLK; /* it would wait for itself */
        }
    }
    handler = handler_get(pager);
    if (handler == NULL) {
        return wait_for_handler(thread, pager, need->object, DEADLINE_NONE);
    }
    thread_rewind(thread);
    handler_reset(handler);
    memcpy(handler->frame.x, words, sizeof(words));
    enter(thread, handler, FRAME_FAULT, DEADLINE_NONE);
    return -SWITCHED;
}

/* The handler is free again: to the pool, or to its end. */
static void handler_done(struct thread *handler)
{
    struct server *server = handler->server;

    handler->ipc.caller = NULL;
    handler->ipc.kind = FRAME_NONE;
    handler->ipc.depth = 0;
    handler->deadline = DEADLINE_NONE;
    handler->sc = &handler->own_sc;
    if (load_acquire(&handler->attention) & ATTENTION_KILL) {
        handler_forget(handler);
        process_thread_ended(handler);
        return;
    }
    store_release(&handler->state, (u32)THREAD_STATE_IDLE);
    handler_put(server, handler);
    if (unlikely(load_acquire(&handler->attention) & ATTENTION_KILL)) {
        thread_attend(handler, ATTENTION_KILL); /* told while it was on its way to the pool */
    }
}

/* Give the caller its sched_ctx back. */
static void resume(struct thread *caller)
{
    caller->callee = NULL;
    caller->state = THREAD_STATE_RUNNING;
    caller->sc->top = caller;
}

s64 ipc_return(struct thread *handler)
{
    struct trap_frame *from = &handler->frame;
    struct thread *caller = handler->ipc.caller;
    cap_t received[IPC_MAX_CAPS] = {CAP_NONE, CAP_NONE, CAP_NONE, CAP_NONE};

    if (handler->server == NULL) {
        return -EINVAL;
    }
    if (from->x[12] != 0 && handler->ipc.kind == FRAME_CALL) {
        /* The server must learn that nobody got them: else what it moved or minted would be lost.
         */
        s64 err = caller == NULL
                      ? -EPEERDEAD
                      : transfer_caps(handler, from->x[12], caller->group, caller, received);

        if (err < 0) {
            return err;
        }
    }
    handler->in_syscall = false;
    frame_release(handler);
    thread_fpu_reset(handler);
    if (caller == NULL) {
        /* Cut: nobody listens. It ran on its spare. Out of it before the pool gives it away. */
        thread_leave();
        sched_ctx_end(&handler->own_sc);
        handler->own_sc.state = SCHED_NEW;
        handler_done(handler);
        return 0;
    }
    if (handler->ipc.kind == FRAME_CALL) {
        memcpy(caller->frame.x, from->x, IPC_WORDS * sizeof(u64));
        caller->frame.x[8] = 0;
        memcpy(&caller->frame.x[9], received, sizeof(received));
    }
    resume(caller);
    thread_switch_to(caller);
    handler_done(handler);
    return 0;
}

/* ---- cutting ---- */

/*
 * The chain  base .. caller -> callee .. top  becomes two: base .. caller keeps the sched_ctx and
 * goes on with `status`; callee .. top goes on on the callee's spare, its waits end with
 * -ECANCELED. On the home CPU, so the chain does not move; only its top may be in a waker's hands:
 * then false.
 */
static bool chain_cut(struct thread *caller, s64 status)
{
    struct thread *callee = caller->callee;
    struct sched_ctx *sc = caller->sc;
    struct sched_ctx *spare = &callee->own_sc;
    struct thread *top = sc->top;
    bool waiting = top->state == THREAD_STATE_WAITING;
    u32 kind = callee->ipc.kind;

    if (waiting && !waiter_claim(&top->waiter)) {
        return false;
    }
    thread_fpu_flush(); /* it may belong to either part */
    callee->ipc.caller = NULL;
    sched_ctx_init(spare, top, callee->own_sc.priority, CPU_ANY);
    spare->state =
        SCHED_BLOCKED; /* so that it stays here: this CPU may still have top's registers */
    for (struct thread *t = callee; t != NULL; t = t->callee) {
        t->sc = spare;
        t->deadline = DEADLINE_NONE;
        (void)fetch_or(&t->attention, ATTENTION_CANCEL);
    }
    answer_error(caller, kind, status);
    resume(caller);

    if (waiting) {
        waiter_finish(&top->waiter, -ECANCELED); /* makes the spare ready */
        sched_ready(sc);
    } else {
        /* The chain runs or is ready here: its sched_ctx just has another top. */
        sched_ready(spare);
    }
    return true;
}

/* A handler on this CPU ends while it serves (or was cut): what is above it goes on. It is the
 * chain's top: a handler in the middle is ended when the chain is back in it. */
static void handler_gone(struct thread *handler)
{
    struct thread *caller = handler->ipc.caller;

    frame_release(handler);
    handler->ipc.caller = NULL;
    if (caller != NULL) {
        answer_error(caller, handler->ipc.kind, -EPEERDEAD);
        resume(caller);
        handler->sc = &handler->own_sc;
    } else {
        sched_ctx_end(&handler->own_sc);
    }
    handler_forget(handler);
}

/* Cut at the outermost call whose deadline has passed. */
static void deadline_passed(struct thread *top)
{
    u64 now = timer_now();
    struct thread *cut_at = NULL;

    for (struct thread *t = top; t->ipc.caller != NULL && t->deadline <= now; t = t->ipc.caller) {
        cut_at = t->ipc.caller;
    }
    if (cut_at != NULL) {
        (void)chain_cut(cut_at, -ETIMEDOUT); /* when a waker has the top, its time comes again */
    }
}

static u32 ceiling(const struct thread *thread)
{
    const struct server *server =
        load_relaxed(&thread->server); /* may end on another CPU meanwhile */

    return server != NULL ? server->ceiling : 0;
}

void ipc_init(void)
{
    static const struct chain_ops ops = {
        .cut = chain_cut,
        .handler_take = handler_take,
        .handler_reclaim = handler_reclaim,
        .handler_gone = handler_gone,
        .page_in = ipc_page_in,
        .deadline_passed = deadline_passed,
        .ceiling = ceiling,
    };

    thread_init(&ops);
    server_init_types();
}
