/* SPDX-License-Identifier: MIT */
/*
 * Tests let the n-th allocation fail. In other builds this is nothing.
 */
#pragma once

#include <lib/types.h>

#if defined(CHCORE_KERNEL_TESTS) || defined(CHCORE_HOST_TEST)
/* Set to n: n more allocations (pages, blocks or objects) succeed, the one after fails. -1: none
 * fails. */
extern s64 alloc_fail_after;

static inline bool alloc_fails_now(void)
{
    return alloc_fail_after >= 0 && alloc_fail_after-- == 0;
}
#else
static inline bool alloc_fails_now(void)
{
    return false;
}
#endif
