/* SPDX-License-Identifier: MIT */
/* See tlb.h; also the stand-in for kernel/arch/aarch64/{tlb,asid}.c. */
#include <arch/mmu.h>
#include <arch/tlb.h>
#include <fakes/tlb.h>
#include <lib/panic.h>

enum { SLOTS = 4096, ASIDS = 256 };

static struct {
    struct pgtable *pt; /* NULL: free */
    vaddr_t va;
    paddr_t pa;
    unsigned prot;
} slots[SLOTS];

static bool asid_used[ASIDS];

unsigned tlb_flushes;
unsigned asids_used;
u64 tlb_span = PAGE_SIZE;

static u16 asid_of(const struct pgtable *pt)
{
    return (u16)(pt->ttbr >> 48);
}

bool tlb_access(struct pgtable *pt, vaddr_t va, paddr_t *pa, unsigned *prot)
{
    unsigned at;

    va = ALIGN_DOWN(va, PAGE_SIZE);
    at = (unsigned)((va >> PAGE_SHIFT) * 31 + asid_of(pt) * 977u) % SLOTS;
    if (slots[at].pt == pt && slots[at].va == va) {
        *pa = slots[at].pa;
        *prot = slots[at].prot;
        return true;
    }
    if (!pgtable_query(pt, va, pa, prot)) {
        return false;
    }
    slots[at].pt = pt;
    slots[at].va = va;
    slots[at].pa = *pa;
    slots[at].prot = *prot;
    return true;
}

unsigned tlb_stale(void)
{
    unsigned stale = 0;

    for (unsigned i = 0; i < SLOTS; i++) {
        paddr_t pa;
        unsigned prot;

        if (slots[i].pt != NULL && (!pgtable_query(slots[i].pt, slots[i].va, &pa, &prot) ||
                                    pa != slots[i].pa || (slots[i].prot & ~prot) != 0)) {
            stale++;
        }
    }
    return stale;
}

/* A block's translation goes as a whole, whichever address in it is named. */
static void forget(u16 asid, vaddr_t va, u64 span)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        if (slots[i].pt != NULL && asid_of(slots[i].pt) == asid &&
            (span == 0 || ALIGN_DOWN(slots[i].va, span) == ALIGN_DOWN(va, span))) {
            slots[i].pt = NULL;
        }
    }
}

void tlb_flush_pages(u16 asid, const vaddr_t *va, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        forget(asid, va[i], tlb_span);
    }
    tlb_flushes += count;
}

void tlb_flush_walk(u16 asid, vaddr_t va)
{
    forget(asid, va, PAGE_SIZE);
}

void tlb_flush_asid(u16 asid)
{
    forget(asid, 0, 0);
}

u16 asid_alloc(void)
{
    for (u16 asid = 1; asid < ASIDS; asid++) {
        if (!asid_used[asid]) {
            asid_used[asid] = true;
            asids_used++;
            return asid;
        }
    }
    return 0;
}

void asid_free(u16 asid)
{
    ASSERT(asid_used[asid]);
    tlb_flush_asid(asid);
    asid_used[asid] = false;
    asids_used--;
}
