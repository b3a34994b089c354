/* SPDX-License-Identifier: MIT */
/*
 * TLB maintenance (DDI 0487 D8.13, D8.14): the store to the table is made visible to the walkers of
 * all CPUs (dsb ishst), the invalidation is broadcast, and waited for (dsb ish). The isb is for
 * this CPU's own user copies that may follow before an eret.
 */
#include <arch/barrier.h>
#include <arch/pte.h>
#include <arch/tlb.h>

#define tlbi(operation, operand) __asm__ volatile("tlbi " #operation ", %0" ::"r"(operand))

static u64 by_address(u16 asid, vaddr_t va)
{
    return (u64)asid << 48 | (va >> PAGE_SHIFT & (BIT(44) - 1));
}

void tlb_flush_pages(u16 asid, const vaddr_t *va, unsigned count)
{
    dsb(ishst);
    for (unsigned i = 0; i < count; i++) {
        tlbi(vale1is, by_address(asid, va[i]));
    }
    dsb(ish);
    isb();
}

void tlb_flush_walk(u16 asid, vaddr_t va)
{
    dsb(ishst);
    tlbi(vae1is, by_address(asid, va));
    dsb(ish);
    isb();
}

void tlb_flush_asid(u16 asid)
{
    dsb(ishst);
    tlbi(aside1is, (u64)asid << 48);
    dsb(ish);
    isb();
}
