/* SPDX-License-Identifier: MIT */
/* Wait queues; see waitq.h. */
#include <lib/panic.h>
#include <mm/slab.h>
#include <object/notification.h>
#include <object/object.h>
#include <object/waitq.h>

void (*waiter_wake)(struct waiter *waiter, s64 result);

void waitq_init(struct waitq *queue, enum lock_rank rank)
{
    spin_init(&queue->lock, rank);
    list_init(&queue->nodes);
    queue->bits = 0;
}

/* Lock the queue that the node is on; a requeue may move it meanwhile. */
static struct waitq *node_lock_queue(struct wait_node *node) NO_THREAD_SAFETY
{
    for (;;) {
        struct waitq *queue = load_acquire(&node->queue);

        spin_lock(&queue->lock);
        if (queue == load_relaxed(&node->queue)) {
            return queue;
        }
        spin_unlock(&queue->lock);
    }
}

void waiter_finish(struct waiter *waiter, s64 result)
{
    for (u32 i = 0; i < waiter->node_count; i++) {
        struct wait_node *node = &waiter->nodes[i];

        if (node->queue == NULL) {
            continue;
        }
        struct waitq *queue = node_lock_queue(node);

        list_del(&node->link);
        spin_unlock(&queue->lock);
        if (node->object != NULL) {
            object_put(node->object);
        }
        node->queue = NULL;
    }
    if (waiter->nodes != &waiter->node && waiter->nodes != NULL) {
        kfree(waiter->nodes);
    }
    waiter->nodes = NULL;
    waiter->node_count = 0;
    waiter_wake(waiter, result);
}

void wake_list_add(struct wake_list *list, struct waiter *waiter, s64 result)
{
    waiter->result = result;
    waiter->next_woken = list->head;
    list->head = waiter;
}

void wake_list_finish(struct wake_list *list)
{
    while (list->head != NULL) {
        struct waiter *waiter = list->head;

        list->head = waiter->next_woken;
        waiter_finish(waiter, waiter->result);
    }
}

void waitq_add(struct waitq *queue, struct wait_node *node)
{
    list_add_tail(&queue->nodes, &node->link);
    store_release(&node->queue, queue);
}

void waitq_signal(struct waitq *queue, u64 clear, u64 set, bool consume, struct wake_list *wakes)
{
    struct wait_node *node, *next;

    spin_lock(&queue->lock);
    queue->bits = (queue->bits & ~clear) | set;
    list_for_each_entry_safe(node, next, &queue->nodes, link)
    {
        u64 seen = queue->bits & node->mask;

        if (seen == 0) {
            continue;
        }
        if (node->waiter == NULL) {
            struct binding *binding = container_of(node, struct binding, node);

            if (set & node->mask) {
                notification_signal_nested(binding->notification, binding->bits, wakes);
            }
        } else if (waiter_claim(node->waiter)) {
            wake_list_add(wakes, node->waiter, (s64)seen);
            if (consume && node->waiter->mode == WAIT_RESULT) {
                queue->bits &= ~seen;
            }
        }
    }
    spin_unlock(&queue->lock);
}

void waitq_wake_all(struct waitq *queue, s64 result)
{
    struct wake_list wakes = {NULL};
    struct wait_node *node, *next;

    spin_lock(&queue->lock);
    list_for_each_entry_safe(node, next, &queue->nodes, link)
    {
        if (node->waiter != NULL && waiter_claim(node->waiter)) {
            wake_list_add(&wakes, node->waiter, result);
        }
    }
    spin_unlock(&queue->lock);
    wake_list_finish(&wakes);
}

void binding_destroy(struct binding *binding)
{
    object_put(binding->notification);
    kfree(binding);
}

void waitq_drop_bindings(struct waitq *queue)
{
    struct wait_node *node, *next;

    spin_lock(&queue->lock);
    list_for_each_entry_safe(node, next, &queue->nodes, link)
    {
        if (node->waiter == NULL) {
            list_del(&node->link);
            binding_destroy(container_of(node, struct binding, node));
        }
    }
    spin_unlock(&queue->lock);
}
