/* SPDX-License-Identifier: MIT */
/* What all operations that change an address space check first. */
#pragma once

#include <lib/errno.h>
#include <vm/vmspace.h>

static inline int __must_check vm_range_check(const struct vm_range *range)
{
    bool valid = IS_ALIGNED(range->start | range->end, PAGE_SIZE) && range->start <= range->end &&
                 range->end <= USER_LIMIT;

    return valid ? 0 : -EINVAL;
}

/* Memory is never both writable and executable. */
static inline bool vm_prot_valid(unsigned prot)
{
    return (prot & ~(unsigned)VM_PROT) == 0 &&
           (prot & (VM_WRITE | VM_EXEC)) != (VM_WRITE | VM_EXEC);
}

/* VM_WAIT while the address space is being cloned. vs->lock held. */
static inline int __must_check vm_clone_wait(struct vmspace *vs, struct vm_need *need)
{
    if (likely(vs->clone == NULL)) {
        return 0;
    }
    object_get(&vs->obj);
    *need =
        (struct vm_need){.object = &vs->obj, .event = &vs->event, .sequence = vs->event.sequence};
    return VM_WAIT;
}
