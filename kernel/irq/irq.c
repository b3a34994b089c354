/* SPDX-License-Identifier: MIT */
/* irq objects; see irq.h. */
#include <irq/irq.h>
#include <lib/errno.h>
#include <mm/slab.h>
#include <object/waitq.h>
#include <plat/intc.h>

enum { IRQ_MAX = 1024 };

struct irq {
    struct object obj;
    struct waitq wait; /* bit 0: it has fired */
    u32 number;
};

static struct kmem_cache irq_cache = KMEM_CACHE("irq", struct irq);

/* Set and cleared by compare-and-swap; read by the handler without a reference: irqs die by grace
 * period. */
static struct irq *lines[IRQ_MAX];

static struct irq *irq_of(struct object *obj)
{
    return container_of(obj, struct irq, obj);
}

static void irq_last_put(struct object *obj)
{
    struct irq *irq = irq_of(obj);

    intc->disable(irq->number);
    store_release(&lines[irq->number], NULL);
    object_reap_later(obj);
}

static bool irq_destroy(struct object *obj, unsigned *budget)
{
    (void)budget;
    waitq_drop_bindings(&irq_of(obj)->wait);
    return true;
}

static void irq_release(struct object *obj)
{
    kmem_free(&irq_cache, irq_of(obj));
}

static struct waitq *irq_queue(struct object *obj)
{
    return &irq_of(obj)->wait;
}

void irq_init(void)
{
    static const struct object_ops ops = {
        .name = "irq",
        .destroy = irq_destroy,
        .release = irq_release,
        .last_put = irq_last_put,
        .wait_queue = irq_queue,
    };

    object_type_register(OBJ_IRQ, &ops);
}

int irq_create(struct account *account, u32 number, struct object **out)
{
    struct irq *free_line = NULL;
    struct irq *irq;
    int err;

    if (number < INTC_FIRST_SHARED || number >= intc->count() || number >= IRQ_MAX) {
        return -EINVAL;
    }
    irq = kmem_zalloc(&irq_cache);
    if (irq == NULL) {
        return -ENOMEM;
    }
    err = object_init(&irq->obj, OBJ_IRQ, account);
    if (err != 0) {
        kmem_free(&irq_cache, irq);
        return err;
    }
    waitq_init(&irq->wait, LOCK_WAITQ);
    irq->number = number;
    if (!cmpxchg(&lines[number], &free_line, irq)) {
        object_discard(&irq->obj);
        return -EBUSY;
    }
    intc->enable(number);
    *out = &irq->obj;
    return 0;
}

void irq_ack(struct object *obj)
{
    intc->enable(irq_of(obj)->number);
}

void irq_fire(u32 number)
{
    struct wake_list wakes = {NULL};
    struct irq *irq = number < IRQ_MAX ? load_acquire(&lines[number]) : NULL;

    intc->disable(number);
    if (irq != NULL) {
        waitq_signal(&irq->wait, 0, 1, true, &wakes);
        wake_list_finish(&wakes);
    }
}
