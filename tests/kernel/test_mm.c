/* SPDX-License-Identifier: MIT */
/* Pages, objects and translation tables on the machine itself. */
#include <arch/barrier.h>
#include <arch/cache.h>
#include <arch/mmu.h>
#include <arch/pgtable.h>
#include <arch/uaccess.h>
#include <debug/ktest.h>
#include <lib/string.h>
#include <mm/inject.h>
#include <mm/page.h>
#include <mm/slab.h>

static const vaddr_t VA = 0x40000000;

static void drain(void)
{
    kmem_drain();
    page_drain();
}

KTEST(pages_come_zeroed_and_go_back)
{
    u64 before;

    drain();
    before = pages_free();
    for (unsigned i = 0; i < 100; i++) {
        struct page *page = page_alloc_zeroed();
        u64 *word;

        KEXPECT(page != NULL);
        word = page_to_virt(page);
        for (unsigned k = 0; k < PAGE_SIZE / sizeof(*word); k++) {
            KEXPECT(word[k] == 0);
        }
        memset(word, 0xff, PAGE_SIZE);
        page_put(page);
    }
    drain();
    KEXPECT_EQ(pages_free(), before);
}

KTEST(all_memory_can_be_taken_and_given_back)
{
    struct page *blocks = NULL;
    u64 before;
    u64 taken = 0;

    drain();
    before = pages_free();
    for (unsigned order = 10; order != UINT32_MAX; order--) {
        for (;;) {
            struct page *page = page_alloc(order);

            if (page == NULL) {
                break;
            }
            page->order = (u8)order;
            page->next = blocks;
            blocks = page;
            taken += BIT(order);
        }
    }
    KEXPECT_EQ(taken, before);
    KEXPECT_EQ(pages_free(), 0);
    while (blocks != NULL) {
        struct page *next = blocks->next;

        page_free(blocks, blocks->order);
        blocks = next;
    }
    drain();
    KEXPECT_EQ(pages_free(), before);
}

KTEST(kmalloc_gives_every_size_and_keeps_nothing)
{
    u64 before;

    drain();
    before = pages_free();
    for (size_t size = 1; size < 100000; size += size / 3 + 1) {
        u8 *ptr = kzalloc(size);

        KEXPECT(ptr != NULL);
        KEXPECT(ptr[0] == 0 && ptr[size - 1] == 0);
        memset(ptr, 0xff, size);
        kfree(ptr);
    }
    drain();
    KEXPECT_EQ(pages_free(), before);
}

static paddr_t alloc_table(struct pgtable *pt)
{
    struct page *page = page_alloc_zeroed();

    (void)pt;
    return page != NULL ? page_to_phys(page) : 0;
}

static void free_table(struct pgtable *pt, paddr_t table)
{
    (void)pt;
    page_put(page_of(table));
}

static const struct pgtable_ops ops = {alloc_table, free_table};
static struct pgtable pt;

static void switch_to(u64 ttbr)
{
    pgtable_activate(ttbr);
    isb();
}

static void __user *user(vaddr_t va)
{
    return (void __user *)va;
}

/* A table tree with the page mapped at VA, in use by this CPU. */
static bool table_begin(struct page *page, unsigned prot)
{
    if (pgtable_init(&pt, &ops) != 0 ||
        pgtable_map(&pt, VA, page_to_phys(page), PT_4K, prot) != 0) {
        return false;
    }
    switch_to(pt.ttbr);
    return true;
}

static void table_end(struct page *page)
{
    unsigned budget = 1000;

    switch_to(empty_root_table());
    pgtable_retire(&pt);
    (void)pgtable_unmap(&pt, VA, VA + GiB(2), &budget);
    pgtable_destroy(&pt);
    page_put(page);
}

KTEST(mapped_page_is_reached_with_its_rights_only)
{
    struct page *page = page_alloc_zeroed();
    u64 value = 0;
    unsigned budget = 10;

    KEXPECT(page != NULL && table_begin(page, PT_READ | PT_WRITE));
    KEXPECT_EQ(put_user64(user(VA), 42), 0);
    KEXPECT_EQ(*(u64 *)page_to_virt(page), 42);
    KEXPECT_EQ(pgtable_restrict(&pt, VA, VA + PAGE_SIZE, PT_READ, &budget), VA + PAGE_SIZE);
    KEXPECT(put_user64(user(VA), 43) != 0);
    KEXPECT_EQ(get_user64(&value, user(VA)), 0);
    KEXPECT_EQ(value, 42);
    KEXPECT_EQ(pgtable_unmap(&pt, VA, VA + PAGE_SIZE, &budget), VA + PAGE_SIZE);
    KEXPECT(get_user64(&value, user(VA)) != 0);
    table_end(page);
}

KTEST(changed_mapping_is_seen_at_once)
{
    struct page *page = page_alloc_zeroed();
    struct page *other = page_alloc_zeroed();
    u64 value = 0;

    KEXPECT(page != NULL && other != NULL && table_begin(page, PT_READ | PT_WRITE));
    *(u64 *)page_to_virt(page) = 1;
    *(u64 *)page_to_virt(other) = 2;
    KEXPECT_EQ(get_user64(&value, user(VA)), 0);
    KEXPECT_EQ(value, 1);
    KEXPECT_EQ(pgtable_map(&pt, VA, page_to_phys(other), PT_4K, PT_READ), 0);
    KEXPECT_EQ(get_user64(&value, user(VA)), 0);
    KEXPECT_EQ(value, 2);
    table_end(page);
    page_put(other);
}

KTEST(blocks_of_2M_and_1G_translate)
{
    struct page *page = page_alloc(9);
    paddr_t gigabyte = ALIGN_DOWN(page_to_phys(page), GiB(1));
    u64 value = 0;

    KEXPECT(page != NULL);
    page_split(page, 9);
    *(u64 *)page_to_virt(page + 300) = 77;
    KEXPECT_EQ(pgtable_init(&pt, &ops), 0);
    KEXPECT_EQ(pgtable_map(&pt, VA, page_to_phys(page), PT_2M, PT_READ), 0);
    KEXPECT_EQ(pgtable_map(&pt, VA + GiB(1), gigabyte, PT_1G, PT_READ), 0);
    switch_to(pt.ttbr);
    KEXPECT_EQ(get_user64(&value, user(VA + 300 * PAGE_SIZE)), 0);
    KEXPECT_EQ(value, 77);
    value = 0;
    KEXPECT_EQ(get_user64(&value, user(VA + GiB(1) + page_to_phys(page + 300) - gigabyte)), 0);
    KEXPECT_EQ(value, 77);
    for (unsigned i = 1; i < 512; i++) {
        page_put(page + i);
    }
    table_end(page);
}
