/* SPDX-License-Identifier: MIT */
/*
 * Threads. All of a thread is in this struct: the kernel keeps no stack for it.
 *
 * Call chains. A call links caller and handler; both share the caller's sched_ctx, whose `top` is
 * the handler at the end. Links, `sc`, and state change only on the sched_ctx's home CPU (sched.h),
 * so a call and a return need no lock. Other CPUs ask for changes (kill, cut, suspend) by setting
 * `attention` bits and posting the thread to the home CPU's request list (thread_attend).
 *
 * States: IDLE (a handler in its pool, or a thread not yet started) -> RUNNING (on top of its
 * chain, whether its sched_ctx runs or is ready) -> CALLING (the chain goes on in `callee`),
 * WAITING (its waiter is armed), STOPPED -> DEAD.
 */
#pragma once

#include <arch/fpu.h>
#include <arch/frame.h>
#include <lib/list.h>
#include <object/cap_group.h>
#include <object/waitq.h>
#include <sched/sched.h>
#include <uapi/ipc.h>
#include <uapi/task.h>

enum thread_state {
    THREAD_STATE_IDLE,
    THREAD_STATE_RUNNING,
    THREAD_STATE_CALLING,
    THREAD_STATE_WAITING,
    THREAD_STATE_STOPPED,
    THREAD_STATE_DEAD,
};

/* Bits of thread.attention: looked at before the thread goes to EL0, and when it blocks. */
enum attention {
    ATTENTION_KILL = 1,   /* end as soon as the chain is back here */
    ATTENTION_STOP = 2,   /* suspend */
    ATTENTION_CANCEL = 4, /* a cut handler: its waits end with -ECANCELED */
    ATTENTION_UPCALL = 8, /* an unmasked upcall is pending */
    ATTENTION_START = 16, /* thread_control(THREAD_RESUME) on one that was made suspended */
};

/* What EL0 may choose of its PSTATE: N, Z, C, V. */
#define PSTATE_USER_BITS UINT64_C(0xf0000000)

enum ipc_frame_kind { FRAME_NONE, FRAME_CALL, FRAME_FAULT };

struct server;
struct vm_need;
struct vmspace;

/* What a handler's call holds; on the handler, valid while it serves. Home CPU only. */
struct ipc_frame {
    struct thread *caller;     /* NULL: nobody waits (cut, or not serving) */
    struct object *connection; /* counted */
    struct object *token;      /* counted, or NULL */
    u32 kind;                  /* enum ipc_frame_kind */
    u32 depth;                 /* calls below it */
};

struct thread {
    struct trap_frame frame; /* first: SP_EL1 points here while it runs at EL0 */
    struct object obj;

    struct cap_group *group; /* counted */
    struct vmspace *vmspace; /* the group's, which outlives its threads */
    u64 ttbr;                /* of that address space */
    struct sched_ctx *sc;    /* of the chain it is in */
    struct thread *callee;   /* while CALLING */
    u32 state;               /* enum thread_state; home CPU only */
    u32 attention;           /* atomic */
    u64 deadline;            /* of the calls it serves: min over the chain; DEADLINE_NONE without */
    struct ipc_frame ipc;

    struct server *server;     /* a handler's server, counted */
    struct thread *next_idle;  /* in a CPU's or the server's pool */
    struct handler_args entry; /* a handler's start */

    u64 upcalls_pending; /* atomic */
    u64 upcalls_masked;  /* atomic */

    u64 recv_flags, recv_slot; /* enum ipc_recv_flag of the call that it makes */

    struct waiter waiter;
    struct reap_item grace;      /* queued while grace_pending */
    struct waitq grace_waiters;  /* this thread, waiting for the grace period that `grace` ends */
    u32 grace_pending;           /* atomic */
    struct sched_ctx own_sc;     /* a handler's spare, a plain thread's own */
    struct thread *next_request; /* on a CPU's request list; protected by its lock */
    u32 requested;               /* atomic: it is on a list, or about to be */

    struct list_node group_link; /* protected by group->lock */
    char name[TASK_NAME_MAX];
    bool in_syscall;      /* its pc stands behind an svc that is being executed */
    bool fpu_fresh;       /* its FP registers are zero; fpu below is not valid */
    struct fpu_state fpu; /* valid unless this CPU's registers hold it (cpu_local.fpu_owner) */
};

/* A thread of that group, IDLE, with one reference: -ENOMEM, -EBADF when the group is ending. */
int __must_check thread_create(struct cap_group *group, const struct thread_args *args,
                               struct thread **out);

