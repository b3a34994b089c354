/* SPDX-License-Identifier: MIT */
/* Round robin within fixed priorities: a list a priority, a bitmap of those that are not empty. */
#include <arch/timer.h>
#include <sched/sched.h>

enum { SLICE_US = 10000 };

static struct {
    u64 present; /* bit p: lists[p] is not empty */
    struct list_node lists[PRIORITY_COUNT];
} queues[CPU_MAX];

static void rr_init(unsigned cpu)
{
    for (unsigned p = 0; p < PRIORITY_COUNT; p++) {
        list_init(&queues[cpu].lists[p]);
    }
}

static void rr_enqueue(unsigned cpu, struct sched_ctx *sc, bool first)
{
    struct list_node *list = &queues[cpu].lists[sc->queued_priority];

    if (first) {
        list_add(list, &sc->link);
    } else {
        list_add_tail(list, &sc->link);
    }
    queues[cpu].present |= BIT(sc->queued_priority);
}

static void rr_remove(unsigned cpu, struct sched_ctx *sc)
{
    list_del(&sc->link);
    if (list_empty(&queues[cpu].lists[sc->queued_priority])) {
        queues[cpu].present &= ~BIT(sc->queued_priority);
    }
}

static s32 rr_best_priority(unsigned cpu)
{
    u64 present = queues[cpu].present;

    return present != 0 ? 63 - __builtin_clzll(present) : -1;
}

static struct sched_ctx *rr_pick(unsigned cpu)
{
    s32 best = rr_best_priority(cpu);
    struct sched_ctx *sc;

    if (best < 0) {
        return NULL;
    }
    sc = list_first(&queues[cpu].lists[best], struct sched_ctx, link);
    rr_remove(cpu, sc);
    return sc;
}

/* The one that would wait longest: the last of the best list of which CPU `to` may run one. */
static struct sched_ctx *rr_surplus(unsigned cpu, unsigned to)
{
    u64 present = queues[cpu].present;
    unsigned looked = 0;

    while (present != 0) {
        unsigned p = 63 - (unsigned)__builtin_clzll(present);
        struct list_node *list = &queues[cpu].lists[p];

        for (struct list_node *n = list->prev; n != list && looked < 16; n = n->prev, looked++) {
            struct sched_ctx *sc = list_entry(n, struct sched_ctx, link);

            if (sc->affinity == CPU_ANY || sc->affinity == to) {
                rr_remove(cpu, sc);
                return sc;
            }
        }
        present &= ~BIT(p);
    }
    return NULL;
}

static u64 rr_slice(const struct sched_ctx *sc)
{
    (void)sc;
    return timer_freq() / 1000000 * SLICE_US;
}

const struct sched_policy sched_round_robin = {
    .name = "round robin",
    .init = rr_init,
    .enqueue = rr_enqueue,
    .remove = rr_remove,
    .pick = rr_pick,
    .best_priority = rr_best_priority,
    .surplus = rr_surplus,
    .slice = rr_slice,
};
