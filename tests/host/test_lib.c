/* SPDX-License-Identifier: MIT */
/* kernel/lib: strings, formatting, bitmaps, the red-black tree. */
// sources: kernel/lib/rbtree.c kernel/lib/printf.c

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lib/bitmap.h>
#include <lib/list.h>
#include <lib/rbtree.h>

#include "check.h"

/* The kernel's own mem and str functions, beside the host's. */
#define memcpy  k_memcpy
#define memmove k_memmove
#define memset  k_memset
#define memcmp  k_memcmp
#define strlen  k_strlen
#define strnlen k_strnlen
#define strcmp  k_strcmp
#define strncmp k_strncmp
#define strlcpy k_strlcpy
#include "../../kernel/lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strlcpy

#include <lib/printf.h>

TEST(memory_functions_agree_with_the_host)
{
    for (size_t size = 0; size < 100; size++) {
        for (size_t from = 0; from < 20; from++) {
            char ours[200];
            char theirs[200];

            for (int i = 0; i < 200; i++) {
                ours[i] = theirs[i] = (char)(i * 7);
            }
            k_memcpy(ours + 100, ours + from, size < 80 ? size : 80);
            memcpy(theirs + 100, theirs + from, size < 80 ? size : 80);
            k_memmove(ours + 10, ours + from, size);
            memmove(theirs + 10, theirs + from, size);
            k_memset(ours + from, (int)size, size / 2);
            memset(theirs + from, (int)size, size / 2);
            CHECK_EQ(memcmp(ours, theirs, sizeof(ours)), 0);
            CHECK_EQ(k_memcmp(ours, theirs, sizeof(ours)), 0);
        }
    }
}

TEST(string_functions_compare_and_cut)
{
    char cut[4];

    CHECK(k_strcmp("abc", "abd") < 0);
    CHECK(k_strcmp("abc", "ab") > 0);
    CHECK(k_strcmp("\xff", "a") > 0);
    CHECK_EQ(k_strncmp("abcx", "abcy", 3), 0);
    CHECK_EQ(k_strncmp("ab", "ab", 10), 0);
    CHECK_EQ(k_strnlen("abc", 2), 2);
    CHECK_EQ(k_strlen(""), 0);
    CHECK_EQ(k_strlcpy(cut, "abcdef", sizeof(cut)), 6);
    CHECK_STR_EQ(cut, "abc");
}

/* Same text, same length as the host's for what both know. */
#define SAME_AS_HOST(...)                                             \
    do {                                                              \
        char ours[64];                                                \
        char theirs[64];                                              \
        size_t len = ksnprintf(ours, sizeof(ours), __VA_ARGS__);      \
                                                                      \
        CHECK_EQ(len, snprintf(theirs, sizeof(theirs), __VA_ARGS__)); \
        CHECK_STR_EQ(ours, theirs);                                   \
    } while (0)

TEST(printf_agrees_with_the_host)
{
    SAME_AS_HOST("%d %d %d", 0, -1, 2147483647);
    SAME_AS_HOST("%ld %lld", (long)INT64_MIN, (long long)INT64_MAX);
    SAME_AS_HOST("%u %x %lx %zu", 4000000000u, 0xbeefu, 0x123456789abcul, (size_t)77);
    SAME_AS_HOST("[%5d] [%-5d] [%05d] [%05d]", 42, 42, 42, -42);
    SAME_AS_HOST("[%8s] [%-8s] [%.2s] [%*s]", "abc", "abc", "abc", 5, "x");
    SAME_AS_HOST("[%-*s] [%.*s]", 5, "x", 2, "xyz");
    SAME_AS_HOST("%c%c%% %p", 'a', 'b', (void *)0x1234);
    SAME_AS_HOST("%016lx", 0xffff000000000000ul);
}

TEST(printf_never_writes_past_the_buffer)
{
    char buf[8] = "xxxxxxx";

    CHECK_EQ(ksnprintf(buf, 4, "%s", "abcdef"), 6);
    CHECK_STR_EQ(buf, "abc");
    CHECK_EQ(buf[4], 'x');
    CHECK_EQ(ksnprintf(buf, 0, "%d", 5), 1);
    CHECK_EQ(buf[0], 'a');
    CHECK_EQ(ksnprintf(buf, 1, "%d", 5), 1);
    CHECK_STR_EQ(buf, "");
}

