/* SPDX-License-Identifier: MIT */
/* The heap of servers: thread-safe, never gives small memory back to the kernel. */
#pragma once

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t size);
void free(void *p);
