/* SPDX-License-Identifier: MIT */
/*
 * The one kind of waiting in the kernel.
 *
 * A waitq is a list of wait_nodes and 64 level bits. A node belongs to a waiter (a thread) or to a
 * binding, which passes bits on to a notification. A waiter may have nodes on many queues.
 *
 * Who ends a wait (signal, futex wake, deadline, upcall, kill) first claims the waiter: WAITING ->
 * CLAIMED by compare-and-swap. Exactly one succeeds; it takes the nodes off their queues
 * (waiter_finish) and makes the thread runnable with a result. A claimed waiter's other nodes are
 * dead weight that later signals skip.
 *
 * Modes. WAIT_RESULT: the waker gives the system call's result. WAIT_RESTART: the call (or the
 * faulting instruction) is executed again, finds out by itself, and the result is ignored.
 * WAIT_RETRY: the same, but an interrupted call (-EINTR, -ECANCELED) ends with that.
 */
#pragma once

#include <lib/list.h>
#include <lib/lock.h>
#include <lib/rbtree.h>
#include <lib/types.h>

struct object;
struct waiter;

struct waitq {
    struct spinlock lock;
    /* Protected by lock: */
    struct list_node nodes;
    u64 bits;
};

struct wait_node {
    struct list_node link; /* protected by queue->lock */
    struct waitq *queue;   /* changes only under the lock of the old queue (futex requeue) */
    struct waiter *waiter; /* NULL: a binding */
    struct object *object; /* what is waited on, counted; NULL for futexes */
    u64 mask;
    u64 key; /* futexes: offset within `object`-less key space, see ipc/futex.c */
    const void *space;
};

enum waiter_state { WAITER_NONE, WAITER_WAITING, WAITER_CLAIMED };
enum wait_mode { WAIT_RESULT, WAIT_RESTART, WAIT_RETRY };

/* Embedded in struct thread. */
struct waiter {
    u32 state; /* atomic, enum waiter_state */
    u32 mode;
    u32 node_count;
    u32 timer_cpu;           /* whose timer queue `timer` is in */
    struct wait_node *nodes; /* &node, or an allocated array */
    struct wait_node node;
    struct waiter *next_woken;
    s64 result;
    struct rb_node timer; /* protected by the timer queue's lock, as are: */
    u64 deadline;
    bool timer_armed;
};

/* Passes the bits of a token or irq on to a notification: what epoll is made of. */
struct binding {
    struct wait_node node;
    struct object *notification; /* counted */
    u64 bits;
};

/* Up-call set by task/: the waiter is claimed and off all queues; make its thread runnable. */
extern void (*waiter_wake)(struct waiter *waiter, s64 result);

void waitq_init(struct waitq *queue, enum lock_rank rank);

/* One of many: wins the right to end the wait. */
static inline bool __must_check waiter_claim(struct waiter *waiter)
{
    u32 expected = WAITER_WAITING;

    return cmpxchg(&waiter->state, &expected, WAITER_CLAIMED);
}

/* After a claim, no locks held: off all queues and runnable. */
void waiter_finish(struct waiter *waiter, s64 result);

/* Waiters that were claimed under a lock, to be finished when it is released. */
struct wake_list {
    struct waiter *head;
};
void wake_list_add(struct wake_list *list, struct waiter *waiter, s64 result);
void wake_list_finish(struct wake_list *list);

/* Put an initialised node on the queue; queue->lock held. The caller's reference on node->object
 * goes with it; waiter_finish() puts it. */
void waitq_add(struct waitq *queue, struct wait_node *node);

/*
 * Change the level bits and end the waits, and fire the bindings, whose mask they meet. With
 * `consume` the first waiter takes its bits (notifications, irqs), else bits stay as they are.
 * `wakes` is finished by the caller after it has released its own locks.
 */
void waitq_signal(struct waitq *queue, u64 clear, u64 set, bool consume, struct wake_list *wakes);

/* End all waits on the queue: its object has ended. */
void waitq_wake_all(struct waitq *queue, s64 result);

/* Take a binding off its queue and free it. */
void binding_destroy(struct binding *binding);
/* All bindings of a queue (its object is being destroyed). */
void waitq_drop_bindings(struct waitq *queue);
