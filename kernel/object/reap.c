/* SPDX-License-Identifier: MIT */
/* Per-CPU reap lists; see reap.h. */
#include <arch/barrier.h>
#include <arch/cpu.h>
#include <arch/smp.h>
#include <lib/atomic.h>
#include <lib/panic.h>
#include <object/reap.h>

struct reap_list {
    struct reap_item *head;
    struct reap_item **tail;
};

/* Only its own CPU touches a reaper, but for `unanswered` and `asked_by`. */
static struct reaper {
    struct reap_list incoming;
    struct reap_list waiting;
    struct reap_list ready;
    u32 added;
    u64 unanswered; /* atomic: CPUs that have not yet answered for the waiting batch */
    u64 asked_by;   /* atomic: CPUs that want an answer of this one */
} __aligned(64) reapers[CPU_MAX];

static void list_reset(struct reap_list *list)
{
    list->head = NULL;
    list->tail = &list->head;
}

/* Append all of `from` to `to`; `from` is left empty. */
static void list_take(struct reap_list *to, struct reap_list *from)
{
    if (from->head != NULL) {
        *to->tail = from->head;
        to->tail = from->tail;
        list_reset(from);
    }
}

/* IPI_GRACE: this CPU came from EL0 or idle, so it is out of all earlier kernel work. */
static void grace_answer(void)
{
    unsigned me = cpu_id();
    u64 askers = exchange(&reapers[me].asked_by, 0);

    while (askers != 0) {
        unsigned asker = (unsigned)__builtin_ctzll(askers);

        askers &= askers - 1;
        if (fetch_and(&reapers[asker].unanswered, ~BIT(me)) == BIT(me)) {
            ipi_send(asker, IPI_RESCHED); /* it may be asleep with its batch complete */
        }
    }
}

void reap_init(void)
{
    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        list_reset(&reapers[cpu].incoming);
        list_reset(&reapers[cpu].waiting);
        list_reset(&reapers[cpu].ready);
    }
    ipi_set_handler(IPI_GRACE, grace_answer);
}

void reap_add(struct reap_item *item)
{
    struct reap_list *list = &reapers[cpu_id()].incoming;

    item->next = NULL;
    *list->tail = item;
    list->tail = &item->next;
    if (++reapers[cpu_id()].added % REAP_BUDGET == 0) {
        this_cpu()->slow_flags |= SLOW_REAP;
    }
}

bool reap_pending(void)
{
    const struct reaper *r = &reapers[cpu_id()];

    return r->incoming.head != NULL || r->waiting.head != NULL || r->ready.head != NULL;
}

bool reap_due(void)
{
    return reapers[cpu_id()].ready.head != NULL;
}

/* Close the batch: ask every CPU that may still hold a pointer to one of its items. */
static void grace_start(struct reaper *r)
{
    unsigned me = cpu_id();
    u64 ask = 0;

    list_take(&r->waiting, &r->incoming);
    fence_full(); /* the items were unlinked before `idle` is read; pairs with cpu_idle_wait() */
    for (unsigned cpu = 0; cpu < cpu_count(); cpu++) {
        if (cpu != me && load_relaxed(&cpu_locals[cpu].idle) == 0) {
            ask |= BIT(cpu);
        }
    }
    store_release(&r->unanswered, ask);
    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        if (ask & BIT(cpu)) {
            (void)fetch_or(&reapers[cpu].asked_by, BIT(me));
            ipi_send(cpu, IPI_GRACE);
        }
    }
}

static void run_ready(struct reaper *r)
{
    unsigned budget = REAP_BUDGET;

    while (r->ready.head != NULL && budget > 0) {
        struct reap_item *item = r->ready.head;

        r->ready.head = item->next;
        if (r->ready.head == NULL) {
            r->ready.tail = &r->ready.head;
        }
        budget--;
        if (!item->turn(item, &budget)) {
            item->next = r->ready.head; /* not done: it stays first */
            if (r->ready.head == NULL) {
                r->ready.tail = &item->next;
            }
            r->ready.head = item;
        }
    }
}

bool reap_turn(void)
{
    struct reaper *r = &reapers[cpu_id()];
    bool worked = false;

    if (r->waiting.head != NULL && load_acquire(&r->unanswered) == 0) {
        list_take(&r->ready, &r->waiting);
    }
    if (r->waiting.head == NULL && r->incoming.head != NULL) {
        grace_start(r);
        worked = true;
    }
    if (r->ready.head != NULL) {
        run_ready(r);
        worked = true;
    }
    return worked;
}
