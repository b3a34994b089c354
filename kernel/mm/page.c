/* SPDX-License-Identifier: MIT */
/* Pages and their caches; see page.h. */
#include <arch/cache.h>
#include <arch/cpu.h>
#include <mm/boot_alloc.h>
#include <mm/buddy.h>
#include <mm/inject.h>
#include <mm/page.h>
#include <plat/bootinfo.h>

enum { CACHE_BATCH = 16, CACHE_MAX = 64 };

/* Free single pages, touched by one CPU alone. */
struct page_cache {
    struct page *head;
    u64 count; /* read by others for statistics */
} __aligned(64);

struct page *page_array;
pfn_t page_first_pfn;

static struct buddy buddy;
static struct page_cache caches[CPU_MAX];
static u64 ram_pages;

#if defined(CHCORE_KERNEL_TESTS) || defined(CHCORE_HOST_TEST)
s64 alloc_fail_after = -1;
#endif

void page_init(void)
{
    const struct phys_range *last = &bootinfo.ram[bootinfo.ram_count - 1];
    u64 count;
    paddr_t base;
    u64 size;

    page_first_pfn = bootinfo.ram[0].base >> PAGE_SHIFT;
    count = ((last->base + last->size) >> PAGE_SHIFT) - page_first_pfn;
    page_array = phys_to_virt(boot_alloc(count * sizeof(struct page)));
    buddy_init(&buddy, page_array, page_first_pfn, count);
    for (unsigned i = 0; i < bootinfo.ram_count; i++) {
        ram_pages += bootinfo.ram[i].size >> PAGE_SHIFT;
    }
    spin_lock(&buddy.lock);
    for (unsigned i = 0; boot_take_range(i, &base, &size); i++) {
        pfn_t pfn = base >> PAGE_SHIFT;
        pfn_t end = (base + size) >> PAGE_SHIFT;

        while (pfn < end) {
            unsigned order = MIN(BUDDY_ORDERS - 1, 63 - __builtin_clzll(end - pfn));

            order = pfn != 0 ? MIN(order, (unsigned)__builtin_ctzll(pfn)) : order;
            buddy_free(&buddy, page_of(pfn << PAGE_SHIFT), order);
            pfn += BIT(order);
        }
    }
    spin_unlock(&buddy.lock);
}

/* Move a batch from the buddy allocator to the empty cache. */
static void cache_refill(struct page_cache *cache)
{
    spin_lock(&buddy.lock);
    while (cache->count < CACHE_BATCH) {
        struct page *page = buddy_alloc(&buddy, 0);

        if (page == NULL) {
            break;
        }
        page->next = cache->head;
        cache->head = page;
        cache->count++;
    }
    spin_unlock(&buddy.lock);
}

/* Give pages back until `keep` are left. */
static void cache_flush(struct page_cache *cache, u64 keep)
{
    spin_lock(&buddy.lock);
    while (cache->count > keep) {
        struct page *page = cache->head;

        cache->head = page->next;
        cache->count--;
        buddy_free(&buddy, page, 0);
    }
    spin_unlock(&buddy.lock);
}

void page_drain(void)
{
    cache_flush(&caches[cpu_id()], 0);
}

static struct page *single_alloc(void)
{
    struct page_cache *cache = &caches[cpu_id()];
    struct page *page;

    if (unlikely(cache->head == NULL)) {
        cache_refill(cache);
    }
    page = cache->head;
    if (likely(page != NULL)) {
        cache->head = page->next;
        cache->count--;
        page->refs = 1;
        page->flags = 0;
    }
    return page;
}

static struct page *block_alloc(unsigned order)
{
    struct page *page;

    if (order >= BUDDY_ORDERS) {
        return NULL;
    }
    spin_lock(&buddy.lock);
    page = buddy_alloc(&buddy, order);
    spin_unlock(&buddy.lock);
    if (page != NULL) {
        page->refs = 1;
        page->order = (u8)order;
    }
    return page;
}

struct page *page_alloc(unsigned order)
{
    struct page *page;

    if (alloc_fails_now()) {
        return NULL;
    }
    if (CHCORE_CPU_CACHES && order == 0) {
        return single_alloc();
    }
    page = block_alloc(order);
    if (page == NULL && caches[cpu_id()].count != 0) {
        page_drain(); /* what we keep at hand may be the buddies that were missing */
        page = block_alloc(order);
    }
    return page;
}

struct page *page_alloc_zeroed(void)
{
    struct page *page = page_alloc(0);

    if (page != NULL) {
        page_zero(page_to_virt(page));
    }
    return page;
}

void page_free(struct page *page, unsigned order)
{
    struct page_cache *cache = &caches[cpu_id()];

    page->refs = 0;
    page->flags = 0;
    if (CHCORE_CPU_CACHES && order == 0) {
        page->next = cache->head;
        cache->head = page;
        cache->count++;
        if (unlikely(cache->count > CACHE_MAX)) {
            cache_flush(cache, CACHE_MAX / 2);
        }
        return;
    }
    spin_lock(&buddy.lock);
    buddy_free(&buddy, page, order);
    spin_unlock(&buddy.lock);
}

void page_split(struct page *page, unsigned order)
{
    for (u64 i = 0; i < BIT(order); i++) {
        page[i].refs = 1;
        page[i].flags = 0;
        page[i].order = 0;
    }
}

void page_put(struct page *page)
{
    if (fetch_sub(&page->refs, 1U) == 1) {
        page_free(page, 0);
    }
}

u64 pages_total(void)
{
    return ram_pages;
}

u64 pages_free(void)
{
    u64 sum = load_relaxed(&buddy.free_pages);

    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        sum += load_relaxed(&caches[cpu].count);
    }
    return sum;
}
