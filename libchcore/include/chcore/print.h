/* SPDX-License-Identifier: MIT */
/*
 * Words for people from code without libc: to the kernel's log, a line a call, or into a buffer.
 * Conversions: %d %i %u %x %X %o %c %s %p %%, with l, ll, z, the flags - 0 + # and space, width and
 * precision (both may be *).
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#define PRINTF_LIKE(nth, first) __attribute__((format(printf, nth, first)))

#define LOG_LINE_MAX 256 /* bytes of one log line; longer ones are cut */

/* To the kernel's log. The text brings its own newline. */
void log_printf(const char *format, ...) PRINTF_LIKE(1, 2);

/* As ISO C: at most size bytes with the NUL -> the length that the whole text has. */
int chcore_snprintf(char *buf, size_t size, const char *format, ...) PRINTF_LIKE(3, 4);
int chcore_vsnprintf(char *buf, size_t size, const char *format, va_list args) PRINTF_LIKE(3, 0);

/* A bug of ours: log the words and end the process with SIGABRT's status. */
_Noreturn void panic(const char *format, ...) PRINTF_LIKE(1, 2);

#define ASSERT(condition) \
    ((condition) ? (void)0 : panic("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition))
