/* SPDX-License-Identifier: MIT */
/* Regions and their tree; see vmregion.h. */
#include <lib/errno.h>
#include <lib/panic.h>
#include <mm/slab.h>
#include <object/account.h>
#include <vm/sweep.h>
#include <vm/vmregion.h>

static struct kmem_cache region_cache = KMEM_CACHE("vmregion", struct vmregion);

static struct vmregion *region_at(struct rb_node *node)
{
    return node != NULL ? rb_entry(node, struct vmregion, node) : NULL;
}

struct vmregion *vmregion_find(const struct vmspace *vs, vaddr_t va)
{
    struct rb_node *node = vs->regions.root;

    while (node != NULL) {
        struct vmregion *region = rb_entry(node, struct vmregion, node);

        if (va < region->range.start) {
            node = node->left;
        } else if (va >= region->range.end) {
            node = node->right;
        } else {
            return region;
        }
    }
    return NULL;
}

struct vmregion *vmregion_after(const struct vmspace *vs, vaddr_t va)
{
    struct rb_node *node = vs->regions.root;
    struct vmregion *best = NULL;

    while (node != NULL) {
        struct vmregion *region = rb_entry(node, struct vmregion, node);

        if (va < region->range.end) {
            best = region;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return best;
}

struct vmregion *vmregion_last(const struct vmspace *vs)
{
    return region_at(rb_last(&vs->regions));
}

struct vmregion *vmregion_next(const struct vmregion *region)
{
    return region_at(rb_next(&region->node));
}

struct vmregion *vmregion_prev(const struct vmregion *region)
{
    return region_at(rb_prev(&region->node));
}

static bool region_less(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct vmregion, node)->range.start <
           rb_entry(b, struct vmregion, node)->range.start;
}

/* Charged as one object; in no structure yet. */
static struct vmregion *region_copy(struct vmspace *vs, const struct vmregion *like)
{
    struct vmregion *region;

    if (account_charge(vs->obj.account, 0, 1) != 0) {
        return NULL;
    }
    region = kmem_zalloc(&region_cache);
    if (region == NULL) {
        account_uncharge(vs->obj.account, 0, 1);
        return NULL;
    }
    region->vmspace = vs;
    region->range = like->range;
    region->pmo = like->pmo;
    region->first = like->first;
    region->flags = like->flags;
    region->max_prot = like->max_prot;
    region->dying = like->dying;
    return region;
}

struct vmregion *vmregion_create(struct vmspace *vs, const struct vmregion *like)
{
    struct vmregion *region = region_copy(vs, like);

    if (region == NULL) {
        return NULL;
    }
    spin_lock(&region->pmo->lock);
    pmo_mapping_add(region->pmo, region, NULL);
    spin_unlock(&region->pmo->lock);
    rb_insert(&vs->regions, &region->node, region_less);
    return region;
}

int vmregion_attach(struct vmregion *region, struct slot *via, u64 word)
{
    struct object *obj = &region->pmo->obj;
    int err = -EBADF;

    spin_lock(&obj->tree_lock);
    if (via->word == word) {
        region->cap.kind = NODE_MAPPING;
        cap_node_add_child(&via->node, &region->cap);
        err = 0;
    }
    spin_unlock(&obj->tree_lock);
    return err;
}

void vmregion_derive(struct vmregion *region, struct vmregion *from)
{
    struct object *obj = &region->pmo->obj;

    spin_lock(&obj->tree_lock);
    if (from->cap.kind == NODE_MAPPING) {
        region->cap.kind = NODE_MAPPING;
        cap_node_add_child(&from->cap, &region->cap);
    }
    spin_unlock(&obj->tree_lock);
}

struct vmregion *vmregion_cut(struct vmregion *region, vaddr_t at)
{
    struct vmregion *upper = region_copy(region->vmspace, region);
    struct pmo *pmo = region->pmo;

    if (upper == NULL) {
        return NULL;
    }
    upper->range.start = at;
    upper->first += (at - region->range.start) >> PAGE_SHIFT;
    object_get(&pmo->obj);
    spin_lock(&pmo->lock);
    region->range.end = at;
    pmo_mapping_add(pmo, upper, region);
    spin_unlock(&pmo->lock);
    vmregion_derive(upper, region);
    rb_insert(&region->vmspace->regions, &upper->node, region_less);
    return upper;
}

void vmregion_shrink(struct vmregion *region, vaddr_t start)
{
    spin_lock(&region->pmo->lock);
    region->first += (start - region->range.start) >> PAGE_SHIFT;
    region->range.start = start;
    spin_unlock(&region->pmo->lock);
}

/* Regions with a capability behind them are left apart: each may be revoked alone. */
static bool belong_together(const struct vmregion *low, const struct vmregion *high)
{
    u64 pages = (low->range.end - low->range.start) >> PAGE_SHIFT;

    return low->range.end == high->range.start && low->pmo == high->pmo &&
           (low->pmo->flags & PMO_OWNED) && low->first + pages == high->first &&
           low->flags == high->flags && low->max_prot == high->max_prot && !low->dying &&
           !high->dying;
}

void vmregion_merge(struct vmregion *region)
{
    struct vmregion *next = vmregion_next(region);
    vaddr_t end;

    if (next == NULL || !belong_together(region, next)) {
        return;
    }
    end = next->range.end;
    spin_lock(&region->pmo->lock);
    next->range.start = end;
    region->range.end = end;
    region->sweep = region->pmo->sweep - 1; /* a sweep may have been in one half only */
    list_del(&region->link);
    list_add(&region->pmo->mappings, &region->link);
    spin_unlock(&region->pmo->lock);
    vmregion_remove(next);
}

static bool region_free(struct reap_item *item, unsigned *budget)
{
    (void)budget;
    kmem_free(&region_cache, container_of(item, struct vmregion, reap));
    return true;
}

void vmregion_remove(struct vmregion *region)
{
    struct vmspace *vs = region->vmspace;
    struct pmo *pmo = region->pmo;

    ASSERT(region->range.start == region->range.end);
    region->dying = true;
    region->gone = true;
    if (vs->last == region) {
        vs->last = NULL;
    }
    rb_remove(&vs->regions, &region->node);
    spin_lock(&pmo->lock);
    list_del(&region->link);
    spin_unlock(&pmo->lock);
    spin_lock(&pmo->obj.tree_lock);
    if (region->cap.kind == NODE_MAPPING) {
        cap_node_remove(&region->cap);
    }
    spin_unlock(&pmo->obj.tree_lock);
    object_put(&pmo->obj);
    account_uncharge(vs->obj.account, 0, 1);
    region->reap.turn = region_free;
    reap_add(&region->reap);
}
