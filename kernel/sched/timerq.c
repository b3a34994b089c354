/* SPDX-License-Identifier: MIT */
/* Timer queues; see timerq.h. */
#include <arch/cpu.h>
#include <arch/timer.h>
#include <lib/errno.h>
#include <sched/timerq.h>

static struct timerq {
    struct spinlock lock;
    /* Protected by lock: */
    struct rb_tree tree;
    u64 first; /* read by its own CPU without the lock */
} __aligned(64) queues[CPU_MAX];

static struct waiter *waiter_of(struct rb_node *node)
{
    return rb_entry(node, struct waiter, timer);
}

static bool earlier(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct waiter, timer)->deadline <
           rb_entry(b, struct waiter, timer)->deadline;
}

void timerq_init(void)
{
    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        spin_init(&queues[cpu].lock, LOCK_TIMERQ);
        rb_init(&queues[cpu].tree);
        queues[cpu].first = TIMER_NEVER;
    }
}

/* queue->lock held. */
static void update_first(struct timerq *queue)
{
    struct rb_node *node = rb_first(&queue->tree);

    store_relaxed(&queue->first, node != NULL ? waiter_of(node)->deadline : TIMER_NEVER);
}

void timerq_add(struct waiter *waiter, u64 deadline)
{
    struct timerq *queue = &queues[cpu_id()];

    if (deadline == TIMER_NEVER) {
        return;
    }
    spin_lock(&queue->lock);
    waiter->deadline = deadline;
    waiter->timer_cpu = cpu_id();
    waiter->timer_armed = true;
    rb_insert(&queue->tree, &waiter->timer, earlier);
    update_first(queue);
    spin_unlock(&queue->lock);
}

void timerq_cancel(struct waiter *waiter)
{
    struct timerq *queue = &queues[waiter->timer_cpu];

    /* Armed is set by the waiter's own CPU before it can be claimed, and cleared under the lock. */
    if (!load_relaxed(&waiter->timer_armed)) {
        return;
    }
    spin_lock(&queue->lock);
    if (waiter->timer_armed) {
        rb_remove(&queue->tree, &waiter->timer);
        waiter->timer_armed = false;
        update_first(queue);
    }
    spin_unlock(&queue->lock);
}

u64 timerq_first(void)
{
    return load_relaxed(&queues[cpu_id()].first);
}

bool timerq_expire(u64 now)
{
    struct timerq *queue = &queues[cpu_id()];
    struct wake_list wakes = {NULL};
    unsigned budget = 64;

    spin_lock(&queue->lock);
    while (budget > 0) {
        struct rb_node *node = rb_first(&queue->tree);
        struct waiter *waiter = node != NULL ? waiter_of(node) : NULL;

        if (waiter == NULL || waiter->deadline > now) {
            break;
        }
        budget--;
        rb_remove(&queue->tree, node);
        waiter->timer_armed = false;
        /* Claimed under the lock: timerq_cancel() of an older wait cannot be overtaken by this. */
        if (waiter_claim(waiter)) {
            wake_list_add(&wakes, waiter, -ETIMEDOUT);
        }
    }
    update_first(queue);
    spin_unlock(&queue->lock);
    wake_list_finish(&wakes);
    return budget == 0;
}
