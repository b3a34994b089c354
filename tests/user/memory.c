/* SPDX-License-Identifier: MIT */
/* malloc under stress, and the mappings below it. */
#define _GNU_SOURCE
#include "check.h"

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>

#define PAGE 4096ul

/* A small generator: the same numbers on every run. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

TEST(blocks_are_aligned_and_apart)
{
    enum { COUNT = 500 };
    static unsigned char *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = malloc(i);
        CHECK(blocks[i]);
        CHECK_EQ((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)i, i);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < i; k++) {
            CHECK(blocks[i][k] == (unsigned char)i);
        }
        free(blocks[i]);
    }
}

TEST(calloc_gives_zeros_also_of_used_memory)
{
    for (size_t size = 1; size < 300000; size = size * 3 + 7) {
        unsigned char *dirty = malloc(size);
        CHECK(dirty);
        memset(dirty, 0xa5, size);
        free(dirty);
        unsigned char *clean = calloc(size, 1);
        CHECK(clean);
        for (size_t i = 0; i < size; i++) {
            CHECK(clean[i] == 0);
        }
        free(clean);
    }
    volatile size_t half = SIZE_MAX / 2 + 2;
    CHECK(!calloc(half, 2));
    CHECK_EQ(errno, ENOMEM);
}

TEST(realloc_keeps_the_content)
{
    char *block = NULL;
    for (size_t size = 1; size < 1 << 20; size *= 2) {
        block = realloc(block, size);
        CHECK(block);
        block[size - 1] = (char)(size % 251);
        for (size_t k = 1; k <= size; k *= 2) {
            CHECK_EQ(block[k - 1], (char)(k % 251));
        }
    }
    block = realloc(block, 1);
    CHECK(block && block[0] == 1);
    free(block);
}

TEST(random_allocations_stay_intact)
{
    enum { SLOTS = 256, ROUNDS = 20000 };
    static struct {
        unsigned char *at;
        size_t size;
        unsigned char mark;
    } slots[SLOTS];
    uint32_t state = 42;
    for (int round = 0; round < ROUNDS; round++) {
        const uint32_t i = next_random(&state) % SLOTS;
        if (slots[i].at) {
            CHECK(slots[i].at[0] == slots[i].mark);
            CHECK(slots[i].at[slots[i].size / 2] == slots[i].mark);
            CHECK(slots[i].at[slots[i].size - 1] == slots[i].mark);
            free(slots[i].at);
            slots[i].at = NULL;
            continue;
        }
        const uint32_t shift = next_random(&state) % 14;
        slots[i].size = 1 + next_random(&state) % (8u << shift);
        slots[i].mark = (unsigned char)next_random(&state);
        slots[i].at = malloc(slots[i].size);
        CHECK(slots[i].at);
        memset(slots[i].at, slots[i].mark, slots[i].size);
    }
    for (int i = 0; i < SLOTS; i++) {
        free(slots[i].at);
        slots[i].at = NULL;
    }
}

TEST(special_alignments)
{
    for (size_t align = 16; align <= 65536; align *= 2) {
        void *block = aligned_alloc(align, align * 2);
        CHECK(block);
        CHECK_EQ((uintptr_t)block % align, 0);
        memset(block, 1, align * 2);
        free(block);
        CHECK_EQ(posix_memalign(&block, align, 100), 0);
        CHECK_EQ((uintptr_t)block % align, 0);
        free(block);
    }
}

TEST(too_much_is_enomem)
{
    volatile size_t size = (size_t)1 << 50;
    CHECK(!malloc(size));
    CHECK_EQ(errno, ENOMEM);
    size = SIZE_MAX;
    CHECK(!malloc(size));
    void *block = malloc(16);
    CHECK(!realloc(block, size));
    free(block);
}

static void *churn(void *arg)
{
    uint32_t state = (uint32_t)(uintptr_t)arg;
    unsigned char *blocks[32] = {0};
    for (int round = 0; round < 3000; round++) {
        const uint32_t i = next_random(&state) % 32;
        if (blocks[i] && blocks[i][0] != (unsigned char)(uintptr_t)arg) {
            return "a block was overwritten";
        }
        free(blocks[i]);
        blocks[i] = malloc(1 + next_random(&state) % 2000);
        if (!blocks[i]) {
            return "no memory";
        }
        blocks[i][0] = (unsigned char)(uintptr_t)arg;
    }
    for (int i = 0; i < 32; i++) {
        free(blocks[i]);
    }
    return NULL;
}

TEST(threads_allocate_side_by_side)
{
    pthread_t threads[6];
    for (uintptr_t i = 0; i < 6; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)), 0);
    }
    for (int i = 0; i < 6; i++) {
        void *trouble;
        CHECK_EQ(pthread_join(threads[i], &trouble), 0);
        CHECK(!trouble);
    }
}

TEST(anonymous_pages_are_zero_and_private)
{
    unsigned char *pages =
        mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED);
    CHECK_EQ((uintptr_t)pages % PAGE, 0);
    for (size_t i = 0; i < 64 * PAGE; i += 512) {
        CHECK_EQ(pages[i], 0);
    }
    memset(pages, 7, 64 * PAGE);
    CHECK_EQ(munmap(pages + 16 * PAGE, 16 * PAGE), 0); /* a hole in the middle */
    CHECK_EQ(pages[0] + pages[16 * PAGE - 1] + pages[32 * PAGE] + pages[64 * PAGE - 1], 28);
    CHECK_EQ(munmap(pages, 64 * PAGE), 0); /* over the hole too */
}

