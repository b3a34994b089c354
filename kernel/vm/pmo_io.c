/* SPDX-License-Identifier: MIT */
/* Copies to and from pmos that are not mapped; see pmo.h. The pmo's lock is held over a page's
 * copy. */
#include <arch/cache.h>
#include <arch/uaccess.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <vm/pmo_page.h>

static int copy_out(const struct pmo_io *io, const void *from, size_t n)
{
    if (io->kernel != NULL) {
        memcpy(io->kernel, from, n);
        return 0;
    }
    return copy_to_user(io->user, from, n);
}

static int zero_out(const struct pmo_io *io, size_t n)
{
    if (io->kernel != NULL) {
        memset(io->kernel, 0, n);
        return 0;
    }
    return zero_user(io->user, n);
}

static int copy_in(const struct pmo_io *io, void *to, size_t n)
{
    if (io->kernel != NULL) {
        memcpy(to, io->kernel, n);
        return 0;
    }
    return copy_from_user(to, io->user, n);
}

static int read_page(struct pmo *pmo, const struct pmo_io *io, size_t n, struct vm_need *need)
    REQUIRES(pmo->lock)
{
    u64 index = io->offset >> PAGE_SHIFT;
    u64 *entry = radix_find(&pmo->index, index);
    int err;

    if ((entry == NULL || *entry == 0) && pmo->kind == PMO_ANON && pmo->source == NULL) {
        return zero_out(io, n); /* no frame for a hole that is only read */
    }
    err = pmo_page_get(pmo, index, false, &entry, need);
    if (err != 0) {
        return err;
    }
    return copy_out(io, (u8 *)page_to_virt(entry_page(*entry)) + io->offset % PAGE_SIZE, n);
}

static int write_page(struct pmo *pmo, const struct pmo_io *io, size_t n, struct vm_need *need)
    REQUIRES(pmo->lock)
{
    u64 *entry;
    int err = pmo_page_get(pmo, io->offset >> PAGE_SHIFT, true, &entry, need);

    if (err != 0) {
        return err;
    }
    return copy_in(io, (u8 *)page_to_virt(entry_page(*entry)) + io->offset % PAGE_SIZE, n);
}

/* A turn of pmo_read() or pmo_write(). */
static int transfer(struct pmo *pmo, struct pmo_io *io, bool write, struct vm_need *need)
{
    size_t n = MIN(io->left, PAGE_SIZE - io->offset % PAGE_SIZE);
    int err = 0;

    if (pmo->kind == PMO_DEVICE) {
        return -EINVAL;
    }
    if (n == 0) {
        return 0;
    }
    spin_lock(&pmo->lock);
    if (io->offset >= pmo->size || n > pmo->size - io->offset) {
        err = -ERANGE;
    } else {
        err = write ? write_page(pmo, io, n, need) : read_page(pmo, io, n, need);
    }
    spin_unlock(&pmo->lock);
    if (err != 0) {
        return err;
    }
    io->offset += n;
    io->left -= n;
    if (io->kernel != NULL) {
        io->kernel = (u8 *)io->kernel + n;
    } else {
        io->user = (u8 __user *)io->user + n;
    }
    return io->left != 0 ? VM_AGAIN : 0;
}

int pmo_read(struct pmo *pmo, struct pmo_io *io, struct vm_need *need)
{
    return transfer(pmo, io, false, need);
}

int pmo_write(struct pmo *pmo, struct pmo_io *io, struct vm_need *need)
{
    return transfer(pmo, io, true, need);
}
