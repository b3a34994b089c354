/* SPDX-License-Identifier: MIT */
// sources: kernel/mm/buddy.c kernel/mm/page.c kernel/mm/boot_alloc.c kernel/mm/slab.c
// sources: kernel/mm/kmalloc.c tests/host/fakes/machine.c
#include <arch/cpu.h>
#include <check.h>
#include <fakes/machine.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>

enum { HELD = 2000 };

static struct {
    u8 *ptr;
    size_t size;
    u8 fill;
} held[HELD];

static void check_fill(unsigned i)
{
    for (size_t at = 0; at < held[i].size; at++) {
        CHECK_EQ(held[i].ptr[at], held[i].fill);
    }
}

TEST(kmalloc_blocks_do_not_overlap_and_all_pages_come_back)
{
    u64 before;

    machine_init(8000);
    before = pages_free();
    for (unsigned step = 0; step < 100000; step++) {
        unsigned i = (unsigned)machine_random(HELD);

        fake_cpu = (unsigned)machine_random(CPU_MAX);
        if (held[i].ptr != 0) {
            check_fill(i);
            kfree(held[i].ptr);
            held[i].ptr = 0;
        } else {
            held[i].size = 1 + machine_random(machine_random(20) == 0 ? 20000 : 600);
            held[i].fill = (u8)step;
            held[i].ptr = kmalloc(held[i].size);
            if (held[i].ptr != 0) {
                memset(held[i].ptr, held[i].fill, held[i].size);
            }
        }
    }
    for (unsigned i = 0; i < HELD; i++) {
        if (held[i].ptr != 0) {
            check_fill(i);
        }
        kfree(held[i].ptr);
    }
    machine_drain();
    CHECK_EQ(pages_free(), before);
}

TEST(kzalloc_zeroes_what_was_used_before)
{
    machine_init(1000);
    for (size_t size = 8; size <= 4096; size *= 2) {
        u8 *ptr = kmalloc(size);

        memset(ptr, 0xff, size);
        kfree(ptr);
        ptr = kzalloc(size);
        for (size_t i = 0; i < size; i++) {
            CHECK_EQ(ptr[i], 0);
        }
    }
}

TEST(kmalloc_refuses_sizes_that_make_no_sense)
{
    machine_init(100);
    CHECK(kmalloc(0) == 0);
    CHECK(kmalloc(MiB(4) + 1) == 0);
    CHECK(kmalloc(SIZE_MAX) == 0);
    kfree(0);
}

TEST(powers_of_two_are_aligned_to_their_size)
{
    machine_init(1000);
    for (size_t size = 16; size <= 4096; size *= 2) {
        for (unsigned i = 0; i < 5; i++) {
            CHECK_EQ((uintptr_t)kmalloc(size) % size, 0);
        }
    }
}

TEST(cache_says_no_when_memory_is_out_and_recovers)
{
    static struct kmem_cache cache = KMEM_CACHE_SIZE("test", 200);
    void *first;
    void *last = 0;
    u64 before;

    machine_init(100);
    before = pages_free();
    for (;;) {
        void **object = kmem_alloc(&cache);

        if (object == 0) {
            break;
        }
        *object = last;
        last = object;
    }
    CHECK_EQ(pages_free(), 0);
    first = last;
    last = *(void **)last;
    kmem_free(&cache, first);
    CHECK(kmem_alloc(&cache) == first);
    kmem_free(&cache, first);
    while (last != 0) {
        void *next = *(void **)last;

        kmem_free(&cache, last);
        last = next;
    }
    machine_drain();
    CHECK_EQ(pages_free(), before);
    CHECK_EQ(cache.slabs, 0);
}
