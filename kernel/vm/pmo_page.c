/* SPDX-License-Identifier: MIT */
/* How a pmo comes by its pages, copy-on-write included; see pmo_page.h. */
#include <arch/cache.h>
#include <lib/errno.h>
#include <object/account.h>
#include <vm/pmo_page.h>
#include <vm/sweep.h>

u64 *pmo_page_insert(struct pmo *pmo, u64 index, struct page *page)
{
    u64 *entry;

    if (account_charge(pmo->obj.account, 1, 0) != 0) {
        return NULL;
    }
    entry = radix_find(&pmo->index, index);
    if (entry == NULL) {
        entry = radix_make(&pmo->index, index);
    }
    if (unlikely(entry == NULL)) {
        account_uncharge(pmo->obj.account, 1, 0);
        return NULL;
    }
    *entry = page_to_phys(page) | ENTRY_FRAME;
    pmo->frames++;
    pmo->extent = MAX(pmo->extent, index + 1);
    return entry;
}

struct page *pmo_page_remove(struct pmo *pmo, u64 *entry)
{
    struct page *page = entry_page(*entry);

    *entry = 0;
    pmo->frames--;
    account_uncharge(pmo->obj.account, 1, 0);
    return page;
}

bool pmo_page_drop(struct pmo *pmo, u64 *index, u64 end, unsigned *budget)
{
    u64 dropped = 0;
    u64 *entry;

    while ((entry = radix_next(&pmo->index, index, end, budget)) != NULL) {
        page_put(entry_page(*entry));
        *entry = 0;
        dropped++;
        ++*index;
    }
    pmo->frames -= dropped;
    account_uncharge(pmo->obj.account, dropped, 0);
    return *index == end;
}

static int need_pager(struct pmo *pmo, u64 index, bool write, struct vm_need *need)
{
    object_get(&pmo->obj);
    *need = (struct vm_need){.object = &pmo->obj, .first = index, .count = 1, .write = write};
    return VM_FAULT_PAGER;
}

static int need_wait(struct pmo *pmo, u64 index, struct vm_need *need)
{
    object_get(&pmo->obj);
    *need = (struct vm_need){.object = &pmo->obj,
                             .event = &pmo->event,
                             .sequence = pmo->event.sequence,
                             .first = index,
                             .count = 1,
                             .write = true};
    return VM_FAULT_WAIT;
}

/* A page of zeroes, or of what `from` holds. NULL: no memory. */
static struct page *page_make(const struct page *from)
{
    struct page *page;

    if (from == NULL) {
        return page_alloc_zeroed();
    }
    page = page_alloc(0);
    if (page != NULL) {
        page_copy(page_to_virt(page), page_to_virt(from));
    }
    return page;
}

/*
 * The frame that a lazy clone's source has for our page, with a reference for us; *page NULL: it is
 * a page of zeroes.
 */
static int source_frame(struct pmo *pmo, u64 index, struct page **page, struct vm_need *need)
{
    struct pmo *source = pmo->source;
    u64 at = pmo->source_first + index;
    u64 *entry;
    int err = 0;

    *page = NULL;
    spin_lock_same_rank(&source->lock);
    entry = radix_find(&source->index, at);
    if (at >= pmo_pages(source)) {
        err = -ERANGE;
    } else if (entry != NULL && *entry != 0) {
        *page = entry_page(*entry);
        page_get(*page);
    } else if (source->kind == PMO_PAGER) {
        err = need_pager(source, at, false, need);
    }
    spin_unlock(&source->lock);
    return err;
}

/* Page `index` is absent: bring it in, and let *out be its entry. */
static int page_bring(struct pmo *pmo, u64 index, bool write, u64 **out, struct vm_need *need)
{
    struct page *page;
    struct page *shared = NULL;
    int err;

    if (pmo->kind == PMO_PAGER) {
        return need_pager(pmo, index, write, need);
    }
    if (pmo->kind == PMO_CONTIGUOUS) {
        return -ERANGE; /* not committed yet */
    }
    if (pmo->source != NULL) {
        err = source_frame(pmo, index, &shared, need);
        if (err != 0) {
            return err;
        }
    }
    page = shared;
    if (write || shared == NULL) {
        page = page_make(shared);
        if (shared != NULL) {
            page_put(shared);
        }
        if (page == NULL) {
            return -ENOMEM;
        }
    }
    *out = pmo_page_insert(pmo, index, page);
    if (*out == NULL) {
        page_put(page);
        return -ENOMEM;
    }
    return 0;
}

/*
 * The frame of this entry has other holders: give the pmo one of its own. Its mappings of the old
 * frame go first, so that the frame is not in use when our reference to it is put.
 */
static int page_unshare(struct pmo *pmo, u64 index, u64 *entry)
{
    unsigned budget = PMO_BATCH;
    struct page *old = entry_page(*entry);
    struct page *page;

    if (!pmo_sweep(pmo, index, 1, 0, &budget)) {
        return VM_AGAIN;
    }
    page = page_make(old);
    if (page == NULL) {
        return -ENOMEM;
    }
    *entry = page_to_phys(page) | (*entry & ~ENTRY_ADDR);
    page_put(old);
    return 0;
}

int pmo_page_get(struct pmo *pmo, u64 index, bool write, u64 **out, struct vm_need *need)
{
    u64 *entry = radix_find(&pmo->index, index);
    int err;

    if (unlikely(index >= pmo_pages(pmo))) {
        return -ERANGE;
    }
    if (entry == NULL || *entry == 0) {
        err = page_bring(pmo, index, write, &entry, need);
        if (unlikely(err != 0)) {
            return err;
        }
    }
    *out = entry;
    if (!write) {
        return 0;
    }
    if (*entry & ENTRY_CLEANING) {
        return need_wait(pmo, index, need);
    }
    if (load_relaxed(&entry_page(*entry)->refs) != 1) {
        err = page_unshare(pmo, index, entry);
        if (err != 0) {
            return err;
        }
    }
    if (pmo->kind == PMO_PAGER) {
        *entry |= ENTRY_DIRTY;
    }
    entry_page(*entry)->flags &= (u8)~PAGE_ICACHE_CLEAN;
    return 0;
}

u64 *pmo_page_peek(struct pmo *pmo, u64 index)
{
    u64 *entry = radix_find(&pmo->index, index);
    struct page *page = NULL;
    struct vm_need need;
    int err;

    if (index >= pmo_pages(pmo)) {
        return NULL;
    }
    if ((entry != NULL && *entry != 0) || pmo->source == NULL) {
        return entry != NULL && *entry != 0 ? entry : NULL;
    }
    err = source_frame(pmo, index, &page, &need);
    if (err == VM_FAULT_PAGER) {
        vm_need_put(&need);
    }
    if (page == NULL) {
        return NULL;
    }
    entry = pmo_page_insert(pmo, index, page);
    if (entry == NULL) {
        page_put(page);
    }
    return entry;
}
