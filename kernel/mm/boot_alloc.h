/* SPDX-License-Identifier: MIT */
/*
 * Memory before there is an allocator: taken from the start of the largest free range of RAM and
 * never given back. page_init() ends it by handing all the rest to the buddy allocator.
 */
#pragma once

#include <lib/types.h>

/* Ranges of RAM that are free, page aligned, disjoint. */
enum { BOOT_FREE_RANGES = 32 };

/* Find the free ranges: RAM of the bootinfo without what is reserved there. Boot CPU, once. */
void boot_alloc_init(void);

/* One more range in use, before the first boot_alloc(): the kernel image with its tables, say. */
void boot_reserve(paddr_t base, u64 size);

/* Physical address of `size` bytes of zeroes (rounded up to pages); panics when there are none. */
paddr_t boot_alloc(u64 size);

/* For page_init(): take range i out of it; false after the last one. */
bool boot_take_range(unsigned i, paddr_t *base, u64 *size);
