/* SPDX-License-Identifier: MIT */
/* Memory and string functions with their standard meaning; no others are linked in. */
#pragma once

#include <lib/types.h>

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

/* Copy src into dst[size], cut if need be, always terminated; returns strlen(src). size > 0. */
/* dst[size], terminated; bytes that are not printable ASCII become '?': for what is shown in the
 * log. */
void strlcpy_printable(char *dst, const char *src, size_t size);
size_t strlcpy(char *dst, const char *src, size_t size);
