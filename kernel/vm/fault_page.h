/* SPDX-License-Identifier: MIT */
/* The inside of a fault, for those who hold vmspace->lock. */
#pragma once

#include <vm/need.h>

struct vmregion;

/* Map the page at va (aligned, in the region, which allows it). As vm_fault(), but -ERANGE: beyond
 * the pmo's end, and VM_AGAIN. */
int __must_check vm_fault_page(struct vmregion *region, vaddr_t va, bool write,
                               struct vm_need *need);
