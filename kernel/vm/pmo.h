/* SPDX-License-Identifier: MIT */
/*
 * Physical memory objects: what is mapped. A pmo is an index from page numbers to frames, of one of
 * four kinds (uapi/vm.h), and the list of the regions that map it, so that "unmap everywhere" and
 * "write-protect everywhere and say what was dirty" are single operations.
 *
 * Copy-on-write without shadow chains: a clone copies the words of the index and counts the frames;
 * a frame with several holders is never writable, and the last holder keeps it without copying. A
 * lazy clone, made for private mappings of files, besides looks at its `source`, which has none
 * itself, for pages that it has not yet.
 *
 * Bounded: an operation does at most PMO_BATCH pages (PMO_ZERO_BATCH where it zeroes or copies
 * them) a turn and returns VM_AGAIN; those with a `done` argument report how many pages to skip
 * next time, the others are called again with the same arguments and find their place by
 * themselves.
 *
 * Locks: pmo->lock; two of them (clone before source) only here. All functions take it themselves.
 */
#pragma once

#include <lib/list.h>
#include <lib/lock.h>
#include <lib/types.h>
#include <object/object.h>
#include <uapi/vm.h>
#include <vm/need.h>
#include <vm/radix.h>

enum { PMO_BATCH = 64, PMO_ZERO_BATCH = 16, PMO_CLONE_BATCH = 32 };

#define PMO_MAX_PAGES (UINT64_C(1) << 36) /* what an address space can hold */

/* An entry of the index: 0 (no page), or the frame's physical address with these. */
enum pmo_entry {
    ENTRY_FRAME = 1,
    ENTRY_DIRTY = 2,    /* pager: written since it was supplied or cleaned */
    ENTRY_CLEANING = 4, /* its pager saves it: who writes waits for pmo_cleaned() */
};
#define ENTRY_ADDR UINT64_C(0x0000fffffffff000)

/* Kernel's own flags, beside enum pmo_flag. */
enum { PMO_OWNED = 0x100 /* no handle ever: each page is in at most one region, which owns it */ };

struct pmo {
    struct object obj;
    u32 kind;              /* enum pmo_kind; constant */
    u32 flags;             /* constant */
    paddr_t phys;          /* contiguous, device: base; constant */
    struct object *pager;  /* server, counted; PMO_PAGER only */
    u64 cookie;            /* what the pager knows it by */
    struct pmo *source;    /* lazy clone: counted, constant */
    u64 source_first;      /* page of the source that is our page 0 */
    struct vm_event event; /* CLEANING ended */
    struct spinlock lock;
    /* Protected by lock: */
    u64 size;     /* bytes; not less than a page for devices that share one */
    u64 extent;   /* pages at or above this have no frames; above the size while it shrinks */
    u64 dropped;  /* shrinking, destruction: pages below this are done with */
    u64 progress; /* pmo_commit(), pmo_clone_turn(): pages below this are done */
    u64 frames;   /* in the index, charged to obj.account */
    struct radix index;
    struct list_node mappings; /* vmregions; those that the current sweep has visited at the tail */
    u32 sweep;                 /* stamp of the current sweep (sweep.h) */
    u32 sweep_prot;
    u64 sweep_first, sweep_count; /* its pages; count 0: none is under way */
};

static inline struct pmo *pmo_of(struct object *obj)
{
    return container_of(obj, struct pmo, obj);
}

