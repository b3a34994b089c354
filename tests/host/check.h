/* SPDX-License-Identifier: MIT */
/*
 * The host ring's test framework. No libc header comes in with it, so that it stands beside the
 * kernel's own. A test file names what it is compiled with in its first lines:
 *
 *     // sources: kernel/mm/buddy.c kernel/lib/bitmap.c
 *     // flags: -DSMALL_POOL
 *
 * Each TEST runs in a process of its own: a crash or a sanitizer's report fails that test alone,
 * and statics are fresh in each. tests/host/include comes before kernel/ on the include path.
 */
#pragma once

struct check_test {
    const char *name;
    void (*run)(void);
    struct check_test *next;
};

void check_register(struct check_test *test);

/* Print what failed and end the test. */
_Noreturn void check_failed(const char *file, int line, const char *what);
_Noreturn void check_failed_eq(const char *file, int line, const char *what, long long seen,
                               long long expected);
_Noreturn void check_failed_str(const char *file, int line, const char *what, const char *seen,
                                const char *expected);
int check_str_differs(const char *a, const char *b);

/* TEST(buddy_merges_when_both_free) { ... } */
#define TEST(test_name)                                                 \
    static void test_name(void);                                        \
    __attribute__((constructor)) static void register_##test_name(void) \
    {                                                                   \
        static struct check_test test = {#test_name, test_name, 0};     \
        check_register(&test);                                          \
    }                                                                   \
    static void test_name(void)

#define CHECK(condition)                                  \
    do {                                                  \
        if (!(condition)) {                               \
            check_failed(__FILE__, __LINE__, #condition); \
        }                                                 \
    } while (0)

/* Integers or pointers; each argument is evaluated once. */
#define CHECK_EQ(seen, expected)                                                    \
    do {                                                                            \
        long long check_seen = (long long)(seen);                                   \
        long long check_expected = (long long)(expected);                           \
        if (check_seen != check_expected) {                                         \
            check_failed_eq(__FILE__, __LINE__, #seen, check_seen, check_expected); \
        }                                                                           \
    } while (0)

#define CHECK_STR_EQ(seen, expected)                                                 \
    do {                                                                             \
        const char *check_seen = (seen);                                             \
        const char *check_expected = (expected);                                     \
        if (check_str_differs(check_seen, check_expected)) {                         \
            check_failed_str(__FILE__, __LINE__, #seen, check_seen, check_expected); \
        }                                                                            \
    } while (0)
