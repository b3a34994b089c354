/* SPDX-License-Identifier: MIT */
/* libchcore's runtime for servers: strings, formatting, heap. */
// sources: libchcore/runtime/memory.c libchcore/runtime/string.c libchcore/runtime/format.c
// sources: libchcore/runtime/malloc.c libchcore/common/sync.c
// flags: -Dmemcpy=our_memcpy -Dmemmove=our_memmove -Dmemset=our_memset -Dmemcmp=our_memcmp
// flags: -Dmemchr=our_memchr -Dstrlen=our_strlen -Dstrnlen=our_strnlen -Dstrcmp=our_strcmp
// flags: -Dstrncmp=our_strncmp -Dstrchr=our_strchr -Dstrrchr=our_strrchr -Dstrlcpy=our_strlcpy
// flags: -Dmalloc=our_malloc -Dcalloc=our_calloc -Drealloc=our_realloc -Dfree=our_free
#include "check.h"
#include <chcore/malloc.h>
#include <chcore/print.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <stdbool.h>

void *fake_thread_block;
uint64_t fake_ticks;

/* Memory for the heap: a bump allocator in place of regions. */
static char memory[64 << 20] __attribute__((aligned(4096)));
static size_t used;
static size_t unmapped;

long fake_syscall(uint64_t nr, const uint64_t a[6])
{
    switch (nr) {
    case SYS_vm_map:
        if (a[3] > sizeof(memory) - used) {
            return -ENOMEM;
        }
        used += a[3];
        return (long)(memory + used - a[3]);
    case SYS_vm_unmap:
        unmapped += a[2];
        return 0;
    default:
        return -ENOSYS;
    }
}

long fake_ipc_call(uint64_t connection, uint64_t token, uint64_t caps, uint64_t words[8],
                   uint64_t *handles)
{
    return -EBADF;
}

static char text[128];

#define FORMATS(expected, ...)                                                            \
    do {                                                                                  \
        CHECK_EQ(chcore_snprintf(text, sizeof(text), __VA_ARGS__), sizeof(expected) - 1); \
        CHECK_STR_EQ(text, expected);                                                     \
    } while (0)

TEST(format_converts_integers)
{
    FORMATS("-5 7 2a 2A 52", "%d %u %x %X %o", -5, 7u, 42, 42, 42);
    FORMATS("-9223372036854775808", "%ld", INT64_MIN);
    FORMATS("18446744073709551615", "%lu", -1ul);
    FORMATS("0 0x2a 0", "%d %#x %#x", 0, 42, 0);
    FORMATS("+1  1 -1", "%+d % d % d", 1, 1, -1);
}

TEST(format_pads)
{
    FORMATS("[   42|42   |00042|  042]", "[%5d|%-5d|%05d|%5.3d]", 42, 42, 42, 42);
    FORMATS("[-0042|  -42]", "[%05d|%*d]", -42, 5, -42);
    FORMATS("[00000]", "[%05d]", 0);
    FORMATS("[abc  |  abc|ab]", "[%-5s|%5s|%.2s]", "abc", "abc", "abc");
    FORMATS("[0x00ff]", "[%#06x]", 255);
}

TEST(format_cuts_and_counts_on)
{
    CHECK_EQ(chcore_snprintf(text, 4, "%s", "abcdef"), 6);
    CHECK_STR_EQ(text, "abc");
    CHECK_EQ(chcore_snprintf(text, 0, "%d", 12345), 5);
}

TEST(format_survives_what_is_wrong)
{
    const char *volatile format = "%s %% %q"; /* volatile: the compiler checks literals */

    CHECK_EQ(chcore_snprintf(text, sizeof(text), format, (char *)0), 11);
    CHECK_STR_EQ(text, "(null) % %q");
}

TEST(memory_moves_overlapping)
{
    char buf[100];

    for (int distance = -70; distance <= 30; distance++) {
        for (int i = 0; i < 100; i++) {
            buf[i] = (char)i;
        }
        int from = distance < 0 ? 70 : 0;
        int n = distance < 0 ? 30 : 70;
        memmove(buf + from + distance, buf + from, (size_t)n);
        for (int i = 0; i < n; i++) {
            CHECK_EQ(buf[from + distance + i], from + i);
        }
    }
}

TEST(memory_fills_and_compares_every_length)
{
    char a[80], b[80];

    for (size_t n = 0; n < 78; n++) {
        memset(a, 1, sizeof(a));
        memset(a + 1, 2, n);
        CHECK_EQ(a[0], 1);
        CHECK_EQ(a[n + 1], 1);
        memcpy(b, a, sizeof(a));
        CHECK_EQ(memcmp(a, b, sizeof(a)), 0);
        b[n]++;
        CHECK(memcmp(a, b, sizeof(a)) < 0);
    }
}

TEST(string_functions_find_ends)
{
    CHECK_EQ(strlen("abc"), 3);
    CHECK_EQ(strnlen("abc", 2), 2);
    CHECK(strcmp("abc", "abd") < 0);
    CHECK_EQ(strncmp("abc", "abd", 2), 0);
    CHECK_STR_EQ(strchr("a/b/c", '/'), "/b/c");
    CHECK_STR_EQ(strrchr("a/b/c", '/'), "/c");
    CHECK_STR_EQ(strchr("abc", 0), "");
    CHECK_EQ(strlcpy(text, "abcdef", 4), 6);
    CHECK_STR_EQ(text, "abc");
}

TEST(malloc_gives_aligned_memory_that_does_not_overlap)
{
    static char *blocks[2000];

    for (size_t i = 0; i < 2000; i++) {
        blocks[i] = malloc(i);
        CHECK(blocks[i]);
        CHECK_EQ((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)i, i);
    }
    for (size_t i = 0; i < 2000; i++) {
        for (size_t j = 0; j < i; j++) {
            CHECK_EQ((unsigned char)blocks[i][j], i % 256);
        }
        free(blocks[i]);
    }
}

TEST(malloc_uses_freed_blocks_again)
{
    void *first = malloc(1000);
    free(first);
    size_t before = used;
    for (int i = 0; i < 100000; i++) {
        void *p = malloc(1000);
        CHECK_EQ(p, first);
        free(p);
    }
    CHECK_EQ(used, before);
}

TEST(malloc_classes_waste_at_most_a_quarter)
{
    for (size_t size = 100; size < 30000; size += 37) {
        void *p = malloc(size);
        size_t room = ((size_t *)p)[-2];
        CHECK(room >= size + 16);
        CHECK(room - 16 - size <= room / 4 + 16);
        free(p);
    }
}

TEST(malloc_maps_large_blocks_and_gives_them_back)
{
    char *p = malloc(1 << 20);
    CHECK(p);
    p[(1 << 20) - 1] = 1;
    free(p);
    CHECK_EQ(unmapped, (1 << 20) + 4096);
}

TEST(malloc_of_too_much_is_null)
{
    CHECK_EQ(malloc(SIZE_MAX), 0);
    CHECK_EQ(malloc(SIZE_MAX - 20), 0);
    CHECK_EQ(malloc(sizeof(memory) + 1), 0);
    CHECK_EQ(calloc(SIZE_MAX / 2, 3), 0);
}

TEST(realloc_keeps_what_fits)
{
    char *p = realloc(NULL, 10);
    memcpy(p, "123456789", 10);
    p = realloc(p, 100000);
    CHECK_STR_EQ(p, "123456789");
    p = realloc(p, 10);
    CHECK_STR_EQ(p, "123456789");
}
