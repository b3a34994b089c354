/* SPDX-License-Identifier: MIT */
/* See objects.h. */
#include <fakes/objects.h>
#include <lib/list.h>
#include <object/reap.h>
#include <object/waitq.h>

static struct reap_item *items;

unsigned wakes;

void reap_add(struct reap_item *item)
{
    item->next = items;
    items = item;
}

void objects_reap(void)
{
    while (items != NULL) {
        struct reap_item *item = items;
        unsigned budget;

        items = item->next;
        do {
            budget = REAP_BUDGET;
        } while (!item->turn(item, &budget));
    }
}

void waitq_init(struct waitq *queue, enum lock_rank rank)
{
    spin_init(&queue->lock, rank);
    list_init(&queue->nodes);
}

void waitq_wake_all(struct waitq *queue, s64 result)
{
    spin_lock(&queue->lock);
    wakes++;
    spin_unlock(&queue->lock);
}
