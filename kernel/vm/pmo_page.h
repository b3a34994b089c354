/* SPDX-License-Identifier: MIT */
/* The pages of a pmo, one by one: what faults, copies and clones are made of. All with pmo->lock
 * held. */
#pragma once

#include <mm/page.h>
#include <vm/pmo.h>

struct vmregion;

static inline struct page *entry_page(u64 entry)
{
    return page_of(entry & ENTRY_ADDR);
}

/*
 * Make page `index` present and, for a write, the pmo's alone and dirty. *out is its entry, valid
 * until the index changes. -ERANGE: beyond the end; -ENOMEM; VM_FAULT_PAGER and VM_FAULT_WAIT with
 * *need filled; VM_AGAIN: a page that is mapped many times is being unmapped for a copy. Not for
 * devices.
 */
int __must_check pmo_page_get(struct pmo *pmo, u64 index, bool write, u64 **out,
                              struct vm_need *need);

/* The same for reading, but only if that needs neither a new frame nor a wait; else NULL. */
u64 *pmo_page_peek(struct pmo *pmo, u64 index);

/* Whether a mapping of this entry may be writable without a further fault. */
static inline bool pmo_entry_writable(const struct pmo *pmo, u64 entry)
{
    return (pmo->kind != PMO_PAGER || (entry & (ENTRY_DIRTY | ENTRY_CLEANING)) == ENTRY_DIRTY) &&
           load_relaxed(&entry_page(entry)->refs) == 1;
}

/* Enter a frame, whose reference passes to the index, as page `index`, where there is none. Returns
 * the entry; NULL: no memory, the reference stays the caller's. */
u64 *__must_check pmo_page_insert(struct pmo *pmo, u64 index, struct page *page);

/* Take the frame out of an entry that has one; the reference passes to the caller. */
struct page *pmo_page_remove(struct pmo *pmo, u64 *entry);

/* Put all frames in [*index, end); *index moves on. False when the budget is used up before the
 * end. No mapping of them may be left. */
bool pmo_page_drop(struct pmo *pmo, u64 *index, u64 end, unsigned *budget);
