/* SPDX-License-Identifier: MIT */
/*
 * Translation look-aside buffers and address space identifiers. All invalidations reach every CPU
 * (inner shareable) and are complete, with all accesses that used the old translation, when the
 * function returns: only then may a frame or a table be given to somebody else.
 */
#pragma once

#include <lib/types.h>

/*
 * An identifier for a new address space, for its whole life: 16 bits, or 8 where the CPU has no
 * more. 0, which is never given out, belongs to the empty table; 0 as result: all are in use.
 */
u16 asid_alloc(void);
/* Forgets all translations of the identifier first. */
void asid_free(u16 asid);

/* Forget the leaf translations of these addresses; one suffices for a block. Bounded by count. */
void tlb_flush_pages(u16 asid, const vaddr_t *va, unsigned count);

/* Forget what was cached of the tables that translate va, besides its leaf: a table goes away. */
void tlb_flush_walk(u16 asid, vaddr_t va);

/* Forget all translations of the identifier. */
void tlb_flush_asid(u16 asid);