static inline u64 pmo_pages(const struct pmo *pmo)
{
    return (pmo->size + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

extern const struct object_ops pmo_object_ops;

/* Without frames, one reference. NULL: no memory, or the account is at its limit. */
struct pmo *pmo_new(u64 size, u32 kind, u32 flags, struct account *account);

/* Boot, once: registers OBJ_PMO and OBJ_VMSPACE. */
void vm_init(void);

struct pmo_args {
    u64 size;             /* bytes; contiguous: at most 64 MiB */
    u32 kind;             /* enum pmo_kind */
    u32 flags;            /* enum pmo_flag */
    paddr_t phys;         /* device */
    struct object *pager; /* pager: a reference is taken */
    u64 cookie;
    struct account *account; /* pays for object and frames */
};

/*
 * A new pmo with one reference. -EINVAL: size or flags; -ENOMEM. A contiguous one and one with
 * PMO_COMMIT may be used only after pmo_commit() has returned 0.
 */
int __must_check pmo_create(const struct pmo_args *args, struct pmo **out);

/* Get all pages that it promised: VM_AGAIN until done, -ENOMEM. Nothing to do for other pmos. */
int __must_check pmo_commit(struct pmo *pmo);

/* Boot: RAM that the loader has filled becomes an anonymous pmo's, uncopied; page aligned. -ENOMEM.
 */
int __must_check pmo_adopt(paddr_t phys, u64 size, struct account *account, struct pmo **out);

/*
 * A copy-on-write copy of pages [first, first + count), of the kind anonymous. Lazy: complete at
 * once; a page comes from the source when it is first touched. Else pmo_clone_turn() fills it:
 * VM_AGAIN until it returns 0. -EINVAL: contiguous or device; lazy of a lazy clone. -ENOMEM.
 */
int __must_check pmo_clone(struct pmo *src, u64 first, u64 count, bool lazy,
                           struct account *account, struct pmo **out);
int __must_check pmo_clone_turn(struct pmo *src, u64 first, struct pmo *clone);

/*
 * Change the size; shrinking unmaps and frees what lies beyond and zeroes the rest of the last
 * page. VM_AGAIN with the new size already in force; VM_FAULT_WAIT; -EINVAL: fixed size; -ENOMEM.
 */
int __must_check pmo_resize(struct pmo *pmo, u64 size, struct vm_need *need);

/*
 * The pager's answer: move `count` pages of `from` (absent ones count as zeroes) from its page
 * from_first to pmo's page first. A page that is there already stays, and so does its twin in
 * `from`. VM_AGAIN; -EINVAL: pmo has no pager, or from is not plain anonymous memory; -ENOMEM.
 */
struct pmo_supply_args {
    u64 first, count;
    struct pmo *from;
    u64 from_first;
};
int __must_check pmo_supply(struct pmo *pmo, const struct pmo_supply_args *args, u64 *done);

/*
 * Write-protect pages [first, first + count), count <= PMO_BATCH, in all mappings; bit i of *dirty
 * says that page first + i was written since the last time and is now CLEANING: nobody can write to
 * it until pmo_cleaned(). VM_AGAIN.
 */
int __must_check pmo_clean(struct pmo *pmo, u64 first, u64 count, u64 *dirty);
/* They are saved. With `failed` they are dirty again. */
int __must_check pmo_cleaned(struct pmo *pmo, u64 first, u64 count, bool failed);

/*
 * Take out what is clean and not pinned of [first, first + count), count <= PMO_BATCH. VM_AGAIN.
 * -EINVAL unless the kind is PMO_PAGER: nobody else could bring it back.
 */
int __must_check pmo_evict(struct pmo *pmo, u64 first, u64 count);

/* A copy between a pmo and a buffer, of the kernel or of the current address space. */
struct pmo_io {
    u64 offset; /* bytes into the pmo */
    u64 left;   /* bytes */
    void *kernel;
    void __user *user; /* when kernel is NULL */
};

/*
 * At most a page a turn; *io moves on with what was done. 0: all is done; VM_AGAIN; VM_FAULT_*;
 * -EFAULT: the buffer (the caller may resolve that and call again); -ERANGE: beyond the end;
 * -ENOMEM; -EINVAL: a device.
 */
int __must_check pmo_read(struct pmo *pmo, struct pmo_io *io, struct vm_need *need);
int __must_check pmo_write(struct pmo *pmo, struct pmo_io *io, struct vm_need *need);

/* The figures of uapi/vm.h; phys is 0 unless the kind is contiguous. */
void pmo_info(struct pmo *pmo, struct pmo_info *info);
