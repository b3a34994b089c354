/* SPDX-License-Identifier: MIT */
/* Pages by the cache's own means, and coherence of instruction and data caches. */
#pragma once

#include <lib/types.h>

/* Zero one page; va is page aligned and normal memory. */
void page_zero(void *va);

/* Copy one page; both page aligned, not the same. */
void page_copy(void *restrict dst, const void *restrict src);

/*
 * Make what was written to [va, va + size) visible to instruction fetch on every CPU (DDI 0487
 * B2.4.4). va may be an address of the direct map: maintenance is by physical address.
 */
void icache_sync(const void *va, size_t size);

/* Write [va, va + size) back to memory for observers without caches. */
void dcache_clean(const void *va, size_t size);
/* Write back and drop: for memory that a device without coherence reads and writes. */
void dcache_clean_invalidate(const void *va, size_t size);
