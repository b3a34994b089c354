/* SPDX-License-Identifier: MIT */
/*
 * Translation tables of user address spaces; see pgtable.h. The page of a table counts its entries
 * that are not 0 (page->entries).
 */
#include <arch/barrier.h>
#include <arch/mmu.h>
#include <arch/pgtable.h>
#include <arch/pte.h>
#include <arch/tlb.h>
#include <lib/atomic.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <mm/page.h>

enum { FLUSH_BATCH = 64 };

/* Leaf translations that are to be forgotten together. */
struct flush {
    unsigned count;
    vaddr_t va[FLUSH_BATCH];
};

static u64 *root_table(const struct pgtable *pt)
{
    return phys_to_virt(pt->ttbr & PTE_ADDR);
}

static u16 asid_of(const struct pgtable *pt)
{
    return (u16)(pt->ttbr >> 48);
}

static bool is_table(u64 value, unsigned level)
{
    return level < PT_4K && (value & (PTE_VALID | PTE_TABLE)) == (PTE_VALID | PTE_TABLE);
}

static u64 leaf(paddr_t pa, unsigned level, unsigned prot)
{
    bool exec = (prot & (PT_EXEC | PT_DEVICE)) == PT_EXEC;

    return pa | PTE_VALID | PTE_AF | PTE_NG | PTE_SHARED | PTE_USER | PTE_PXN |
           PTE_ATTR(prot & PT_DEVICE ? MAIR_DEVICE : MAIR_NORMAL) | (exec ? 0 : PTE_UXN) |
           (prot & PT_WRITE ? 0 : PTE_RDONLY) | (level == PT_4K ? PTE_TABLE : 0);
}

static inline __attribute__((always_inline)) void entry_set(u64 *entry, u64 value)
{
    virt_to_page(entry)->entries += (u64)(value != 0) - (u64)(*entry != 0);
    store_relaxed(entry, value);
}

static void flush_now(const struct pgtable *pt, struct flush *flush)
{
    if (flush->count != 0 && !pt->retired) {
        tlb_flush_pages(asid_of(pt), flush->va, flush->count);
    }
    flush->count = 0;
}

static void flush_add(const struct pgtable *pt, struct flush *flush, vaddr_t va)
{
    flush->va[flush->count++] = va;
    if (flush->count == FLUSH_BATCH) {
        flush_now(pt, flush);
    }
}

/* The entry for va in the table of this level, or the one above where the walk ends; *level says.
 */
static u64 *walk(const struct pgtable *pt, vaddr_t va, unsigned *level)
{
    u64 *entry = &root_table(pt)[PT_INDEX(va, 0)];

#pragma GCC unroll 3
    for (unsigned at = 0; at < PT_4K; at++) {
        if (at == *level) {
            break;
        }
        if (!is_table(*entry, at)) {
            *level = at;
            break;
        }
        entry = (u64 *)phys_to_virt(*entry & PTE_ADDR) + PT_INDEX(va, at + 1);
    }
    return entry;
}

/* Free the tables on the way to va that have no entry left, the root excepted. */
static void prune(struct pgtable *pt, vaddr_t va)
{
    for (unsigned level = PT_4K; level > 0; level--) {
        unsigned at = level;
        u64 *entry = walk(pt, va, &at);
        unsigned above = level - 1;
        paddr_t table;

        if (at != level) {
            continue; /* there is no table of this level */
        }
        table = virt_to_phys((void *)ALIGN_DOWN((vaddr_t)entry, PAGE_SIZE));
        if (page_of(table)->entries != 0) {
            break;
        }
        entry_set(walk(pt, va, &above), 0);
        if (!pt->retired) {
            tlb_flush_walk(asid_of(pt), va);
        }
        pt->ops->free_table(pt, table);
    }
}

/* Like walk(), but missing tables are made. NULL: no memory, or a block is in the way (*level
 * says). */
static u64 *walk_make(struct pgtable *pt, vaddr_t va, unsigned level)
{
    for (;;) {
        unsigned at = level;
        u64 *entry = walk(pt, va, &at);
        paddr_t table;

        if (at == level || *entry != 0) {
            return entry;
        }
        table = pt->ops->alloc_table(pt);
        if (table == 0) {
            prune(pt, va);
            return NULL;
        }
        page_of(table)->entries = 0;
        dmb(ishst); /* its zeroes before the way to it; pairs with the walker's dependent loads */
        entry_set(entry, table | PTE_TABLE | PTE_VALID);
    }
}

