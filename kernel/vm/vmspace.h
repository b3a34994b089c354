/* SPDX-License-Identifier: MIT */
/*
 * Address spaces: regions that map ranges of pmos, in a tree by address, and the translation tables
 * that faults fill from them (fault.h).
 *
 * Bounded: what works on a range takes a struct vm_range, moves its start past what is done and
 * returns VM_AGAIN; the system call layer stores the rest in the frame's argument registers and
 * restarts.
 *
 * Locks: vmspace->lock guards tree and regions; the range of a region changes only with both its
 * vmspace's and its pmo's lock held, so either is enough to read it. Then pmo->lock, the pmo's
 * tree_lock (for the region's node in the derivation tree), the table's lock. A region's memory,
 * and a vmspace's, is freed after a grace period (object/reap.h), so revoke may look at one that
 * just went.
 */
#pragma once

#include <arch/mmu.h>
#include <arch/pgtable.h>
#include <lib/rbtree.h>
#include <object/object.h>
#include <object/reap.h>
#include <object/slot.h>
#include <uapi/vm.h>
#include <vm/pmo.h>

enum { VM_PROT = VM_READ | VM_WRITE | VM_EXEC, VM_GUARD_PAGES = 16 };

struct vm_range {
    vaddr_t start; /* both page aligned, start <= end */
    vaddr_t end;
};

struct vmregion {
    struct vm_range range;
    struct vmspace *vmspace; /* constant, as are pmo and max_prot */
    struct pmo *pmo;         /* counted */
    u64 first;               /* page of the pmo at range.start */
    u16 flags;               /* enum vm_flag: VM_PROT and VM_DONTFORK, VM_GROWSDOWN, VM_PRIVATE */
    u8 max_prot;             /* the rights of the capability that it was mapped by */
    bool dying;              /* being unmapped: faults fail, nothing can be mapped here yet */
    bool gone;               /* in no structure any more; only the grace period keeps the memory */
    u32 sweep;               /* pmo->lock: stamp of the last sweep that was here */
    struct rb_node node;     /* vmspace->lock */
    struct list_node link;   /* pmo->lock: in pmo->mappings */
    struct cap_node cap;     /* the pmo's tree_lock; below the capability that it was mapped by */
    struct reap_item reap;
};

struct vmspace {
    struct object obj;
    struct pgtable pt;
    u64 table_pages;       /* of pt, charged to obj.account; pt.lock */
    struct vm_event event; /* a clone of this address space has ended */
    struct spinlock lock;
    /* Protected by lock: */
    struct rb_tree regions;
    struct vmregion *last;        /* where the last fault was, or NULL */
    vaddr_t search;               /* free room is looked for below this, */
    bool search_wrapped;          /* and once more from the top */
    vaddr_t top;                  /* no choice of ours lies above this */
    struct vmspace *clone;        /* the child that is being made of this one, or NULL */
    struct vmspace *clone_parent; /* counted, while this is that child */
    vaddr_t clone_next;           /* and has all regions of the parent below this, */
    struct pmo *clone_pmo;        /* and this far the next one's private pages; counted */
};

static inline struct vmspace *vmspace_of(struct object *obj)
{
    return container_of(obj, struct vmspace, obj);
}

static inline struct object *vmspace_object(struct vmspace *vs)
{
    return &vs->obj;
}

extern const struct object_ops vmspace_object_ops;

/* object_ops.revoke_mapping of pmos. */
bool vmregion_revoke(struct object *obj, struct cap_node *node, unsigned *budget);

/*
 * An empty address space with one reference. `seed` moves the addresses that vmspace_map() chooses.
 * The account pays for translation tables and for private memory. -ENOMEM; -EAGAIN: no ASID left.
 */
int __must_check vmspace_create(struct account *account, u64 seed, struct vmspace **out);

/*
 * Let this CPU run in vs (NULL: in the empty table). Takes effect at the next eret, or isb() if
 * user memory is touched before. A CPU leaves vs before the reference that it runs on is put; idle
 * CPUs are in the empty table.
 */
