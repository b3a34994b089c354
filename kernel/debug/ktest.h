/* SPDX-License-Identifier: MIT */
/*
 * Tests that run inside the kernel, on the boot CPU after boot: of images that CMake builds with
 * CHCORE_KERNEL_TESTS, which links tests/kernel in. One behaviour
 * a test; its name says which. A file of tests/kernel holds any number of
 *
 *     KTEST(buddy_merges_when_both_free)
 *     {
 *         KEXPECT(pages_free() == before);
 *     }
 */
#pragma once

#include <lib/annotate.h>
#include <lib/types.h>

struct ktest {
    const char *name;
    void (*run)(void);
};

#define KTEST(name)                                                                          \
    static void ktest_##name(void);                                                          \
    static const struct ktest ktest_row_##name __section(".ktests") = {#name, ktest_##name}; \
    static void ktest_##name(void)

/* End the test as failed unless cond holds. */
#define KEXPECT(cond)                              \
    do {                                           \
        if (!(cond)) {                             \
            ktest_fail(__FILE__, __LINE__, #cond); \
            return;                                \
        }                                          \
    } while (0)

/* The same for two integers, whose values are shown. */
#define KEXPECT_EQ(seen, expected)                                      \
    do {                                                                \
        s64 seen_ = (s64)(seen);                                        \
        s64 expected_ = (s64)(expected);                                \
        if (seen_ != expected_) {                                       \
            ktest_fail_eq(__FILE__, __LINE__, #seen, seen_, expected_); \
            return;                                                     \
        }                                                               \
    } while (0)

void ktest_fail(const char *file, int line, const char *what);
void ktest_fail_eq(const char *file, int line, const char *what, s64 seen, s64 expected);

/* When tests are linked in: run them, print a line each and the sums, end with status 0 or 1. */
void ktest_run_all(void);
