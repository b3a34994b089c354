/* SPDX-License-Identifier: MIT */
/* Accounts; see account.h. */
#include <lib/annotate.h>
#include <lib/atomic.h>
#include <lib/errno.h>
#include <mm/slab.h>
#include <object/account.h>

static struct kmem_cache account_cache = KMEM_CACHE("account", struct account);

struct account *account_create(struct account *parent, u64 limit_pages, u64 limit_objects)
{
    struct account *acc = kmem_zalloc(&account_cache);

    if (acc == NULL) {
        return NULL;
    }
    acc->refs = 1;
    acc->parent = parent;
    if (parent != NULL) {
        account_get(parent);
    }
    spin_init(&acc->lock, LOCK_ACCOUNT);
    acc->limit_pages = limit_pages != 0 || parent == NULL ? limit_pages : parent->limit_pages;
    acc->limit_objects =
        limit_objects != 0 || parent == NULL ? limit_objects : parent->limit_objects;
    return acc;
}

void account_get(struct account *acc)
{
    (void)fetch_add_relaxed(&acc->refs, 1U);
}

void account_put(struct account *acc)
{
    while (acc != NULL && fetch_sub(&acc->refs, 1U) == 1) {
        struct account *parent = acc->parent;

        kmem_free(&account_cache, acc);
        acc = parent;
    }
}

/* The account that charges for `acc` count in: itself, or the nearest living ancestor. Returned
 * locked. A closed account never opens again, so its parent pointer can be followed without its
 * lock. Locks of two accounts are taken child first. */
static struct account *account_lock_open(struct account *acc) NO_THREAD_SAFETY
{
    for (;;) {
        spin_lock_same_rank(&acc->lock);
        if (!acc->closed) {
            return acc;
        }
        spin_unlock(&acc->lock);
        acc = acc->parent;
    }
}

int account_charge(struct account *acc, u64 pages, u64 objects)
{
    int err = 0;

    if (acc == NULL) {
        return 0;
    }
    acc = account_lock_open(acc);
    if ((acc->limit_pages != 0 && pages > acc->limit_pages - MIN(acc->pages, acc->limit_pages)) ||
        (acc->limit_objects != 0 &&
         objects > acc->limit_objects - MIN(acc->objects, acc->limit_objects))) {
        err = -ENOMEM;
    } else {
        acc->pages += pages;
        acc->objects += objects;
    }
    spin_unlock(&acc->lock);
    return err;
}

void account_uncharge(struct account *acc, u64 pages, u64 objects)
{
    if (acc == NULL) {
        return;
    }
    acc = account_lock_open(acc);
    acc->pages -= pages;
    acc->objects -= objects;
    spin_unlock(&acc->lock);
}

void account_close(struct account *acc)
{
    spin_lock(&acc->lock);
    if (!acc->closed && acc->parent != NULL) {
        struct account *heir = account_lock_open(acc->parent);

        heir->pages += acc->pages;
        heir->objects += acc->objects;
        acc->closed = true;
        spin_unlock(&heir->lock);
    }
    spin_unlock(&acc->lock);
}

void account_limit(struct account *acc, bool pages, u64 limit)
{
    spin_lock(&acc->lock);
    if (pages) {
        acc->limit_pages = limit;
    } else {
        acc->limit_objects = limit;
    }
    spin_unlock(&acc->lock);
}

void account_figures(struct account *acc, struct group_info *info)
{
    spin_lock(&acc->lock);
    info->pages = acc->pages;
    info->limit_pages = acc->limit_pages;
    info->objects = acc->objects;
    info->limit_objects = acc->limit_objects;
    spin_unlock(&acc->lock);
}
