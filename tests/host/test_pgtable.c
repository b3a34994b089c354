/* SPDX-License-Identifier: MIT */
// sources: kernel/arch/aarch64/pgtable.c kernel/mm/buddy.c kernel/mm/page.c kernel/mm/boot_alloc.c
// sources: kernel/mm/slab.c kernel/mm/kmalloc.c tests/host/fakes/machine.c tests/host/fakes/tlb.c
#include <arch/pgtable.h>
#include <check.h>
#include <fakes/machine.h>
#include <fakes/tlb.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/page.h>

enum { RW = PT_READ | PT_WRITE, RX = PT_READ | PT_EXEC };

static u64 tables; /* in use */
static s64 tables_left = -1;

static paddr_t alloc_table(struct pgtable *pt)
{
    struct page *page;

    if (tables_left == 0) {
        return 0;
    }
    page = page_alloc_zeroed();
    if (page == 0) {
        return 0;
    }
    tables_left--;
    tables++;
    return page_to_phys(page);
}

static void free_table(struct pgtable *pt, paddr_t table)
{
    memset(phys_to_virt(table), 0xee, PAGE_SIZE); /* whoever walks here now goes astray */
    tables--;
    page_put(page_of(table));
}

static const struct pgtable_ops ops = {alloc_table, free_table};
static struct pgtable pt;
static u64 before;

static void setup(void)
{
    machine_init(2000);
    before = pages_free();
    CHECK_EQ(pgtable_init(&pt, &ops), 0);
}

static void unmap(vaddr_t va, u64 len)
{
    unsigned budget = 1000000;

    CHECK_EQ(pgtable_unmap(&pt, va, va + len, &budget), va + len);
}

static void teardown(void)
{
    CHECK_EQ(tlb_stale(), 0);
    CHECK_EQ(tables, 1);
    pgtable_retire(&pt);
    pgtable_destroy(&pt);
    CHECK_EQ(tables, 0);
    CHECK_EQ(asids_used, 0);
    CHECK_EQ(pages_free(), before);
}

TEST(mapped_page_translates_with_its_rights)
{
    paddr_t pa;
    unsigned prot;

    setup();
    CHECK_EQ(pgtable_map(&pt, 0x7fff00001000, 0x123000, PT_4K, RW), 0);
    CHECK_EQ(pgtable_map(&pt, 0x7fff00002000, 0x456000, PT_4K, RX), 0);
    CHECK(pgtable_query(&pt, 0x7fff00001abc, &pa, &prot));
    CHECK_EQ(pa, 0x123abc);
    CHECK_EQ(prot, RW);
    CHECK(pgtable_query(&pt, 0x7fff00002000, &pa, &prot));
    CHECK_EQ(prot, RX);
    CHECK(!pgtable_query(&pt, 0x7fff00003000, &pa, &prot));
    unmap(0x7fff00001000, 0x2000);
    teardown();
}

