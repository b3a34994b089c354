/* SPDX-License-Identifier: MIT */
/*
 * What an operation on memory answers when it can neither succeed nor fail now. Besides 0 and
 * negative errors the functions of vm/ return these positive codes; the system call or trap layer
 * does what they say and executes the call or the instruction again.
 */
#pragma once

#include <lib/atomic.h>
#include <lib/types.h>
#include <object/object.h>
#include <object/waitq.h>

enum vm_status {
    VM_AGAIN = 1,       /* a turn's worth is done: restart, with the arguments that were moved on */
    VM_WAIT = 2,        /* a clone of the address space is going on: wait for need->event */
    VM_FAULT_WAIT = 3,  /* the page is being cleaned: wait for need->event */
    VM_FAULT_PAGER = 4, /* a pager must supply the pages: need->pmo, first, count, write */
};

/*
 * A condition to wait for without losing its end: under event->queue.lock, compare event->sequence
 * with what the need says; sleep on the queue only if they are equal. Either way restart
 * afterwards.
 */
struct vm_event {
    struct waitq queue;
    u64 sequence; /* grows before the waiters are woken */
};

static inline void vm_event_init(struct vm_event *event)
{
    waitq_init(&event->queue, LOCK_WAITQ);
    event->sequence = 0;
}

/* No locks held. */
static inline void vm_event_happened(struct vm_event *event)
{
    store_release(&event->sequence, event->sequence + 1);
    waitq_wake_all(&event->queue, 0);
}

/* With a positive status other than VM_AGAIN; who gets one calls vm_need_put() when it has waited.
 */
struct vm_need {
    struct object *object; /* counted: whose event, or which pmo wants pages */
    struct vm_event *event;
    u64 sequence;
    u64 first; /* pages that the pager is asked for */
    u32 count;
    bool write; /* a write was tried */
};

static inline void vm_need_put(struct vm_need *need)
{
    object_put(need->object);
}
