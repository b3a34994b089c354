/* SPDX-License-Identifier: MIT */
/* The inside of unmapping, for those who hold vmspace->lock. */
#pragma once

#include <vm/vmspace.h>

/* A turn of vmspace_unmap(): *range and *budget are moved on. 0, VM_AGAIN or -ENOMEM. */
int __must_check vmspace_unmap_turn(struct vmspace *vs, struct vm_range *range, unsigned *budget);
