/* SPDX-License-Identifier: MIT */
/*
 * The program's memory, at addresses that it gave. A bad one is -EFAULT, as it would be if a kernel
 * did the copy: the kernel is told once where the copy loops lie, and ends them at a fault.
 */
#include "copy.h"
#include "state.h"

static void register_range(void)
{
    if (!__atomic_load_n(&px.copy_range_known, __ATOMIC_RELAXED)) {
        sys_cap_group_set(CAP_SELF, GROUP_COPY_START, (uintptr_t)px_copy_start);
        sys_cap_group_set(CAP_SELF, GROUP_COPY_END, (uintptr_t)px_copy_end);
        __atomic_store_n(&px.copy_range_known, true, __ATOMIC_RELAXED);
    }
}

long px_get(void *to, const void *from, size_t n)
{
    register_range();
    return px_copy_bytes(to, from, n);
}

long px_put(void *to, const void *from, size_t n)
{
    register_range();
    return px_copy_bytes(to, from, n);
}

long px_string_length(const char *string, size_t max)
{
    register_range();
    return px_copy_strnlen(string, max);
}
