/* SPDX-License-Identifier: MIT */
/* For the tools that look at the system itself: what they do about its answers. */
#pragma once

#include <chcore/system.h>
#include <err.h>
#include <lib/tool.h>

/* Complain about a negative answer and end the program; else hand the answer on. */
static inline long system_check(long result, const char *what)
{
    if (result < 0) {
        errx(1, "%s: %s", what, chcore_error_name(result));
    }
    return result;
}

/* The argument of caps and mem: a process number; false if it is none. */
static inline bool system_pid(const char *text, uint32_t *pid)
{
    int64_t number = 0;
    bool ok = tool_number(text, 0, UINT32_MAX, &number);

    *pid = (uint32_t)number;
    return ok;
}

static inline uint64_t system_pages_to_bytes(uint64_t pages)
{
    return pages * 4096;
}
