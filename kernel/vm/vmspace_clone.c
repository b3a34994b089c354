/* SPDX-License-Identifier: MIT */
/* fork: an address space made after another, a batch of pages a turn; see vmspace.h. */
#include <lib/errno.h>
#include <vm/vmregion.h>

static void lock_both(struct vmspace *a, struct vmspace *b)
{
    spin_lock(&MIN(a, b)->lock);
    spin_lock_same_rank(&MAX(a, b)->lock);
}

/* Mark the two for each other, or find that they are. */
static int clone_begin(struct vmspace *parent, struct vmspace *child)
{
    if (parent->clone == child) {
        return 0;
    }
    if (parent->clone != NULL || child->clone_parent != NULL) {
        return -EBUSY;
    }
    if (!rb_empty(&child->regions) || child->clone != NULL) {
        return -EINVAL;
    }
    object_get(&parent->obj);
    child->clone_parent = parent;
    child->clone_next = 0;
    parent->clone = child;
    return 0;
}

/* Give the child its own copy of a private region's pages. VM_AGAIN until it is complete. */
static int clone_private(const struct vmregion *region, struct vmspace *child)
{
    u64 pages = (region->range.end - region->range.start) >> PAGE_SHIFT;
    int err = 0;

    if (child->clone_pmo == NULL) {
        err = pmo_clone(region->pmo, region->first, pages, false, child->obj.account,
                        &child->clone_pmo);
    }
    if (err == 0) {
        err = pmo_clone_turn(region->pmo, region->first, child->clone_pmo);
    }
    return err;
}

static int clone_region(struct vmregion *region, struct vmspace *child)
{
    struct vmregion like = *region;
    struct vmregion *copy;

    if (region->flags & VM_PRIVATE) {
        int err = clone_private(region, child);

        if (err != 0) {
            return err;
        }
        like.pmo = child->clone_pmo;
        like.pmo->flags |= PMO_OWNED;
        like.first = 0;
    }
    copy = vmregion_create(child, &like);
    if (copy == NULL) {
        return -ENOMEM;
    }
    if (like.pmo == child->clone_pmo) {
        child->clone_pmo = NULL; /* its reference is the region's now */
    } else {
        object_get(&like.pmo->obj);
        vmregion_derive(copy, region);
    }
    return 0;
}

/* It is complete, or has failed. Both locks held. */
static void clone_end(struct vmspace *parent, struct vmspace *child)
{
    child->clone_parent = NULL;
    parent->clone = NULL;
    if (child->clone_pmo != NULL) {
        object_put(&child->clone_pmo->obj);
        child->clone_pmo = NULL;
    }
}

void vmspace_clone_abandon(struct vmspace *child)
{
    struct vmspace *parent = child->clone_parent;

    if (parent == NULL) {
        return;
    }
    lock_both(parent, child);
    clone_end(parent, child);
    spin_unlock(&child->lock);
    spin_unlock(&parent->lock);
    vm_event_happened(&parent->event);
    object_put(&parent->obj);
}

/* All regions from the child's cursor on, a few a turn. */
static int clone_turn(struct vmspace *parent, struct vmspace *child)
{
    for (unsigned budget = PMO_BATCH / 4; budget > 0; budget--) {
        struct vmregion *region = vmregion_after(parent, child->clone_next);
        int err = 0;

        if (region == NULL) {
            child->top = parent->top;
            child->search = parent->search;
            return 0;
        }
        if (!(region->flags & VM_DONTFORK) && !region->dying) {
            err = clone_region(region, child);
        }
        if (err != 0) {
            return err;
        }
        child->clone_next = region->range.end;
    }
    return VM_AGAIN;
}

int vmspace_clone(struct vmspace *parent, struct vmspace *child)
{
    bool begun;
    int err;

    if (parent == child) {
        return -EINVAL;
    }
    lock_both(parent, child);
    err = clone_begin(parent, child);
    begun = err == 0;
    if (begun) {
        err = clone_turn(parent, child);
        if (err != VM_AGAIN) {
            clone_end(parent, child);
        }
    }
    spin_unlock(&child->lock);
    spin_unlock(&parent->lock);
    if (begun && err != VM_AGAIN) {
        vm_event_happened(&parent->event);
        object_put(&parent->obj);
    }
    return err;
}