/*
 * What a system call may answer besides a result or -errno; neither reaches the user.
 * -RESTART: the svc is to be executed again. -SWITCHED: x0 is not to be written: the thread waits
 * or has ended, or the chain's top changed.
 */
enum { RESTART = 1000, SWITCHED = 1001 };

/* The thread goes on at the svc itself, or at the instruction that faulted (where it stands
 * anyway). */
static inline void thread_rewind(struct thread *thread)
{
    if (thread->in_syscall) {
        thread->frame.pc -= 4;
        thread->in_syscall = false;
    }
}

/* Start an IDLE thread, or go on with a STOPPED one. */
void thread_start(struct thread *thread);

static inline struct thread *thread_current(void)
{
    return this_cpu()->current;
}

static inline struct thread *thread_of(struct object *obj)
{
    return container_of(obj, struct thread, obj);
}

/* Make `thread` the one that runs on the current sched_ctx of this CPU, and go to EL0 as it. Looks
 * at `attention` first. The end of every entry into the kernel. */
__noreturn void thread_run(struct thread *thread);

/* The end of an entry by which `current` has not stopped running. */
__noreturn void thread_return(void);

/* Become `thread` on the same sched_ctx, without going to EL0 yet: registers that are not in the
 * frame, address space, FPU. */
void thread_switch_to(struct thread *thread);

/* Nobody runs on this CPU now: it keeps no address space and no registers of theirs. */
void thread_leave(void);

/*
 * Block the current thread: thread_wait_begin() (which rewinds in WAIT_RESTART mode); put nodes on
 * queues, testing the condition under each queue's lock; thread_wait_arm() when all stand there
 * (from then on a waker may claim it); thread_wait(). `deadline` is its own; the chain's counts
 * too. One queue: thread_wait_on() with its lock held does both middle steps. Who finds after
 * arming that the condition holds claims its own waiter and finishes it.
 */
void thread_wait_begin(struct thread *thread, enum wait_mode mode, u64 deadline);
void thread_wait_on(struct thread *thread, struct waitq *queue, struct object *obj, u64 mask);
void thread_wait_arm(struct thread *thread);
__noreturn void thread_wait(void);

/*
 * Wait until every CPU has left all kernel work that is going on now: what was found by a look-up
 * before is in no one's hands then. -SWITCHED, and 0 when it wakes; -EINTR; -EAGAIN: an interrupted
 * wait of this kind has not ended yet.
 */
s64 __must_check thread_wait_grace(struct thread *thread);

/* Why a wait must not begin, or ended: 0, -EINTR (upcall), -ECANCELED (cut or dying), -ETIMEDOUT.
 */
int thread_wait_check(struct thread *thread, u64 deadline);

/* Put the FP registers of this CPU back into their owner's struct. */
void thread_fpu_flush(void);
/* It used FP while that trapped: give it the registers. */
void thread_fpu_use(struct thread *thread);
/* Its FP state is dead: a handler between calls. */
void thread_fpu_reset(struct thread *thread);

/* Set attention bits and have the home CPU act on them. Any CPU. */
void thread_attend(struct thread *thread, u32 bits);

/* End the current thread. Never returns. */
__noreturn void thread_exit(void);

/* What ipc/ does for threads in chains; set at boot. */
struct chain_ops {
    /* Cut between `caller` and its callee: the caller goes on with `status`. Home CPU. False: a
     * waker is busy with the chain's top; try again. */
    bool (*cut)(struct thread *caller, s64 status);
    /* Take an idle handler out of its pool; false: it is not there any more. */
    bool (*handler_take)(struct thread *handler);
    /* Others may want this idle handler. */
    void (*handler_reclaim)(struct thread *handler);
    /* A handler, serving or cut, on this CPU, ends. Its caller gets -EPEERDEAD. */
    void (*handler_gone)(struct thread *handler);
    /* Ask the pager that `need` names, as a call; the thread then repeats what it did. */
    s64 (*page_in)(struct thread *thread, const struct vm_need *need);
    /* The lower deadline of the chain has passed. */
    void (*deadline_passed)(struct thread *top);
    /* The ceiling of the server whose handler it is, or 0. */
    u32 (*ceiling)(const struct thread *thread);
};
void thread_init(const struct chain_ops *ops);
const struct chain_ops *thread_chain_ops(void);

void thread_describe(const struct thread *thread, struct thread_info *info);
