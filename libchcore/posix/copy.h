/* SPDX-License-Identifier: MIT */
/* copy.S: the copy loops that may fault, and where they lie. */
#pragma once

#include <stddef.h>

extern const char px_copy_start[];
extern const char px_copy_end[];

/* 0, or -EFAULT after a part. */
long px_copy_bytes(void *to, const void *from, size_t n);

/* The length, at most `max`, or -EFAULT. */
long px_copy_strnlen(const char *string, size_t max);
