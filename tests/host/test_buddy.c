/* SPDX-License-Identifier: MIT */
// sources: kernel/mm/buddy.c kernel/mm/page.c kernel/mm/boot_alloc.c kernel/mm/slab.c
// sources: kernel/mm/kmalloc.c tests/host/fakes/machine.c
#include <check.h>
#include <fakes/machine.h>
#include <lib/string.h>
#include <mm/buddy.h>
#include <mm/inject.h>
#include <mm/page.h>

enum { PAGES = 1000, FIRST = 0x40003 }; /* neither aligned nor a power of two */

static struct page pages[PAGES];
static struct buddy buddy;

static void fill(void)
{
    buddy_init(&buddy, pages, FIRST, PAGES);
    for (unsigned i = 0; i < PAGES; i++) {
        buddy_free(&buddy, &pages[i], 0);
    }
    CHECK_EQ(buddy.free_pages, PAGES);
}

/* Free blocks by order, which says whether everything has merged again. */
static void count_blocks(u64 count[BUDDY_ORDERS])
{
    for (unsigned order = 0; order < BUDDY_ORDERS; order++) {
        count[order] = 0;
        list_for_each (node, &buddy.free[order]) {
            count[order]++;
        }
        CHECK_EQ((buddy.nonempty >> order) & 1, count[order] != 0);
    }
}

TEST(buddy_gives_naturally_aligned_blocks)
{
    fill();
    for (unsigned order = 0; order < 9; order++) {
        struct page *page = buddy_alloc(&buddy, order);

        CHECK(page != 0);
        CHECK_EQ((FIRST + (u64)(page - pages)) % BIT(order), 0);
        buddy_free(&buddy, page, order);
    }
}

TEST(buddy_fails_when_no_block_is_large_enough)
{
    fill();
    CHECK(buddy_alloc(&buddy, 10) == 0);
    CHECK(buddy_alloc(&buddy, BUDDY_ORDERS - 1) == 0);
}

TEST(buddy_merges_everything_after_random_use)
{
    u64 before[BUDDY_ORDERS], after[BUDDY_ORDERS];
    static struct {
        struct page *page;
        unsigned order;
    } held[PAGES];
    static u8 owner[PAGES]; /* the model: which pages are given out */
    unsigned count = 0;

    fill();
    count_blocks(before);
    for (unsigned step = 0; step < 200000; step++) {
        unsigned order = (unsigned)machine_random(6);

        if (machine_random(2) == 0 || count == PAGES) {
            if (count == 0) {
                continue;
            }
            unsigned i = (unsigned)machine_random(count);
            struct page *page = held[i].page;

            memset(&owner[page - pages], 0, BIT(held[i].order));
            buddy_free(&buddy, page, held[i].order);
            held[i] = held[--count];
        } else {
            struct page *page = buddy_alloc(&buddy, order);

            if (page == 0) {
                continue;
            }
            for (u64 i = 0; i < BIT(order); i++) {
                CHECK(!owner[page - pages + (long)i]);
                owner[page - pages + (long)i] = 1;
            }
            held[count].page = page;
            held[count++].order = order;
        }
    }
    while (count > 0) {
        count--;
        buddy_free(&buddy, held[count].page, held[count].order);
    }
    count_blocks(after);
    CHECK(memcmp(before, after, sizeof(before)) == 0);
    CHECK_EQ(buddy.free_pages, PAGES);
}

TEST(pages_can_be_used_up_and_come_back)
{
    struct page *all = 0;
    u64 before;
    u64 count = 0;

    machine_init(2000);
    before = pages_free();
    for (;;) {
        struct page *page = page_alloc(0);

        if (page == 0) {
            break;
        }
        memset(page_to_virt(page), 0xff, PAGE_SIZE);
        page->next = all;
        all = page;
        count++;
    }
    CHECK_EQ(count, before);
    CHECK_EQ(pages_free(), 0);
    while (all != 0) {
        struct page *next = all->next;

        page_put(all);
        all = next;
    }
    CHECK_EQ(pages_free(), before);
    machine_drain();
    CHECK_EQ(pages_free(), before);
    CHECK(page_alloc(9) != 0);
}

TEST(page_is_freed_by_its_last_holder)
{
    struct page *page;
    u64 before;

    machine_init(256);
    before = pages_free();
    page = page_alloc(0);
    page_get(page);
    page_put(page);
    CHECK_EQ(pages_free(), before - 1);
    page_put(page);
    CHECK_EQ(pages_free(), before);
}

TEST(split_block_is_freed_page_by_page)
{
    struct page *page;
    u64 before;

    machine_init(256);
    before = pages_free();
    page = page_alloc(3);
    page_split(page, 3);
    for (unsigned i = 0; i < 8; i++) {
        page_put(page + i);
    }
    machine_drain();
    CHECK_EQ(pages_free(), before);
    CHECK(page_alloc(7) != 0);
}

TEST(injected_failure_hits_the_nth_allocation)
{
    machine_init(256);
    alloc_fail_after = 2;
    CHECK(page_alloc(0) != 0);
    CHECK(page_alloc(1) != 0);
    CHECK(page_alloc(0) == 0);
    CHECK(page_alloc(0) != 0);
}