static inline void vmspace_activate(const struct vmspace *vs)
{
    pgtable_activate(vs != NULL ? vs->pt.ttbr : empty_root_table());
}

struct vm_map_args {
    struct pmo *pmo;   /* NULL: fresh anonymous memory; VM_PRIVATE is implied, via is NULL */
    u64 first;         /* page of the pmo */
    vaddr_t addr;      /* for VM_FIXED and VM_NOREPLACE; otherwise ignored */
    u64 len;           /* bytes, page aligned, not 0 */
    unsigned flags;    /* enum vm_flag */
    unsigned max_prot; /* VM_PROT bits that the capability allows */
    struct slot
        *via; /* the capability's slot, which still must hold via_word; NULL: the kernel maps */
    u64 via_word;
};

/*
 * Map; *at gets the address. VM_AGAIN: restart with the same arguments (part of what VM_FIXED
 * replaces is gone, or the search for room goes on). VM_PRIVATE maps a lazy clone. VM_POPULATE is
 * the caller's part: vmspace_populate(). VM_WAIT; -EINVAL; -EACCES: prot beyond max_prot; -EEXIST:
 * VM_NOREPLACE; -ENOMEM: memory or room; -EBADF: the slot has changed.
 */
int __must_check vmspace_map(struct vmspace *vs, const struct vm_map_args *args, vaddr_t *at,
                             struct vm_need *need);

/* Holes are fine. VM_AGAIN; VM_WAIT; -EINVAL; -ENOMEM (a region must be cut in two). */
int __must_check vmspace_unmap(struct vmspace *vs, struct vm_range *range, struct vm_need *need);

/* Every page must be mapped: -ENOMEM; -EACCES: prot beyond the regions' max_prot; else as unmap. */
int __must_check vmspace_protect(struct vmspace *vs, struct vm_range *range, unsigned prot,
                                 struct vm_need *need);

/* Make all pages present, as faults of the best kind that the regions allow would. VM_AGAIN;
 * VM_FAULT_*; -EFAULT, -ENOMEM as vm_fault(). */
int __must_check vmspace_populate(struct vmspace *vs, struct vm_range *range, struct vm_need *need);

/*
 * fork: give `child`, empty at first, what `parent` has: private regions as snapshots, others
 * shared, VM_DONTFORK left out. VM_AGAIN until it returns 0; the cursor is in the child. In between
 * map, unmap and protect of the parent give VM_WAIT, faults go on. -EBUSY: another clone is going
 * on; -EINVAL: child not empty; -ENOMEM: it is over, destroy the child.
 */
int __must_check vmspace_clone(struct vmspace *parent, struct vmspace *child);
/* A child that goes before its clone is complete: the parent goes on. No locks held. */
void vmspace_clone_abandon(struct vmspace *child);

/*
 * Unmap everything, at most *budget units; true when nothing is left. Only for the holder of the
 * last reference, when no CPU is or will be in it: then the memory is free before others learn of
 * the end.
 */
bool vmspace_clear(struct vmspace *vs, unsigned *budget);

/* The first region that ends above `from`; false when there is none. For INFO_REGIONS. */
bool vmspace_region_info(struct vmspace *vs, vaddr_t from, struct region_info *info);

/* The pmo and the byte in it that is mapped at va, for keys of shared futexes; false: nothing. */
bool vmspace_place(struct vmspace *vs, vaddr_t va, struct object **pmo, u64 *offset);

/*
 * Copy `len` bytes within one or two pages to or from another address space, faults included,
 * without switching to it. 0; -EFAULT; -ENOMEM; VM_FAULT_*: nothing useful was done.
 */
int __must_check vmspace_copy_out(struct vmspace *vs, vaddr_t va, const void *buf, size_t len,
                                  struct vm_need *need);
int __must_check vmspace_copy_in(struct vmspace *vs, void *buf, vaddr_t va, size_t len,
                                 struct vm_need *need);
