/* SPDX-License-Identifier: MIT */
/* Mapping: where to, and of what; see vmspace.h. */
#include <lib/errno.h>
#include <vm/map_check.h>
#include <vm/sweep.h>
#include <vm/unmap.h>
#include <vm/vmregion.h>

enum {
    MAP_FLAGS =
        VM_PROT | VM_FIXED | VM_NOREPLACE | VM_DONTFORK | VM_GROWSDOWN | VM_POPULATE | VM_PRIVATE
};

/* Private memory may be written whatever the capability says: only the copy is. */
static unsigned max_prot_of(const struct vm_map_args *args)
{
    if (args->pmo == NULL) {
        return VM_PROT;
    }
    return args->max_prot | (args->flags & VM_PRIVATE ? VM_WRITE : 0);
}

static int args_check(const struct vm_map_args *args)
{
    const struct pmo *pmo = args->pmo;
    bool at = (args->flags & (VM_FIXED | VM_NOREPLACE)) != 0;

    if ((args->flags & ~(unsigned)MAP_FLAGS) != 0 || !vm_prot_valid(args->flags & VM_PROT) ||
        args->len == 0 || args->len > USER_LIMIT || !IS_ALIGNED(args->len, PAGE_SIZE) ||
        args->first > PMO_MAX_PAGES) {
        return -EINVAL;
    }
    if (at && (!IS_ALIGNED(args->addr, PAGE_SIZE) || args->addr < USER_BASE ||
               args->addr > USER_LIMIT - args->len)) {
        return -EINVAL;
    }
    if ((args->flags & VM_PROT & ~max_prot_of(args)) != 0 ||
        ((args->flags & VM_PRIVATE) && pmo != NULL && !(args->max_prot & VM_READ))) {
        return -EACCES;
    }
    if (pmo != NULL && pmo->kind == PMO_DEVICE) { /* only its own pages, whole */
        u64 pages = pmo->size >> PAGE_SHIFT;

        if (!IS_ALIGNED(pmo->phys | pmo->size, PAGE_SIZE) || (args->flags & VM_EXEC) ||
            args->first > pages || args->len >> PAGE_SHIFT > pages - args->first) {
            return -EINVAL;
        }
    }
    return 0;
}

/* Room that the region above wants below it. */
static u64 guard_below(const struct vmregion *region)
{
    return region->flags & VM_GROWSDOWN ? VM_GUARD_PAGES << PAGE_SHIFT : 0;
}

/* The free space that ends at `top` or, if a region is there, below that region and its guard. */
static struct vm_range gap_below(const struct vmspace *vs, vaddr_t top)
{
    const struct vmregion *above = vmregion_after(vs, top);
    const struct vmregion *below = above != NULL ? vmregion_prev(above) : vmregion_last(vs);
    struct vm_range gap = {USER_BASE, top};

    if (below != NULL) {
        gap.start = MAX(gap.start, below->range.end);
    }
    if (above != NULL) {
        u64 guard = MIN(above->range.start, guard_below(above));

        gap.end = MIN(top, above->range.start - guard);
    }
    gap.end = MAX(gap.start, gap.end);
    return gap;
}

/*
 * Find `len` free bytes, and `guard` more below them: from vs->search downwards, then once from the
 * top, a batch of gaps a turn. Unmapping moves vs->search up, so low addresses are used only when
 * nothing fits above.
 */
static int find_room(struct vmspace *vs, u64 len, u64 align, u64 guard, vaddr_t *at)
{
    for (unsigned budget = PMO_BATCH; budget > 0; budget--) {
        struct vm_range gap = gap_below(vs, vs->search);
        vaddr_t start = ALIGN_DOWN(gap.end - MIN(len, gap.end), align);

        if (start >= gap.start + guard && start + len <= gap.end) {
            *at = start;
            vs->search = start;
            vs->search_wrapped = false;
            return 0;
        }
        if (gap.start > USER_BASE) {
            vs->search = gap.start - PAGE_SIZE; /* in the region below the gap */
            continue;
        }
        vs->search = vs->top;
        vs->search_wrapped = !vs->search_wrapped;
        if (!vs->search_wrapped) {
            return -ENOMEM;
        }
    }
    return VM_AGAIN;
}

/* Decide on the address; what VM_FIXED replaces goes. */
static int place(struct vmspace *vs, const struct vm_map_args *args, vaddr_t *at)
{
    struct vm_range range = {args->addr, args->addr + args->len};
    const struct pmo *pmo = args->pmo;
    unsigned budget = PMO_BATCH;
    struct vmregion *region;
    u64 align = PAGE_SIZE;

    if (args->flags & VM_NOREPLACE) {
        region = vmregion_after(vs, range.start);
        *at = args->addr;
        return region != NULL && region->range.start < range.end ? -EEXIST : 0;
    }
    if (args->flags & VM_FIXED) {
        *at = args->addr;
        return vmspace_unmap_turn(vs, &range, &budget);
    }
    if (pmo != NULL && pmo->phys != 0 && args->len >= MiB(2)) {
        align = MiB(2); /* so that blocks fit */
    }
    return find_room(vs, args->len, align,
                     args->flags & VM_GROWSDOWN ? VM_GUARD_PAGES << PAGE_SHIFT : 0, at);
}

/* The pmo to map, with a reference: what was given, a lazy clone of it, or fresh memory. */
static int choose_pmo(struct vmspace *vs, const struct vm_map_args *args, struct pmo **out)
{
    u64 pages = args->len >> PAGE_SHIFT;
    struct pmo *pmo = args->pmo;
    int err = 0;

    if (pmo == NULL) {
        pmo = pmo_new(args->len, PMO_ANON, PMO_FIXED_SIZE, vs->obj.account);
        err = pmo == NULL ? -ENOMEM : 0;
    } else if (args->flags & VM_PRIVATE) {
        err = pmo_clone(pmo, args->first, pages, true, vs->obj.account, &pmo);
    } else {
        object_get(&pmo->obj);
        *out = pmo;
        return 0;
    }
    if (err == 0) {
        pmo->flags |= PMO_OWNED;
        *out = pmo;
    }
    return err;
}

static int map_at(struct vmspace *vs, const struct vm_map_args *args, vaddr_t at)
{
    bool private = args->pmo == NULL || (args->flags & VM_PRIVATE);
    struct vmregion like = {
        .range = {at, at + args->len},
        .first = private ? 0 : args->first,
        .flags = (u16)(args->flags & (VM_PROT | VM_DONTFORK | VM_GROWSDOWN | VM_PRIVATE)),
        .max_prot = (u8)max_prot_of(args),
    };
    struct vmregion *region;
    int err = choose_pmo(vs, args, &like.pmo);

    if (err != 0) {
        return err;
    }
    if (private) {
        like.flags |= VM_PRIVATE;
    }
    region = vmregion_create(vs, &like);
    if (region == NULL) {
        object_put(&like.pmo->obj);
        return -ENOMEM;
    }
    if (!private && args->via != NULL) {
        err = vmregion_attach(region, args->via, args->via_word);
        if (err != 0) {
            vmregion_shrink(region, region->range.end);
            vmregion_remove(region);
        }
    }
    return err;
}

int vmspace_map(struct vmspace *vs, const struct vm_map_args *args, vaddr_t *at,
                struct vm_need *need)
{
    int err = args_check(args);

    if (err != 0) {
        return err;
    }
    spin_lock(&vs->lock);
    err = vm_clone_wait(vs, need);
    if (err == 0) {
        err = place(vs, args, at);
    }
    if (err == 0) {
        err = map_at(vs, args, *at);
    }
    spin_unlock(&vs->lock);
    return err;
}
