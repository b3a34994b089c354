/* SPDX-License-Identifier: MIT */
/* Waits for signal bits; see wait.h and object/waitq.h. */
#include <ipc/wait.h>
#include <lib/errno.h>
#include <mm/slab.h>
#include <object/notification.h>
#include <task/user.h>
#include <vm/vmspace.h>

static s64 lookup(struct thread *thread, cap_t handle, struct object **obj, struct waitq **queue)
{
    int err = cap_lookup(thread->group, handle, OBJ_NONE, RIGHT_WAIT, obj);

    if (err != 0) {
        return err;
    }
    if (object_ops_of((*obj)->type)->wait_queue == NULL) {
        return -EBADTYPE;
    }
    *queue = object_ops_of((*obj)->type)->wait_queue(*obj);
    return 0;
}

/* Bits of `mask` on the queue; taken away where the type says so. */
static u64 take(struct object *obj, struct waitq *queue, u64 mask)
{
    u64 seen;

    spin_lock(&queue->lock);
    seen = queue->bits & mask;
    if (obj->type != OBJ_TOKEN) {
        queue->bits &= ~seen;
    }
    spin_unlock(&queue->lock);
    return seen;
}

s64 ipc_wait(struct thread *thread, cap_t handle, u64 mask, u64 deadline)
{
    struct object *obj;
    struct waitq *queue;
    s64 ret = lookup(thread, handle, &obj, &queue);
    u64 seen;

    if (ret != 0) {
        return ret;
    }
    if (mask == 0 || (mask >> 63) != 0) {
        return -EINVAL; /* bit 63 would look like an error */
    }
    seen = take(obj, queue, mask);
    if (seen != 0) {
        return (s64)seen;
    }
    ret = thread_wait_check(thread, deadline);
    if (ret != 0) {
        return ret;
    }
    if (!object_get_live(obj)) {
        return -EBADF;
    }
    spin_lock(&queue->lock);
    if (queue->bits & mask) {
        spin_unlock(&queue->lock);
        object_put(obj);
        return -RESTART;
    }
    thread_wait_begin(thread, WAIT_RESULT, deadline);
    thread_wait_on(thread, queue, obj, mask);
    spin_unlock(&queue->lock);
    return -SWITCHED;
}

/* Fill in what is set, without taking it; how many items have something. */
static s64 look(struct thread *thread, struct wait_item *items, u64 n)
{
    s64 ready = 0;

    for (u64 i = 0; i < n; i++) {
        struct object *obj;
        struct waitq *queue;
        s64 err = lookup(thread, items[i].handle, &obj, &queue);

        if (err != 0) {
            return err;
        }
        items[i].seen = load_acquire(&queue->bits) & items[i].mask;
        ready += items[i].seen != 0;
    }
    return ready;
}

static void take_seen(struct thread *thread, const struct wait_item *items, u64 n)
{
    for (u64 i = 0; i < n; i++) {
        struct object *obj;
        struct waitq *queue;

        if (items[i].seen != 0 && lookup(thread, items[i].handle, &obj, &queue) == 0) {
            (void)take(obj, queue, items[i].seen);
        }
    }
}

/* Stand on all queues, then look once more: what was signalled in between found no one to wake. */
static s64 wait_many(struct thread *thread, struct wait_item *items, u64 n, u64 deadline)
{
    struct waiter *waiter = &thread->waiter;
    struct wait_node *nodes = kzalloc(MAX(n, (u64)1) * sizeof(*nodes));

    if (nodes == NULL) {
        return -ENOMEM;
    }
    thread_wait_begin(thread, WAIT_RETRY, deadline);
    waiter->nodes = nodes;
    for (u64 i = 0; i < n; i++) {
        struct object *obj;
        struct waitq *queue;

        if (lookup(thread, items[i].handle, &obj, &queue) != 0 || !object_get_live(obj)) {
            continue; /* closed by another thread just now: the second look says so */
        }
        nodes[i].waiter = waiter;
        nodes[i].object = obj;
        nodes[i].mask = items[i].mask;
        spin_lock(&queue->lock);
        waitq_add(queue, &nodes[i]);
        spin_unlock(&queue->lock);
    }
    waiter->node_count = (u32)n;
    thread_wait_arm(thread);
    fence_full(); /* armed before the bits are read; pairs with the queue locks in waitq_signal() */
    if (look(thread, items, n) != 0 && waiter_claim(waiter)) {
        waiter_finish(waiter, 0);
    }
    return -SWITCHED;
}

s64 ipc_wait_any(struct thread *thread, vaddr_t items_at, u64 n, u64 deadline)
{
    struct wait_item items[WAIT_MAX];
    s64 ret;

    if (n > WAIT_MAX) {
        return -EINVAL;
    }
    ret = user_copy_in(thread, items, items_at, n * sizeof(items[0]));
    if (ret != 0) {
        return ret;
    }
    ret = look(thread, items, n);
    if (ret > 0) {
        s64 err = user_copy_out(thread, items_at, items, n * sizeof(items[0]));

        if (err != 0) {
            return err;
        }
        take_seen(thread, items, n);
    }
    if (ret != 0) {
        return ret;
    }
    ret = thread_wait_check(thread, deadline);
    return ret != 0 ? ret : wait_many(thread, items, n, deadline);
}

/* The binding of `queue` to that notification, or NULL. queue->lock held. */
static struct binding *find_binding(struct waitq *queue, struct object *notification)
{
    struct wait_node *node;

    list_for_each_entry(node, &queue->nodes, link)
    {
        if (node->waiter == NULL &&
            container_of(node, struct binding, node)->notification == notification) {
            return container_of(node, struct binding, node);
        }
    }
    return NULL;
}

static s64 unbind(struct waitq *queue, struct object *notification)
{
    struct binding *binding;

    spin_lock(&queue->lock);
    binding = find_binding(queue, notification);
    if (binding != NULL) {
        list_del(&binding->node.link);
    }
    spin_unlock(&queue->lock);
    if (binding == NULL) {
        return -ENOENT;
    }
    binding_destroy(binding);
    return 0;
}

s64 ipc_bind(struct thread *thread, cap_t object, u64 mask, cap_t notification, u64 bits)
{
    struct object *obj, *ntfn;
    struct waitq *queue;
    struct binding *binding;
    u64 now;
    s64 ret = lookup(thread, object, &obj, &queue);

    if (ret != 0) {
        return ret;
    }
    ret = cap_lookup(thread->group, notification, OBJ_NOTIFICATION, RIGHT_SIGNAL, &ntfn);
    if (ret != 0) {
        return ret;
    }
    if (obj->type == OBJ_NOTIFICATION) {
        return -EINVAL; /* no chains: the lock order has one step */
    }
    if (mask == 0) {
        return unbind(queue, ntfn);
    }
    binding = kzalloc(sizeof(*binding));
    if (binding == NULL) {
        return -ENOMEM;
    }
    if (!object_get_live(ntfn)) {
        kfree(binding);
        return -EBADF;
    }
    binding->notification = ntfn;
    binding->bits = bits;
    binding->node.mask = mask;
    spin_lock(&queue->lock);
    if (find_binding(queue, ntfn) != NULL) {
        spin_unlock(&queue->lock);
        binding_destroy(binding);
        return -EEXIST;
    }
    /* No reference to the object: it drops its bindings when it is destroyed. */
    list_add_tail(&queue->nodes, &binding->node.link);
    now = queue->bits & mask;
    spin_unlock(&queue->lock);
    if (now != 0) {
        notification_signal(container_of(ntfn, struct notification, obj), bits);
    }
    return 0;
}
