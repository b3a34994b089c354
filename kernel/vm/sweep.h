/* SPDX-License-Identifier: MIT */
/*
 * The reverse map: one operation on all mappings of some pages of a pmo. All with pmo->lock held.
 *
 * A sweep visits the regions of pmo->mappings in turn; those that have its stamp are done and stand
 * at the tail. It may take several turns, between which pages may be mapped again:
 * pmo_sweep_touched() then takes the stamp away. Who starts another sweep of the pmo ends this one;
 * its owner then begins anew.
 */
#pragma once

#include <vm/vmspace.h>

/*
 * Let the mappings of pages [first, first + count) keep only the rights in prot (0: unmap them).
 * True when all regions are done; false: the budget is used up, call again with the same arguments.
 * TLB maintenance is complete for what is done. count <= PMO_BATCH.
 */
bool pmo_sweep(struct pmo *pmo, u64 first, u64 count, unsigned prot, unsigned *budget);

/* A page was mapped in the region: if a sweep is about that page, the region is not done. */
void pmo_sweep_again(struct pmo *pmo, struct vmregion *region);
static inline void pmo_sweep_touched(struct pmo *pmo, struct vmregion *region, u64 index)
{
    if (unlikely(index - pmo->sweep_first < pmo->sweep_count)) {
        pmo_sweep_again(pmo, region);
    }
}

/* A region starts to map the pmo: without translations (whole NULL), or as one half of `whole`. */
void pmo_mapping_add(struct pmo *pmo, struct vmregion *region, const struct vmregion *whole);
