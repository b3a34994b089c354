/* SPDX-License-Identifier: MIT */
/* Changing the rights of what is mapped; see vmspace.h. */
#include <lib/errno.h>
#include <vm/map_check.h>
#include <vm/vmregion.h>

/* Cut what lies outside of the range off the region, unless it has the rights already. NULL: no
 * memory. */
static struct vmregion *set_prot(struct vmregion *region, const struct vm_range *range,
                                 unsigned prot)
{
    if ((region->flags & VM_PROT) == prot) {
        return region;
    }
    if (region->range.start < range->start) {
        region = vmregion_cut(region, range->start);
    }
    if (region != NULL && region->range.end > range->end &&
        vmregion_cut(region, range->end) == NULL) {
        return NULL;
    }
    if (region != NULL) {
        region->flags = (u16)((region->flags & ~VM_PROT) | prot);
    }
    return region;
}

/* The new rights count for faults at once; what is mapped with more loses it, a batch a turn. */
static int protect_turn(struct vmspace *vs, struct vm_range *range, unsigned prot)
{
    unsigned budget = PMO_BATCH;

    while (range->start < range->end) {
        struct vmregion *region = vmregion_find(vs, range->start);
        struct vmregion *before;
        vaddr_t end;

        if (region == NULL || region->dying) {
            return -ENOMEM;
        }
        if (prot & ~(unsigned)region->max_prot) {
            return -EACCES;
        }
        if (budget == 0) {
            return VM_AGAIN;
        }
        region = set_prot(region, range, prot);
        if (region == NULL) {
            return -ENOMEM;
        }
        --budget;
        end = MIN(range->end, region->range.end);
        range->start =
            pgtable_restrict(&vs->pt, range->start, end, prot != 0 ? prot | PT_READ : 0, &budget);
        before = vmregion_prev(region);
        vmregion_merge(region);
        if (before != NULL) {
            vmregion_merge(before);
        }
    }
    return 0;
}

int vmspace_protect(struct vmspace *vs, struct vm_range *range, unsigned prot, struct vm_need *need)
{
    int err = vm_range_check(range);

    if (err != 0 || !vm_prot_valid(prot)) {
        return -EINVAL;
    }
    spin_lock(&vs->lock);
    err = vm_clone_wait(vs, need);
    if (err == 0) {
        err = protect_turn(vs, range, prot);
    }
    spin_unlock(&vs->lock);
    return err;
}