TEST(device_mapping_is_never_executable)
{
    paddr_t pa;
    unsigned prot;

    setup();
    CHECK_EQ(pgtable_map(&pt, 0x10000, 0x9000000, PT_4K, RW | PT_EXEC | PT_DEVICE), 0);
    CHECK(pgtable_query(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(prot, RW | PT_DEVICE);
    unmap(0x10000, PAGE_SIZE);
    teardown();
}

TEST(blocks_map_2M_and_1G_and_go_as_a_whole)
{
    paddr_t pa;
    unsigned prot;

    setup();
    tlb_span = GiB(1);
    CHECK_EQ(pgtable_map(&pt, GiB(4), GiB(1), PT_1G, RW), 0);
    CHECK_EQ(pgtable_map(&pt, GiB(8), MiB(2), PT_2M, RW), 0);
    CHECK_EQ(tables, 3);
    CHECK(tlb_access(&pt, GiB(4) + MiB(700) + 5, &pa, &prot));
    CHECK(pgtable_query(&pt, GiB(4) + MiB(700) + 5, &pa, &prot));
    CHECK_EQ(pa, GiB(1) + MiB(700) + 5);
    CHECK_EQ(pgtable_map(&pt, GiB(4), 0x1000, PT_4K, RW), -EEXIST);
    CHECK_EQ(pgtable_map(&pt, GiB(12), 0x1000, PT_4K, RW), 0);
    CHECK_EQ(pgtable_map(&pt, GiB(12), GiB(1), PT_1G, RW), -EEXIST);
    unmap(GiB(4) + MiB(1), PAGE_SIZE);
    CHECK(!pgtable_query(&pt, GiB(4), &pa, &prot));
    unmap(GiB(8), MiB(2));
    unmap(GiB(12), PAGE_SIZE);
    teardown();
}

TEST(changing_the_frame_breaks_before_it_makes)
{
    paddr_t pa;
    unsigned prot;

    setup();
    CHECK_EQ(pgtable_map(&pt, 0x10000, 0x1000, PT_4K, PT_READ), 0);
    CHECK(tlb_access(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(pgtable_map(&pt, 0x10000, 0x2000, PT_4K, RW), 0);
    CHECK_EQ(tlb_stale(), 0);
    CHECK(tlb_access(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(pa, 0x2000);
    unmap(0x10000, PAGE_SIZE);
    teardown();
}

TEST(restrict_takes_rights_away_and_adds_none)
{
    paddr_t pa;
    unsigned prot;
    unsigned budget = 100;

    setup();
    CHECK_EQ(pgtable_map(&pt, 0x10000, 0x1000, PT_4K, RW), 0);
    CHECK_EQ(pgtable_map(&pt, 0x11000, 0x2000, PT_4K, PT_READ), 0);
    CHECK(tlb_access(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(pgtable_restrict(&pt, 0x10000, 0x12000, PT_READ | PT_EXEC, &budget), 0x12000);
    CHECK_EQ(budget, 98);
    CHECK_EQ(tlb_flushes, 1); /* the page that had nothing to lose is not forgotten */
    CHECK(tlb_access(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(prot, PT_READ);
    budget = 100;
    CHECK_EQ(pgtable_restrict(&pt, 0x10000, 0x12000, RW, &budget), 0x12000);
    CHECK(pgtable_query(&pt, 0x11000, &pa, &prot));
    CHECK_EQ(prot, PT_READ);
    unmap(0x10000, 0x2000);
    teardown();
}

TEST(unmap_stops_when_the_budget_is_used_up)
{
    unsigned budget = 10;

    setup();
    for (unsigned i = 0; i < 32; i++) {
        CHECK_EQ(pgtable_map(&pt, 0x10000 + i * PAGE_SIZE, 0x1000, PT_4K, RW), 0);
    }
    CHECK_EQ(pgtable_unmap(&pt, 0x10000, 0x30000, &budget), 0x1a000);
    CHECK_EQ(budget, 0);
    unmap(0x1a000, 0x30000 - 0x1a000);
    teardown();
}

TEST(unmap_of_an_empty_terabyte_is_cheap)
{
    unsigned budget = 64;

    setup();
    CHECK_EQ(pgtable_map(&pt, 0x10000, 0x1000, PT_4K, RW), 0);
    CHECK_EQ(pgtable_unmap(&pt, GiB(512), GiB(4096), &budget), GiB(4096));
    unmap(0x10000, PAGE_SIZE);
    teardown();
}

TEST(map_fails_cleanly_at_every_level)
{
    setup();
    for (int n = 0; n < 3; n++) {
        tables_left = n;
        CHECK_EQ(pgtable_map(&pt, 0x10000, 0x1000, PT_4K, RW), -ENOMEM);
        CHECK_EQ(tables, 1);
    }
    tables_left = -1;
    teardown();
}

TEST(map_around_touches_neither_mapped_pages_nor_missing_tables)
{
    paddr_t pa;
    unsigned prot;

    setup();
    pgtable_map_around(&pt, 0x10000, 0x1000, PT_READ);
    CHECK(!pgtable_query(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(pgtable_map(&pt, 0x11000, 0x2000, PT_4K, RW), 0);
    pgtable_map_around(&pt, 0x10000, 0x1000, PT_READ);
    pgtable_map_around(&pt, 0x11000, 0x9000, PT_READ);
    CHECK(pgtable_query(&pt, 0x10000, &pa, &prot));
    CHECK_EQ(pa, 0x1000);
    CHECK(pgtable_query(&pt, 0x11000, &pa, &prot));
    CHECK_EQ(pa, 0x2000);
    CHECK_EQ(prot, RW);
    unmap(0x10000, 0x2000);
    teardown();
}

/* 1,536 pages around three borders of tables, against an array. */
TEST(random_changes_agree_with_a_model_and_leave_no_stale_translation)
{
    enum { SPOTS = 1536 };
    static struct {
        paddr_t pa;
        unsigned prot;
    } model[SPOTS];
    static const vaddr_t base[3] = {MiB(2) - 256 * 4096, GiB(1) - 256 * 4096,
                                    GiB(512) - 256 * 4096};

    setup();
    for (unsigned step = 0; step < 60000; step++) {
        unsigned i = (unsigned)machine_random(SPOTS);
        unsigned n = MIN((unsigned)machine_random(40) + 1, 512 - i % 512);
        vaddr_t va = base[i / 512] + (vaddr_t)(i % 512) * PAGE_SIZE;
        unsigned budget = 64;
        paddr_t pa;
        unsigned prot;

        switch (machine_random(4)) {
        case 0:
            model[i].pa = (1 + machine_random(1000)) << PAGE_SHIFT;
            model[i].prot = PT_READ | (unsigned)(machine_random(4) << 1);
            CHECK_EQ(pgtable_map(&pt, va, model[i].pa, PT_4K, model[i].prot), 0);
            break;
        case 1:
            CHECK_EQ(pgtable_restrict(&pt, va, va + (vaddr_t)n * PAGE_SIZE, PT_READ, &budget),
                     va + (vaddr_t)n * PAGE_SIZE);
            for (unsigned k = i; k < i + n; k++) {
                model[k].prot &= PT_READ;
            }
            break;
        case 2:
            unmap(va, (u64)n * PAGE_SIZE);
            for (unsigned k = i; k < i + n; k++) {
                model[k].prot = 0;
            }
            break;
        default:
            CHECK_EQ(tlb_access(&pt, va, &pa, &prot), model[i].prot != 0);
            if (model[i].prot != 0) {
                CHECK_EQ(pa, model[i].pa);
                CHECK_EQ(prot & ~model[i].prot, 0);
            }
            break;
        }
        if (step % 64 == 0) {
            CHECK_EQ(tlb_stale(), 0);
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        unmap(base[i], 512 * PAGE_SIZE);
    }
    teardown();
}
