/* SPDX-License-Identifier: MIT */
/* What happens when a translation is missing or does not allow an access; see fault.h. */
#include <arch/cache.h>
#include <lib/errno.h>
#include <vm/fault.h>
#include <vm/fault_page.h>
#include <vm/pmo_page.h>
#include <vm/sweep.h>
#include <vm/vmregion.h>

enum { AROUND_SIZE = 16 * PAGE_SIZE };

_Static_assert(VM_READ == (int)PT_READ && VM_WRITE == (int)PT_WRITE && VM_EXEC == (int)PT_EXEC,
               "rights are handed on as they are");

static u64 page_index(const struct vmregion *region, vaddr_t va)
{
    return region->first + ((va - region->range.start) >> PAGE_SHIFT);
}

/* The rights that a mapping of this entry gets now. What becomes executable is made so first. */
static unsigned entry_prot(const struct vmregion *region, u64 entry)
{
    unsigned prot = (region->flags & VM_PROT) | PT_READ;
    struct page *page = entry_page(entry);

    if ((prot & PT_WRITE) && !pmo_entry_writable(region->pmo, entry)) {
        prot &= ~(unsigned)PT_WRITE;
    }
    if ((prot & PT_EXEC) && !(page->flags & PAGE_ICACHE_CLEAN)) {
        icache_sync(page_to_virt(page), PAGE_SIZE);
        page->flags |= PAGE_ICACHE_CLEAN;
    }
    return prot;
}

/* The page's neighbours in the same 64 KiB, if they are there already: read-only, without a wait.
 */
static void fault_around(struct vmregion *region, vaddr_t va)
{
    vaddr_t window = ALIGN_DOWN(va, AROUND_SIZE);
    vaddr_t end = MIN(window + AROUND_SIZE, region->range.end);

    for (vaddr_t at = MAX(window, region->range.start); at < end; at += PAGE_SIZE) {
        u64 *entry = at != va ? pmo_page_peek(region->pmo, page_index(region, at)) : NULL;

        if (entry != NULL) {
            pgtable_map_around(&region->vmspace->pt, at, *entry & ENTRY_ADDR,
                               entry_prot(region, *entry) & ~(unsigned)PT_WRITE);
            pmo_sweep_touched(region->pmo, region, page_index(region, at));
        }
    }
}

/* Neighbours are worth a look where many share the pages: files, not heaps and stacks. */
static bool file_like(const struct pmo *pmo)
{
    return pmo->source != NULL || !(pmo->flags & PMO_OWNED);
}

static int fault_paged(struct vmregion *region, vaddr_t va, bool write, struct vm_need *need)
    REQUIRES(region->pmo->lock)
{
    struct pmo *pmo = region->pmo;
    u64 index = page_index(region, va);
    u64 *entry;
    int err = pmo_page_get(pmo, index, write, &entry, need);

    if (unlikely(err != 0)) {
        return err;
    }
    err = pgtable_map(&region->vmspace->pt, va, *entry & ENTRY_ADDR, PT_4K,
                      entry_prot(region, *entry));
    pmo_sweep_touched(pmo, region, index);
    if (CHCORE_FAULT_AROUND && !write && err == 0 && file_like(pmo)) {
        fault_around(region, va);
    }
    return err;
}

/* Memory at a fixed place: devices, and contiguous memory once it is committed. */
static int fault_fixed(struct vmregion *region, vaddr_t va)
{
    const struct pmo *pmo = region->pmo;
    u64 index = page_index(region, va);
    paddr_t pa = pmo->phys + (index << PAGE_SHIFT);
    vaddr_t block = ALIGN_DOWN(va, MiB(2));
    unsigned prot = (region->flags & VM_PROT) | PT_READ;
    int err = -EEXIST;

    if (index >= (pmo->kind == PMO_DEVICE ? pmo_pages(pmo) : pmo->progress)) {
        return -ERANGE;
    }
    if (pmo->kind == PMO_DEVICE) {
        prot |= PT_DEVICE;
    } else if (prot & PT_EXEC) {
        return fault_paged(region, va, false, NULL);
    }
    if (block >= region->range.start && block + MiB(2) <= region->range.end &&
        IS_ALIGNED(va ^ pa, MiB(2)) &&
        page_index(region, block) + (MiB(2) >> PAGE_SHIFT) <= pmo_pages(pmo)) {
        err = pgtable_map(&region->vmspace->pt, block, ALIGN_DOWN(pa, MiB(2)), PT_2M, prot);
    }
    if (err == -EEXIST) { /* pages of it are mapped, or va is in a block that reaches too far */
        unsigned one = 1;

        (void)pgtable_unmap(&region->vmspace->pt, va, va + PAGE_SIZE, &one);
        err = pgtable_map(&region->vmspace->pt, va, pa, PT_4K, prot);
    }
    return err;
}

int vm_fault_page(struct vmregion *region, vaddr_t va, bool write, struct vm_need *need)
{
    struct pmo *pmo = region->pmo;
    int err;

    spin_lock(&pmo->lock);
    if (unlikely(pmo->phys != 0)) {
        err = fault_fixed(region, va);
    } else {
        err = fault_paged(region, va, write, need);
    }
    spin_unlock(&pmo->lock);
    return err;
}

/* Why nothing is at va. */
static enum vm_fault_reason absent_reason(const struct vmspace *vs, vaddr_t va)
{
    const struct vmregion *above = vmregion_after(vs, va);

    return above != NULL && (above->flags & VM_GROWSDOWN) && va < above->range.start &&
                   above->range.start - va <= VM_GUARD_PAGES << PAGE_SHIFT
               ? VM_REASON_GUARD
               : VM_REASON_UNMAPPED;
}

int vm_fault(struct vmspace *vs, vaddr_t va, unsigned access, struct vm_fault_result *result)
{
    struct vmregion *region;
    int err = -EFAULT;

    spin_lock(&vs->lock);
    region = vs->last;
    if (region == NULL || va - region->range.start >= region->range.end - region->range.start) {
        region = vmregion_find(vs, va);
    }
    if (unlikely(region == NULL || region->dying)) {
        result->reason = absent_reason(vs, va);
    } else if (unlikely(access & ~(unsigned)region->flags)) {
        result->reason = VM_REASON_PROTECTION;
    } else {
        vs->last = region;
        err = vm_fault_page(region, ALIGN_DOWN(va, PAGE_SIZE), (access & VM_WRITE) != 0,
                            &result->need);
    }
    spin_unlock(&vs->lock);
    if (unlikely(err == -ERANGE)) {
        result->reason = VM_REASON_BEYOND_END;
        err = -EFAULT;
    }
    return err != VM_AGAIN ? err : 0; /* the instruction faults again and goes on with it */
}
