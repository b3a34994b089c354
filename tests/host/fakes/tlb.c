/* SPDX-License-Identifier: MIT */
/* See tlb.h; also the stand-in for kernel/arch/aarch64/{tlb,asid}.c. */
#include <arch/mmu.h>
#include <arch/tlb.h>
#include <fakes/tlb.h>
#include <lib/panic.h>

enum { SLOTS = 4096 };

static struct {
    vaddr_t va; /* 0: free */
    paddr_t pa;
    unsigned prot;
} slots[SLOTS];

unsigned tlb_flushes;
unsigned asids_used;

bool tlb_access(struct pgtable *pt, vaddr_t va, paddr_t *pa, unsigned *prot)
{
    unsigned free = SLOTS;

    va = ALIGN_DOWN(va, PAGE_SIZE);
    for (unsigned i = 0; i < SLOTS; i++) {
        if (slots[i].va == va) {
            *pa = slots[i].pa;
            *prot = slots[i].prot;
            return true;
        }
        free = slots[i].va == 0 ? i : free;
    }
    if (!pgtable_query(pt, va, pa, prot)) {
        return false;
    }
    ASSERT(free != SLOTS);
    slots[free].va = va;
    slots[free].pa = *pa;
    slots[free].prot = *prot;
    return true;
}

unsigned tlb_stale(struct pgtable *pt)
{
    unsigned stale = 0;

    for (unsigned i = 0; i < SLOTS; i++) {
        paddr_t pa;
        unsigned prot;

        if (slots[i].va != 0 && (!pgtable_query(pt, slots[i].va, &pa, &prot) || pa != slots[i].pa ||
                                 (slots[i].prot & ~prot) != 0)) {
            stale++;
        }
    }
    return stale;
}

/* A block's translation goes as a whole, whichever address in it is named. */
static void forget(vaddr_t va, u64 span)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        if (ALIGN_DOWN(slots[i].va, span) == ALIGN_DOWN(va, span)) {
            slots[i].va = 0;
        }
    }
}

u64 tlb_span = PAGE_SIZE;

void tlb_flush_pages(u16 asid, const vaddr_t *va, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        forget(va[i], tlb_span);
    }
    tlb_flushes += count;
}

void tlb_flush_walk(u16 asid, vaddr_t va)
{
    forget(va, PAGE_SIZE);
}

void tlb_flush_asid(u16 asid)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        slots[i].va = 0;
    }
}

u16 asid_alloc(void)
{
    asids_used++;
    return 1;
}

void asid_free(u16 asid)
{
    tlb_flush_asid(asid);
    asids_used--;
}
