/* SPDX-License-Identifier: MIT */
/* Notifications; see notification.h. */
#include <lib/errno.h>
#include <mm/slab.h>
#include <object/notification.h>

static struct kmem_cache notification_cache = KMEM_CACHE("notification", struct notification);

static bool notification_destroy(struct object *obj, unsigned *budget)
{
    (void)obj;
    (void)budget;
    return true; /* waiters hold references, so there are none; nothing else is held */
}

static void notification_release(struct object *obj)
{
    kmem_free(&notification_cache, container_of(obj, struct notification, obj));
}

static struct waitq *notification_queue(struct object *obj)
{
    return &container_of(obj, struct notification, obj)->wait;
}

void notification_init_type(void)
{
    static const struct object_ops ops = {
        .name = "notification",
        .destroy = notification_destroy,
        .release = notification_release,
        .wait_queue = notification_queue,
    };

    object_type_register(OBJ_NOTIFICATION, &ops);
}

int notification_create(struct account *account, struct notification **out)
{
    struct notification *ntfn = kmem_zalloc(&notification_cache);
    int err;

    if (ntfn == NULL) {
        return -ENOMEM;
    }
    err = object_init(&ntfn->obj, OBJ_NOTIFICATION, account);
    if (err != 0) {
        kmem_free(&notification_cache, ntfn);
        return err;
    }
    waitq_init(&ntfn->wait, LOCK_NOTIFICATION);
    *out = ntfn;
    return 0;
}

void notification_signal(struct notification *ntfn, u64 bits)
{
    struct wake_list wakes = {NULL};

    waitq_signal(&ntfn->wait, 0, bits, true, &wakes);
    wake_list_finish(&wakes);
}

void notification_signal_nested(struct object *obj, u64 bits, struct wake_list *wakes)
{
    waitq_signal(&container_of(obj, struct notification, obj)->wait, 0, bits, true, wakes);
}
