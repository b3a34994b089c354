/* SPDX-License-Identifier: MIT */
/* Regions of an address space: look-up, cutting, and their ties to a pmo. All with vmspace->lock
 * held. */
#pragma once

#include <vm/vmspace.h>

/* The region that contains va, or NULL. */
struct vmregion *vmregion_find(const struct vmspace *vs, vaddr_t va);

/* The lowest region that ends above va, or NULL. */
struct vmregion *vmregion_after(const struct vmspace *vs, vaddr_t va);

/* The highest one; neighbours. NULL where there is none. */
struct vmregion *vmregion_last(const struct vmspace *vs);
struct vmregion *vmregion_next(const struct vmregion *region);
struct vmregion *vmregion_prev(const struct vmregion *region);

/*
 * A region of vs from what `like` says (range, pmo, first, flags, max_prot), in the tree and in the
 * pmo's list; takes over the caller's reference to the pmo. NULL: no memory; the reference stays
 * the caller's.
 */
struct vmregion *vmregion_create(struct vmspace *vs, const struct vmregion *like);

/* Let it go when the capability in slot `via`, which must hold `word`, is revoked. -EBADF: it does
 * not. */
int __must_check vmregion_attach(struct vmregion *region, struct slot *via, u64 word);
/* The same with the capability of another region of the pmo, if that has one. */
void vmregion_derive(struct vmregion *region, struct vmregion *from);

/* Cut in two at `at`, inside the region; returns the upper half, NULL: no memory. */
struct vmregion *vmregion_cut(struct vmregion *region, vaddr_t at);

/* Let the region begin at `start`, at most its end: what lay before is unmapped. */
void vmregion_shrink(struct vmregion *region, vaddr_t start);

/* Make one region of this and the next, if they belong together. */
void vmregion_merge(struct vmregion *region);

/* An empty region goes: out of all structures, the pmo's reference put, freed after a grace period.
 */
void vmregion_remove(struct vmregion *region);
