/* SPDX-License-Identifier: MIT */
/*
 * Formatted text into a buffer: %d %i %u %x %c %s %p %%, the lengths l, ll and z, the flags '-' and
 * '0', a width and a precision for %s (each a number or '*'). Anything else is printed as it
 * stands.
 */
#pragma once

#include <stdarg.h>

#include <lib/types.h>

/*
 * Write at most size bytes to buf, the terminating zero included (nothing when size is 0). Returns
 * the length that the whole text has, as snprintf does.
 */
size_t kvsnprintf(char *buf, size_t size, const char *fmt, va_list args);
size_t ksnprintf(char *buf, size_t size, const char *fmt, ...) __printf_like(3);
