/* SPDX-License-Identifier: MIT */
/* Unmapping, on request and by revocation; see vmspace.h. */
#include <lib/errno.h>
#include <vm/map_check.h>
#include <vm/pmo_page.h>
#include <vm/unmap.h>
#include <vm/vmregion.h>

/* Empty a dying region from its start on, and remove it. False: the budget is used up. */
static bool region_unmap(struct vmregion *region, unsigned *budget)
{
    struct pmo *pmo = region->pmo;
    bool owned = (pmo->flags & PMO_OWNED) != 0;
    unsigned entries = owned ? (*budget + 1) / 2 : *budget; /* the other half is for frames */
    vaddr_t start = region->range.start;
    vaddr_t at;

    *budget -= entries;
    at = pgtable_unmap(&region->vmspace->pt, start, region->range.end, &entries);
    if (owned) {
        unsigned frames = *budget + 1;
        u64 index = region->first;

        spin_lock(&pmo->lock);
        (void)pmo_page_drop(pmo, &index, region->first + ((at - start) >> PAGE_SHIFT), &frames);
        spin_unlock(&pmo->lock);
        at = start + ((index - region->first) << PAGE_SHIFT);
        *budget = MIN(*budget, frames);
    }
    *budget += entries;
    vmregion_shrink(region, at);
    if (at != region->range.end) {
        return false;
    }
    vmregion_remove(region);
    return true;
}

/* Cut the region so that none of it lies outside of the range. NULL: no memory. */
static struct vmregion *cut_out(struct vmregion *region, const struct vm_range *range)
{
    if (region->range.start < range->start) {
        region = vmregion_cut(region, range->start);
    }
    if (region != NULL && region->range.end > range->end &&
        vmregion_cut(region, range->end) == NULL) {
        return NULL;
    }
    return region;
}

int vmspace_unmap_turn(struct vmspace *vs, struct vm_range *range, unsigned *budget)
{
    while (range->start < range->end) {
        struct vmregion *region = vmregion_after(vs, range->start);

        if (region == NULL || region->range.start >= range->end) {
            range->start = range->end;
            break;
        }
        if (*budget == 0) {
            return VM_AGAIN;
        }
        region = cut_out(region, range);
        if (region == NULL) {
            return -ENOMEM;
        }
        --*budget;
        vs->search = MAX(vs->search, MIN(region->range.end, vs->top));
        region->dying = true;
        range->start = region->range.end;
        if (!region_unmap(region, budget)) {
            range->start = region->range.start;
            return VM_AGAIN;
        }
    }
    return 0;
}

int vmspace_unmap(struct vmspace *vs, struct vm_range *range, struct vm_need *need)
{
    unsigned budget = PMO_BATCH;
    int err = vm_range_check(range);

    if (err != 0) {
        return err;
    }
    spin_lock(&vs->lock);
    err = vm_clone_wait(vs, need);
    if (err == 0) {
        err = vmspace_unmap_turn(vs, range, &budget);
    }
    spin_unlock(&vs->lock);
    return err;
}

bool vmregion_revoke(struct object *obj, struct cap_node *node, unsigned *budget)
{
    struct vmregion *region = container_of(node, struct vmregion, cap);
    struct vmspace *vs = region->vmspace;
    bool done = true;

    spin_unlock(&obj->tree_lock); /* region and vs stay until we leave the kernel */
    spin_lock(&vs->lock);
    if (!region->gone) {
        region->dying = true;
        done = region_unmap(region, budget);
    }
    spin_unlock(&vs->lock);
    return done;
}
