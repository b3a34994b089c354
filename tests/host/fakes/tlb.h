/* SPDX-License-Identifier: MIT */
/*
 * A TLB that remembers every leaf translation until it is told to forget it: what a CPU may do at
 * worst.
 */
#pragma once

#include <arch/pgtable.h>

/* Use va as a program would: from the TLB if it is there, else from the tables. */
bool tlb_access(struct pgtable *pt, vaddr_t va, paddr_t *pa, unsigned *prot);

/* How many remembered translations the tables no longer give, or give with fewer rights. */
unsigned tlb_stale(void);

/* Invalidations so far, by address. */
extern unsigned tlb_flushes;

/* What one invalidation forgets; larger in tests that map blocks. */
extern u64 tlb_span;

/* Identifiers given out and not returned. */
extern unsigned asids_used;
