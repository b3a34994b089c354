/* SPDX-License-Identifier: MIT */
/* The buddy allocator; see buddy.h. */
#include <lib/panic.h>
#include <mm/buddy.h>
#include <mm/page.h>

void buddy_init(struct buddy *buddy, struct page *pages, pfn_t first_pfn, u64 count)
{
    *buddy = (struct buddy){.pages = pages, .first_pfn = first_pfn, .count = count};
    spin_init(&buddy->lock, LOCK_BUDDY);
    for (unsigned order = 0; order < BUDDY_ORDERS; order++) {
        list_init(&buddy->free[order]);
    }
}

static void block_add(struct buddy *buddy, struct page *page, unsigned order)
{
    page->flags = PAGE_FREE;
    page->order = (u8)order;
    list_add(&buddy->free[order], &page->link);
    buddy->nonempty |= BIT(order);
}

static void block_remove(struct buddy *buddy, struct page *page, unsigned order)
{
    page->flags = 0;
    list_del(&page->link);
    if (list_empty(&buddy->free[order])) {
        buddy->nonempty &= ~BIT(order);
    }
}

/* The other half of the block of order + 1 that this block is part of; NULL outside of the array.
 */
static struct page *buddy_of(const struct buddy *buddy, const struct page *page, unsigned order)
{
    pfn_t pfn = buddy->first_pfn + (pfn_t)(page - buddy->pages);
    u64 index = (pfn ^ BIT(order)) - buddy->first_pfn;

    return index < buddy->count ? &buddy->pages[index] : NULL;
}

struct page *buddy_alloc(struct buddy *buddy, unsigned order)
{
    u64 fitting = buddy->nonempty & ~(BIT(order) - 1);
    unsigned from;
    struct page *page;

    if (fitting == 0) {
        return NULL;
    }
    from = (unsigned)__builtin_ctzll(fitting);
    page = list_first(&buddy->free[from], struct page, link);
    block_remove(buddy, page, from);
    while (from > order) {
        from--;
        block_add(buddy, page + BIT(from), from); /* keep the lower half, free the upper */
    }
    buddy->free_pages -= BIT(order);
    return page;
}

void buddy_free(struct buddy *buddy, struct page *page, unsigned order)
{
    ASSERT(!(page->flags & PAGE_FREE));
    buddy->free_pages += BIT(order);
    while (order + 1 < BUDDY_ORDERS) {
        struct page *other = buddy_of(buddy, page, order);

        if (other == NULL || !(other->flags & PAGE_FREE) || other->order != order) {
            break;
        }
        block_remove(buddy, other, order);
        page = MIN(page, other);
        order++;
    }
    block_add(buddy, page, order);
}
