/* SPDX-License-Identifier: MIT */
/* Memory of an address space reached from outside: populate, copy in and out; see vmspace.h. */
#include <lib/errno.h>
#include <lib/string.h>
#include <vm/fault_page.h>
#include <vm/map_check.h>
#include <vm/pmo_page.h>
#include <vm/vmregion.h>

int vmspace_populate(struct vmspace *vs, struct vm_range *range, struct vm_need *need)
{
    int err = vm_range_check(range);

    if (err != 0) {
        return err;
    }
    spin_lock(&vs->lock);
    for (unsigned i = 0; i < PMO_ZERO_BATCH && err == 0 && range->start < range->end; i++) {
        struct vmregion *region = vmregion_find(vs, range->start);

        if (region == NULL || region->dying || !(region->flags & VM_PROT)) {
            err = -EFAULT;
            break;
        }
        err = vm_fault_page(region, range->start,
                            (region->flags & VM_WRITE) && region->pmo->kind == PMO_ANON, need);
        range->start += err == 0 ? PAGE_SIZE : 0;
    }
    spin_unlock(&vs->lock);
    if (err == 0 && range->start < range->end) {
        err = VM_AGAIN;
    }
    return err != -ERANGE ? err : -EFAULT;
}

/* Within one page. */
static int copy_part(struct vmspace *vs, vaddr_t va, void *buf, size_t n, bool write,
                     struct vm_need *need) REQUIRES(vs->lock)
{
    struct vmregion *region = vmregion_find(vs, va);
    unsigned wanted = write ? VM_WRITE : VM_READ;
    struct pmo *pmo;
    u64 *entry;
    int err;

    if (region == NULL || region->dying || !(region->flags & wanted) ||
        region->pmo->kind == PMO_DEVICE) {
        return -EFAULT;
    }
    pmo = region->pmo;
    spin_lock(&pmo->lock);
    err = pmo_page_get(pmo, region->first + ((va - region->range.start) >> PAGE_SHIFT), write,
                       &entry, need);
    if (err == 0) {
        u8 *at = (u8 *)page_to_virt(entry_page(*entry)) + va % PAGE_SIZE;

        memcpy(write ? at : buf, write ? buf : at, n);
    }
    spin_unlock(&pmo->lock);
    return err != -ERANGE ? err : -EFAULT;
}

static int copy(struct vmspace *vs, vaddr_t va, void *buf, size_t len, bool write,
                struct vm_need *need)
{
    int err = va > USER_LIMIT - PAGE_SIZE ? -EFAULT : 0;

    spin_lock(&vs->lock);
    for (size_t n; len > 0 && err == 0; len -= n, va += n, buf = (u8 *)buf + n) {
        n = MIN(len, PAGE_SIZE - va % PAGE_SIZE);
        err = copy_part(vs, va, buf, n, write, need);
    }
    spin_unlock(&vs->lock);
    return err;
}

int vmspace_copy_out(struct vmspace *vs, vaddr_t va, const void *buf, size_t len,
                     struct vm_need *need)
{
    return copy(vs, va, (void *)buf, len, true, need);
}

int vmspace_copy_in(struct vmspace *vs, void *buf, vaddr_t va, size_t len, struct vm_need *need)
{
    return copy(vs, va, buf, len, false, need);
}
