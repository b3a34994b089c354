/* SPDX-License-Identifier: MIT */
/*
 * Translation tables of user address spaces: map, unmap, restrict, query, for pages of 4 KiB and
 * blocks of 2 MiB and 1 GiB. (The kernel's own half is made once at boot, arch/mmu.h.)
 *
 * Each function takes pt->lock itself, so a translation may be changed from the address space's
 * side (its lock held) and from a pmo's side (the pmo's lock held). Only pgtable_map() allocates:
 * tables, by pt->ops. A table is freed when its last entry goes, so an address space without
 * mappings has its root table alone. TLB maintenance is complete when a function returns.
 */
#pragma once

#include <arch/regs.h>
#include <lib/lock.h>
#include <lib/types.h>

enum pt_prot {
    PT_READ = 1, /* always set: there are no mappings that cannot be read */
    PT_WRITE = 2,
    PT_EXEC = 4,
    PT_DEVICE = 8, /* device memory nGnRE, never executable; else normal write-back */
};

/* Sizes by level of the table that holds the entry. */
enum pt_level { PT_1G = 1, PT_2M = 2, PT_4K = 3 };

struct pgtable;

/* Where tables come from and who pays; called with pt->lock held. */
struct pgtable_ops {
    paddr_t (*alloc_table)(struct pgtable *pt); /* one page of zeroes, or 0: no memory */
    void (*free_table)(struct pgtable *pt, paddr_t table);
};

struct pgtable {
    u64 ttbr; /* what TTBR0_EL1 gets: ASID << 48 | root table; constant */
    const struct pgtable_ops *ops;
    struct spinlock lock; /* protects the tables */
    bool retired;         /* no CPU uses it any more: entries go without TLB maintenance */
};

/* An empty tree with an ASID of its own. -ENOMEM: no table; -EAGAIN: no ASID left. */
int __must_check pgtable_init(struct pgtable *pt, const struct pgtable_ops *ops);

/* No CPU uses it or will: forget all its translations at once, so that what follows is cheap. */
void pgtable_retire(struct pgtable *pt);

/* After pgtable_retire() and the removal of all mappings: frees root table and ASID. */
void pgtable_destroy(struct pgtable *pt);

/*
 * Let va (aligned to the level's size) translate to pa with prot. What was mapped there is replaced
 * (break before make where the architecture wants it). -ENOMEM: no table; -EEXIST: a block is
 * wanted where smaller pages are mapped, or a page inside a block that is mapped.
 */
int __must_check pgtable_map(struct pgtable *pt, vaddr_t va, paddr_t pa, enum pt_level level,
                             unsigned prot);

/* Like pgtable_map() for a page, but leaves alone what is mapped there and allocates no table. */
void pgtable_map_around(struct pgtable *pt, vaddr_t va, paddr_t pa, unsigned prot);

/*
 * Remove what is mapped in [va, end). A block that sticks out of the range goes as a whole; faults
 * bring back the rest. Each entry or absent table looked at takes one from *budget; returns how far
 * it came: end, or less when the budget is used up.
 */
vaddr_t pgtable_unmap(struct pgtable *pt, vaddr_t va, vaddr_t end, unsigned *budget);

/*
 * Take all rights that are not in prot away from what is mapped in [va, end); never adds one.
 * Without PT_READ it is pgtable_unmap(). Budget and result as there.
 */
vaddr_t pgtable_restrict(struct pgtable *pt, vaddr_t va, vaddr_t end, unsigned prot,
                         unsigned *budget);

/* What va translates to: physical address and rights; false when nothing is mapped. */
bool pgtable_query(struct pgtable *pt, vaddr_t va, paddr_t *pa, unsigned *prot);

/* Make this CPU walk the tables of ttbr. Takes effect at the next eret or isb(). */
static inline void pgtable_activate(u64 ttbr)
{
    sysreg_write(ttbr0_el1, ttbr);
}
