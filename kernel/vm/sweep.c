/* SPDX-License-Identifier: MIT */
/* Operations on all mappings of a page; see sweep.h. */
#include <vm/sweep.h>

/* The part of the region that maps pages [first, first + count); empty when start >= end. */
static struct vm_range region_part(const struct vmregion *region, u64 first, u64 count)
{
    u64 pages = (region->range.end - region->range.start) >> PAGE_SHIFT;
    u64 from = MAX(first, region->first);
    u64 to = MIN(first + count, region->first + pages);

    if (from >= to) {
        return (struct vm_range){0, 0};
    }
    return (struct vm_range){
        .start = region->range.start + ((from - region->first) << PAGE_SHIFT),
        .end = region->range.start + ((to - region->first) << PAGE_SHIFT),
    };
}

bool pmo_sweep(struct pmo *pmo, u64 first, u64 count, unsigned prot, unsigned *budget)
{
    struct vmregion *region;

    if (pmo->sweep_count != count || pmo->sweep_first != first || pmo->sweep_prot != prot) {
        pmo->sweep_first = first;
        pmo->sweep_count = count;
        pmo->sweep_prot = prot;
        pmo->sweep++;
    }
    while ((region = list_first(&pmo->mappings, struct vmregion, link)) != NULL &&
           region->sweep != pmo->sweep) {
        struct vm_range part = region_part(region, first, count);
        unsigned entries = (unsigned)count;

        if (*budget == 0) {
            return false;
        }
        (void)pgtable_restrict(&region->vmspace->pt, part.start, part.end, prot, &entries);
        *budget -= MIN(*budget, 1 + (unsigned)count - entries);
        region->sweep = pmo->sweep;
        list_del(&region->link);
        list_add_tail(&pmo->mappings, &region->link);
    }
    pmo->sweep_count = 0;
    return true;
}

void pmo_sweep_again(struct pmo *pmo, struct vmregion *region)
{
    region->sweep = pmo->sweep - 1;
    list_del(&region->link);
    list_add(&pmo->mappings, &region->link);
}

void pmo_mapping_add(struct pmo *pmo, struct vmregion *region, const struct vmregion *whole)
{
    region->sweep = whole != NULL ? whole->sweep : pmo->sweep;
    if (region->sweep == pmo->sweep) {
        list_add_tail(&pmo->mappings, &region->link);
    } else {
        list_add(&pmo->mappings, &region->link);
    }
}
