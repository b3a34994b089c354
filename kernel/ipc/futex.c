/* SPDX-License-Identifier: MIT */
/*
 * Futexes; see futex.h. A hash table of wait queues; a node carries its key. The word is compared
 * under the bucket's lock, so a wake that follows the change of the word finds the waiter or the
 * waiter sees the change. A user page that is not there is faulted in without the lock, and the
 * call starts again.
 */
#include <arch/uaccess.h>
#include <ipc/futex.h>
#include <lib/errno.h>
#include <task/user.h>
#include <vm/vmspace.h>

enum { BUCKETS = 256 };

static struct waitq buckets[BUCKETS];

struct futex_key {
    const void *space;  /* vmspace or pmo */
    u64 where;          /* address or offset */
    struct object *pmo; /* shared: kept while a thread waits */
};

void futex_init(void)
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        waitq_init(&buckets[i], LOCK_FUTEX);
    }
}

static s64 make_key(struct thread *thread, vaddr_t addr, u64 flags, struct futex_key *key)
{
    if ((addr & 3) != 0 || (flags & ~(u64)FUTEX_SHARED) != 0) {
        return -EINVAL;
    }
    if (flags & FUTEX_SHARED) {
        if (!vmspace_place(thread->vmspace, addr, &key->pmo, &key->where)) {
            return -EFAULT;
        }
        key->space = key->pmo;
        return 0;
    }
    *key = (struct futex_key){.space = thread->vmspace, .where = addr};
    return 0;
}

static struct waitq *bucket_of(const struct futex_key *key)
{
    u64 hash = ((uintptr_t)key->space >> 6) * 0x9e3779b97f4a7c15u ^
               (key->where >> 2) * 0xff51afd7ed558ccdu;

    return &buckets[(hash >> 32) % BUCKETS];
}

static bool matches(const struct wait_node *node, const struct futex_key *key)
{
    return node->space == key->space && node->key == key->where;
}

/* The word at addr equals `expected`? 0, -EAGAIN, or -EFAULT with the bucket's lock held all the
 * time. */
static s64 compare(vaddr_t addr, u32 expected)
{
    u32 value;

    if (get_user32(&value, (const u32 __user *)addr) != 0) {
        return -EFAULT;
    }
    return value == expected ? 0 : -EAGAIN;
}

/* Bring the page in (or find that it cannot be), for another try. */
static s64 fault_in(struct thread *thread, vaddr_t addr)
{
    u32 value;
    s64 err = user_copy_in(thread, &value, addr, sizeof(value));

    return err != 0 ? err : -RESTART;
}

s64 futex_wait(struct thread *thread, vaddr_t addr, u32 expected, u64 deadline, u64 flags)
{
    struct futex_key key;
    struct waitq *bucket;
    s64 ret = make_key(thread, addr, flags, &key);

    if (ret != 0) {
        return ret;
    }
    bucket = bucket_of(&key);
    spin_lock(&bucket->lock);
    ret = compare(addr, expected);
    if (ret == 0) {
        ret = thread_wait_check(thread, deadline);
    }
    if (ret == 0 && key.pmo != NULL && !object_get_live(key.pmo)) {
        ret = -RESTART; /* unmapped just now */
    }
    if (ret == 0) {
        thread_wait_begin(thread, WAIT_RESULT, deadline);
        thread->waiter.node.space = key.space;
        thread->waiter.node.key = key.where;
        thread_wait_on(thread, bucket, key.pmo, 1);
        ret = -SWITCHED;
    }
    spin_unlock(&bucket->lock);
    return ret == -EFAULT ? fault_in(thread, addr) : ret;
}

static u64 wake_locked(struct waitq *bucket, const struct futex_key *key, u64 n,
                       struct wake_list *wakes)
{
    struct wait_node *node, *next;
    u64 woken = 0;

    list_for_each_entry_safe(node, next, &bucket->nodes, link)
    {
        if (woken == n) {
            break;
        }
        if (matches(node, key) && waiter_claim(node->waiter)) {
            wake_list_add(wakes, node->waiter, 0);
            woken++;
        }
    }
    return woken;
}

s64 futex_wake(struct thread *thread, vaddr_t addr, u64 n, u64 flags)
{
    struct wake_list wakes = {NULL};
    struct futex_key key;
    struct waitq *bucket;
    s64 ret = make_key(thread, addr, flags, &key);

    if (ret != 0) {
        return ret;
    }
    bucket = bucket_of(&key);
    spin_lock(&bucket->lock);
    ret = (s64)wake_locked(bucket, &key, MIN(n, (u64)FUTEX_TURN), &wakes);
    spin_unlock(&bucket->lock);
    wake_list_finish(&wakes);
    return ret;
}

/* Move up to n waiters of `from` to the futex `to`; both buckets locked. */
static u64 move_locked(struct waitq *from_bucket, const struct futex_key *from,
                       struct waitq *to_bucket, const struct futex_key *to, u64 n)
{
    struct wait_node *node, *next;
    u64 moved = 0;

    list_for_each_entry_safe(node, next, &from_bucket->nodes, link)
    {
        if (moved == n) {
            break;
        }
        if (!matches(node, from) || (to->pmo != NULL && !object_get_live(to->pmo))) {
            continue;
        }
        list_del(&node->link);
        if (node->object != NULL) {
            object_put(node->object);
        }
        node->object = to->pmo;
        node->space = to->space;
        node->key = to->where;
        list_add_tail(&to_bucket->nodes, &node->link);
        store_release(&node->queue, to_bucket);
        moved++;
    }
    return moved;
}

s64 futex_requeue(struct thread *thread, const u64 *arg)
{
    vaddr_t addr = arg[0], addr2 = arg[2];
    u64 wake_n = MIN(arg[1], (u64)FUTEX_TURN), move_n = MIN(arg[3], (u64)FUTEX_TURN);
    struct wake_list wakes = {NULL};
    struct futex_key from, to;
    struct waitq *a, *b;
    s64 ret = make_key(thread, addr, arg[4], &from);

    if (ret == 0) {
        ret = make_key(thread, addr2, arg[4], &to);
    }
    if (ret != 0) {
        return ret;
    }
    a = bucket_of(&from);
    b = bucket_of(&to);
    /* Two buckets: the lower address first. */
    spin_lock(a < b ? &a->lock : &b->lock);
    if (a != b) {
        spin_lock_same_rank(a < b ? &b->lock : &a->lock);
    }
    ret = compare(addr, (u32)arg[5]);
    if (ret == 0) {
        ret = (s64)wake_locked(a, &from, wake_n, &wakes);
        ret += (s64)move_locked(a, &from, b, &to, move_n);
    }
    spin_unlock(&a->lock);
    if (a != b) {
        spin_unlock(&b->lock);
    }
    wake_list_finish(&wakes);
    return ret == -EFAULT ? fault_in(thread, addr) : ret;
}