int pgtable_map(struct pgtable *pt, vaddr_t va, paddr_t pa, enum pt_level level, unsigned prot)
{
    u64 value = leaf(pa, level, prot);
    unsigned at = level;
    int err = 0;
    u64 *entry;
    u64 old;

    spin_lock(&pt->lock);
    entry = walk(pt, va, &at);
    if (unlikely(at != level && *entry == 0)) {
        entry = walk_make(pt, va, level);
        at = level;
    }
    if (unlikely(entry == NULL)) {
        err = -ENOMEM;
    } else if (unlikely(at != level || is_table(*entry, level))) {
        err = -EEXIST;
    } else if (likely(*entry == 0)) {
        entry_set(entry, value); /* at worst a walker sees it late: one more fault, handled below */
    } else if (*entry == value) {
        dsb(ishst);
        isb();
    } else {
        old = *entry;
        if ((old ^ value) & ~(PTE_RDONLY | PTE_UXN)) { /* break before make (D8.14.1) */
            entry_set(entry, 0);
            tlb_flush_pages(asid_of(pt), &va, 1);
            entry_set(entry, value);
        } else {
            entry_set(entry, value);
            tlb_flush_pages(asid_of(pt), &va, 1);
        }
    }
    spin_unlock(&pt->lock);
    return err;
}

void pgtable_map_around(struct pgtable *pt, vaddr_t va, paddr_t pa, unsigned prot)
{
    unsigned level = PT_4K;
    u64 *entry;

    spin_lock(&pt->lock);
    entry = walk(pt, va, &level);
    if (level == PT_4K && *entry == 0) {
        entry_set(entry, leaf(pa, PT_4K, prot));
    }
    spin_unlock(&pt->lock);
}

/* What is left of a leaf entry when only the rights in prot may stay. */
static u64 restricted(u64 value, unsigned prot)
{
    if (!(prot & PT_READ)) {
        return 0;
    }
    return value | (prot & PT_WRITE ? 0 : PTE_RDONLY) | (prot & PT_EXEC ? 0 : PTE_UXN);
}

vaddr_t pgtable_restrict(struct pgtable *pt, vaddr_t va, vaddr_t end, unsigned prot,
                         unsigned *budget)
{
    struct flush flush = {.count = 0};
    bool same_table = false;
    u64 *entry = NULL;

    spin_lock(&pt->lock);
    for (; *budget > 0 && va < end; --*budget) {
        unsigned level = PT_4K;
        bool emptied = false;
        u64 value;

        entry = same_table ? entry + 1 : walk(pt, va, &level);
        value = *entry != 0 ? restricted(*entry, prot) : 0;
        if (value != *entry) {
            entry_set(entry, value);
            flush_add(pt, &flush, va);
            emptied = virt_to_page(entry)->entries == 0;
        }
        if (emptied) {
            prune(pt, va);
        }
        va = ALIGN_DOWN(va, PT_SPAN(level)) + PT_SPAN(level);
        same_table = level == PT_4K && !emptied && PT_INDEX(va, PT_4K) != 0;
    }
    flush_now(pt, &flush);
    spin_unlock(&pt->lock);
    return MIN(va, end);
}

vaddr_t pgtable_unmap(struct pgtable *pt, vaddr_t va, vaddr_t end, unsigned *budget)
{
    return pgtable_restrict(pt, va, end, 0, budget);
}

bool pgtable_query(struct pgtable *pt, vaddr_t va, paddr_t *pa, unsigned *prot)
{
    unsigned level = PT_4K;
    u64 value;

    spin_lock(&pt->lock);
    value = *walk(pt, va, &level);
    spin_unlock(&pt->lock);
    if (value == 0) {
        return false;
    }
    *pa = (value & PTE_ADDR) + (va & (PT_SPAN(level) - 1));
    *prot = PT_READ | (value & PTE_RDONLY ? 0 : PT_WRITE) | (value & PTE_UXN ? 0 : PT_EXEC) |
            ((value & PTE_ATTR(7)) == PTE_ATTR(MAIR_DEVICE) ? PT_DEVICE : 0);
    return true;
}

int pgtable_init(struct pgtable *pt, const struct pgtable_ops *ops)
{
    u16 asid = asid_alloc();
    paddr_t root;

    if (asid == 0) {
        return -EAGAIN;
    }
    *pt = (struct pgtable){.ops = ops};
    spin_init(&pt->lock, LOCK_PGTABLE);
    root = ops->alloc_table(pt);
    if (root == 0) {
        asid_free(asid);
        return -ENOMEM;
    }
    page_of(root)->entries = 0;
    pt->ttbr = (u64)asid << 48 | root;
    return 0;
}

void pgtable_retire(struct pgtable *pt)
{
    tlb_flush_asid(asid_of(pt));
    pt->retired = true;
}

void pgtable_destroy(struct pgtable *pt)
{
    paddr_t root = pt->ttbr & PTE_ADDR;

    ASSERT(pt->retired && page_of(root)->entries == 0);
    asid_free(asid_of(pt));
    pt->ops->free_table(pt, root);
}
