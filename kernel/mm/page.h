/* SPDX-License-Identifier: MIT */
/*
 * Physical pages: one struct page for each page of RAM, and the allocator that everybody uses.
 * Single pages come from a cache of this CPU, larger blocks and refills from the buddy allocator
 * (buddy.h).
 *
 * Running out of memory is normal: every allocation may give NULL, and no panic may follow from it.
 */
#pragma once

#include <arch/mmu.h>
#include <lib/atomic.h>
#include <lib/list.h>
#include <lib/types.h>
#include <mm/config.h>

struct kmem_cache;

enum page_flag {
    PAGE_FREE = 1,         /* first page of a free block, on the list of its order */
    PAGE_SLAB = 2,         /* belongs to a slab */
    PAGE_ICACHE_CLEAN = 4, /* instruction caches have seen what is in it now */
};

struct page {
    u32 refs;      /* atomic, counts the holders; 0 while free; slab: objects in use */
    u8 flags;      /* enum page_flag; changed only by who has the page to himself */
    u8 order;      /* of the block that begins here: free, slab or kmalloc() */
    u16 slab_free; /* slab: 1 + index of its first free object, 0: none */
    union {
        struct list_node link; /* free block */
        struct {
            struct list_node link; /* on the cache's list while some objects are free */
            struct kmem_cache *cache;
        } slab;
        struct page *next; /* in a CPU's cache */
        u64 entries;       /* translation table: entries that are not 0 */
    };
};
_Static_assert(sizeof(struct page) <= 32, "1 MiB for 128 MiB of RAM");

/* All pages from the first to the last of RAM, holes included; set by page_init(). */
extern struct page *page_array;
extern pfn_t page_first_pfn;

static inline struct page *page_of(paddr_t pa)
{
    return &page_array[(pa >> PAGE_SHIFT) - page_first_pfn];
}

static inline paddr_t page_to_phys(const struct page *page)
{
    return (paddr_t)(page_first_pfn + (pfn_t)(page - page_array)) << PAGE_SHIFT;
}

static inline void *page_to_virt(const struct page *page)
{
    return phys_to_virt(page_to_phys(page));
}

/* Pointers into the direct map. */
static inline struct page *virt_to_page(const void *va)
{
    return page_of(virt_to_phys(va));
}

/*
 * Boot, once, after all RAM is in the direct map: takes the array of pages from boot_alloc(), then
 * gives all that is left there to the buddy allocator.
 */
void page_init(void);

/* 2^order pages, naturally aligned, contents undefined, one reference, no flags. NULL: none left.
 */
struct page *page_alloc(unsigned order);

/* The same for one page of zeroes. */
struct page *page_alloc_zeroed(void);

/* Give the block back whatever its count says: for holders that do not count. */
void page_free(struct page *page, unsigned order);

/* Make a block of 2^order pages into single ones with a reference each; free them one by one. */
void page_split(struct page *page, unsigned order);

/* One more holder. Only for who is sure that the page is not free. */
static inline void page_get(struct page *page)
{
    (void)fetch_add_relaxed(&page->refs, 1U);
}

/* One holder less; the last one frees the page. Single pages only. */
void page_put(struct page *page);

/* Empty this CPU's cache into the buddy allocator. */
void page_drain(void);

/* Pages of RAM in all, and those that are free, in the buddy allocator or a CPU's cache. */
u64 pages_total(void);
u64 pages_free(void);