TEST(printf_shows_what_it_does_not_know)
{
    char buf[32];
    const char *unknown = "%q %d%";

    ksnprintf(buf, sizeof(buf), unknown, 5);
    CHECK_STR_EQ(buf, "%q 5");
    unknown = "%s";
    ksnprintf(buf, sizeof(buf), unknown, (const char *)0);
    CHECK_STR_EQ(buf, "(null)");
}

TEST(bitmap_finds_the_first_clear_bit)
{
    u64 map[BITMAP_WORDS(130)] = {~UINT64_C(0), ~UINT64_C(0) >> 1, 0};

    CHECK_EQ(bitmap_find_clear(map, 130, 0), 127);
    bitmap_set(map, 127);
    CHECK_EQ(bitmap_find_clear(map, 130, 5), 128);
    bitmap_set(map, 128);
    bitmap_set(map, 129);
    CHECK_EQ(bitmap_find_clear(map, 130, 0), 130);
    bitmap_clear(map, 3);
    CHECK_EQ(bitmap_find_clear(map, 130, 0), 3);
    CHECK_EQ(bitmap_find_clear(map, 130, 4), 130);
    CHECK(!bitmap_test(map, 3) && bitmap_test(map, 4));
}

struct item {
    struct rb_node node;
    struct list_node link;
    int key;
    bool in;
};

static bool item_less(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct item, node)->key < rb_entry(b, struct item, node)->key;
}

/* The number of black nodes on each way down, or -1 where a rule is broken. */
static int black_height(const struct rb_node *node)
{
    if (node == NULL) {
        return 0;
    }
    bool black = node->parent_color & 1;

    for (int i = 0; i < 2; i++) {
        const struct rb_node *child = i ? node->right : node->left;

        if (child != NULL && ((child->parent_color & ~(uintptr_t)1) != (uintptr_t)node ||
                              (!black && !(child->parent_color & 1)))) {
            return -1;
        }
    }
    int left = black_height(node->left);
    int right = black_height(node->right);

    return left < 0 || left != right ? -1 : left + black;
}

TEST(rbtree_keeps_its_rules_and_order)
{
    enum { ITEMS = 200, ROUNDS = 20000 };
    static struct item items[ITEMS];
    struct rb_tree tree;
    unsigned inside = 0;

    rb_init(&tree);
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        struct item *item = &items[rand() % ITEMS];

        if (item->in) {
            rb_remove(&tree, &item->node);
            inside--;
        } else {
            item->key = rand() % 100;
            rb_insert(&tree, &item->node, item_less);
            inside++;
        }
        item->in = !item->in;
        CHECK(black_height(tree.root) >= 0);
        CHECK(tree.root == NULL || (tree.root->parent_color & 1));

        unsigned seen = 0;
        int last = -1;

        for (struct rb_node *n = rb_first(&tree); n != NULL; n = rb_next(n)) {
            CHECK(rb_entry(n, struct item, node)->key >= last);
            last = rb_entry(n, struct item, node)->key;
            CHECK(rb_next(n) == NULL ? n == rb_last(&tree) : rb_prev(rb_next(n)) == n);
            seen++;
        }
        CHECK_EQ(seen, inside);
    }
}

TEST(rbtree_keeps_equal_keys_in_order_of_arrival)
{
    static struct item items[10];
    struct rb_tree tree;
    int i = 0;

    rb_init(&tree);
    for (; i < 10; i++) {
        rb_insert(&tree, &items[i].node, item_less);
    }
    i = 0;
    for (struct rb_node *n = rb_first(&tree); n != NULL; n = rb_next(n)) {
        CHECK(n == &items[i++].node);
    }
}

TEST(list_moves_entries_between_lists)
{
    static struct item items[4];
    struct list_node a = LIST_INIT(a);
    struct list_node b = LIST_INIT(b);
    struct item *item;
    struct item *next;
    int sum = 0;

    for (int i = 0; i < 4; i++) {
        items[i].key = i;
        list_add_tail(i < 2 ? &a : &b, &items[i].link);
    }
    list_splice_tail(&a, &b);
    CHECK(list_empty(&b));
    CHECK(list_first(&a, struct item, link) == &items[0]);
    CHECK(list_last(&a, struct item, link) == &items[3]);
    list_for_each_entry_safe(item, next, &a, link)
    {
        sum = sum * 10 + item->key;
        list_del(&item->link);
        CHECK(!list_linked(&item->link));
    }
    CHECK_EQ(sum, 123);
    CHECK(list_first(&a, struct item, link) == NULL);
}
