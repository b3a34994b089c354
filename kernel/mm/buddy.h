/* SPDX-License-Identifier: MIT */
/*
 * The buddy allocator: blocks of 2^order pages, naturally aligned; a block that is freed merges
 * with its buddy, the other half of the next larger block, as long as that is free too. Both
 * operations take at most BUDDY_ORDERS steps. It knows nothing of caches and counts: page.h is what
 * others call.
 */
#pragma once

#include <lib/list.h>
#include <lib/lock.h>
#include <lib/types.h>

struct page;

enum { BUDDY_ORDERS = 15 }; /* the largest block is 2^14 pages: 64 MiB */

struct buddy {
    struct page *pages; /* the page of first_pfn, and so on */
    pfn_t first_pfn;
    u64 count;
    struct spinlock lock;
    /* Protected by lock: */
    struct list_node free[BUDDY_ORDERS];
    u64 nonempty;   /* bit per order */
    u64 free_pages; /* read without the lock for statistics */
};

/* All `count` pages (zeroed) are in use at first; buddy_free() brings in those that are not. */
void buddy_init(struct buddy *buddy, struct page *pages, pfn_t first_pfn, u64 count);

/* Both with buddy->lock held. NULL when there is no block of that size or larger. */
struct page *buddy_alloc(struct buddy *buddy, unsigned order) REQUIRES(buddy->lock);
void buddy_free(struct buddy *buddy, struct page *page, unsigned order) REQUIRES(buddy->lock);
