/* SPDX-License-Identifier: MIT */
/* The pager's side of a pmo: supply, clean, evict; see pmo.h. */
#include <lib/errno.h>
#include <vm/pmo_page.h>
#include <vm/sweep.h>

static bool range_valid(const struct pmo *pmo, u64 first, u64 count, u64 max)
{
    return pmo->kind == PMO_PAGER && count <= max && first <= PMO_MAX_PAGES;
}

int pmo_clean(struct pmo *pmo, u64 first, u64 count, u64 *dirty)
{
    unsigned budget = PMO_BATCH;
    int err = 0;

    if (!range_valid(pmo, first, count, PMO_BATCH)) {
        return -EINVAL;
    }
    *dirty = 0;
    spin_lock(&pmo->lock);
    for (u64 i = 0; i < count; i++) {
        u64 *entry = radix_find(&pmo->index, first + i);

        if (entry != NULL && (*entry & (ENTRY_DIRTY | ENTRY_CLEANING)) != 0) {
            *entry = (*entry & ~(u64)ENTRY_DIRTY) | ENTRY_CLEANING;
            *dirty |= BIT(i);
        }
    }
    if (*dirty != 0 && !pmo_sweep(pmo, first, count, PT_READ | PT_EXEC, &budget)) {
        err = VM_AGAIN;
    }
    spin_unlock(&pmo->lock);
    return err;
}

int pmo_cleaned(struct pmo *pmo, u64 first, u64 count, bool failed)
{
    if (!range_valid(pmo, first, count, PMO_BATCH)) {
        return -EINVAL;
    }
    spin_lock(&pmo->lock);
    for (u64 i = 0; i < count; i++) {
        u64 *entry = radix_find(&pmo->index, first + i);

        if (entry != NULL && (*entry & ENTRY_CLEANING)) {
            *entry = (*entry & ~(u64)ENTRY_CLEANING) | (failed ? ENTRY_DIRTY : 0);
        }
    }
    spin_unlock(&pmo->lock);
    vm_event_happened(&pmo->event);
    return 0;
}

int pmo_evict(struct pmo *pmo, u64 first, u64 count)
{
    unsigned budget = PMO_BATCH;
    bool done;

    if (!range_valid(pmo, first, count, PMO_BATCH) || (pmo->flags & PMO_PINNED)) {
        return -EINVAL;
    }
    spin_lock(&pmo->lock);
    done = pmo_sweep(pmo, first, count, 0, &budget);
    for (u64 i = 0; i < count && done; i++) {
        u64 *entry = radix_find(&pmo->index, first + i);

        if (entry != NULL && *entry != 0 && !(*entry & (ENTRY_DIRTY | ENTRY_CLEANING))) {
            page_put(pmo_page_remove(pmo, entry));
        }
    }
    spin_unlock(&pmo->lock);
    return done ? 0 : VM_AGAIN;
}

/* Move one page, which no mapping of `from` has any more. */
static int supply_page(struct pmo *pmo, u64 index, struct pmo *from, u64 from_index)
{
    u64 *there = radix_find(&pmo->index, index);
    u64 *entry = radix_find(&from->index, from_index);
    bool absent = entry == NULL || *entry == 0;
    struct page *page;

    if (there != NULL && *there != 0) {
        return 0;
    }
    if (index >= pmo_pages(pmo)) {
        return -EINVAL;
    }
    page = absent ? page_alloc_zeroed() : entry_page(*entry);
    if (page == NULL) {
        return -ENOMEM;
    }
    if (pmo_page_insert(pmo, index, page) == NULL) {
        if (absent) {
            page_put(page);
        }
        return -ENOMEM;
    }
    if (!absent) {
        (void)pmo_page_remove(from, entry);
    }
    return 0;
}

int pmo_supply(struct pmo *pmo, const struct pmo_supply_args *args, u64 *done)
{
    struct pmo *from = args->from;
    struct pmo *lower = MIN(pmo, from);
    u64 count = MIN(args->count, (u64)PMO_ZERO_BATCH);
    unsigned budget = PMO_BATCH;
    int err = VM_AGAIN;

    *done = 0;
    if (!range_valid(pmo, args->first, args->count, PMO_MAX_PAGES) || from->kind != PMO_ANON ||
        from->source != NULL || args->from_first > PMO_MAX_PAGES) {
        return -EINVAL;
    }
    spin_lock(&lower->lock);
    spin_lock_same_rank(lower == pmo ? &from->lock : &pmo->lock);
    if (pmo_sweep(from, args->from_first, count, 0, &budget)) {
        for (err = 0; err == 0 && *done < count; *done += err == 0) {
            err = supply_page(pmo, args->first + *done, from, args->from_first + *done);
        }
        if (err == 0 && count < args->count) {
            err = VM_AGAIN;
        }
    }
    spin_unlock(&pmo->lock);
    spin_unlock(&from->lock);
    return err;
}
