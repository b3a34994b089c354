/* SPDX-License-Identifier: MIT */
/*
 * The end of the line, declared at the bottom so that every folder can reach it; debug/ has the
 * body. A panic means a bug of the kernel's own: nothing that a user does may lead here.
 */
#pragma once

#include <lib/annotate.h>
#include <lib/types.h>

/*
 * Print the message, registers, current thread and a backtrace, stop the other CPUs and end the
 * machine with status 97. Any context, any locks held.
 */
__noreturn void panic(const char *fmt, ...) __printf_like(1);

/* A condition that only a bug of ours can break. Compiled in always: it is cheap and says where. */
#define ASSERT(cond)                                                         \
    do {                                                                     \
        if (unlikely(!(cond))) {                                             \
            panic("assertion failed: %s, %s:%d", #cond, __FILE__, __LINE__); \
        }                                                                    \
    } while (0)

/* The same for checks that cost too much outside debug builds. */
#if defined(CHCORE_DEBUG)
#define DEBUG_ASSERT(cond) ASSERT(cond)
#else
#define DEBUG_ASSERT(cond) ((void)sizeof(!(cond)))
#endif