TEST(a_fixed_mapping_replaces)
{
    unsigned char *pages =
        mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED);
    memset(pages, 9, 4 * PAGE);
    CHECK(mmap(pages + PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
               -1, 0) == pages + PAGE);
    CHECK_EQ(pages[PAGE - 1], 9);
    CHECK_EQ(pages[PAGE], 0);
    CHECK_EQ(pages[2 * PAGE], 9);
    CHECK_EQ(munmap(pages, 4 * PAGE), 0);
}

TEST(protection_can_change)
{
    unsigned char *page =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    page[10] = 1;
    CHECK_EQ(mprotect(page, PAGE, PROT_READ), 0);
    CHECK_EQ(page[10], 1);
    CHECK_EQ(mprotect(page, PAGE, PROT_READ | PROT_WRITE), 0);
    page[10]++;
    CHECK_EQ(page[10], 2);
    CHECK_EQ(munmap(page, PAGE), 0);
}

TEST(senseless_mappings_are_refused)
{
    const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    CHECK(mmap(NULL, 0, PROT_READ, anonymous, -1, 0) == MAP_FAILED);
    CHECK_EQ(errno, EINVAL);
    CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED);
    CHECK_EQ(errno, EBADF);
    CHECK(mmap(NULL, (size_t)1 << 60, PROT_READ, anonymous, -1, 0) == MAP_FAILED);
    CHECK_EQ(errno, ENOMEM);
    CHECK_FAILS(munmap((void *)1, PAGE), EINVAL);
}

TEST(a_file_is_mapped_privately)
{
    check_make_file("mapped", 10000, 5);
    const int fd = open("mapped", O_RDONLY);
    unsigned char *at = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(at != MAP_FAILED);
    unsigned char *second = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
    CHECK(second != MAP_FAILED);
    CHECK_EQ(close(fd), 0);
    for (size_t i = 0; i < 10000; i++) {
        CHECK(at[i] == (unsigned char)(i * 7 + 5));
    }
    CHECK_EQ(at[10001], 0);
    CHECK_EQ(second[0], (unsigned char)(PAGE * 7 + 5));
    at[0] = 99;
    unsigned char byte;
    const int again = open("mapped", O_RDONLY);
    CHECK_EQ(read(again, &byte, 1), 1);
    CHECK_EQ(byte, 5);
    close(again);
    CHECK_EQ(munmap(at, 10000), 0);
    CHECK_EQ(munmap(second, PAGE), 0);
}
