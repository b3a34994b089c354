/* SPDX-License-Identifier: MIT */
/* Life of an address space; see vmspace.h. */
#include <lib/errno.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <object/account.h>
#include <vm/unmap.h>
#include <vm/vmregion.h>

enum { SEED_BITS = 20 }; /* addresses that we choose begin up to 4 GiB below the top */

static struct kmem_cache vmspace_cache = KMEM_CACHE("vmspace", struct vmspace);

static paddr_t table_alloc(struct pgtable *pt)
{
    struct vmspace *vs = container_of(pt, struct vmspace, pt);
    struct page *page;

    if (account_charge(vs->obj.account, 1, 0) != 0) {
        return 0;
    }
    page = page_alloc_zeroed();
    if (page == NULL) {
        account_uncharge(vs->obj.account, 1, 0);
        return 0;
    }
    vs->table_pages++;
    return page_to_phys(page);
}

static void table_free(struct pgtable *pt, paddr_t table)
{
    struct vmspace *vs = container_of(pt, struct vmspace, pt);

    vs->table_pages--;
    account_uncharge(vs->obj.account, 1, 0);
    page_put(page_of(table));
}

static const struct pgtable_ops table_ops = {
    .alloc_table = table_alloc,
    .free_table = table_free,
};

int vmspace_create(struct account *account, u64 seed, struct vmspace **out)
{
    struct vmspace *vs = kmem_zalloc(&vmspace_cache);
    int err = -ENOMEM;

    if (vs == NULL) {
        return -ENOMEM;
    }
    if (object_init(&vs->obj, OBJ_VMSPACE, account) != 0) {
        goto out_free;
    }
    spin_init(&vs->lock, LOCK_VMSPACE);
    vm_event_init(&vs->event);
    rb_init(&vs->regions);
    vs->top = USER_LIMIT - PAGE_SIZE - ((seed & (BIT(SEED_BITS) - 1)) << PAGE_SHIFT);
    vs->search = vs->top;
    err = pgtable_init(&vs->pt, &table_ops);
    if (err != 0) {
        goto out_put;
    }
    *out = vs;
    return 0;

out_put:
    object_put(&vs->obj); /* vmspace_destroy() sees that there are no tables */
    return err;
out_free:
    kmem_free(&vmspace_cache, vs);
    return err;
}

bool vmspace_clear(struct vmspace *vs, unsigned *budget)
{
    struct vm_range all = {0, USER_LIMIT};
    int err;

    vmspace_clone_abandon(vs);
    if (!vs->pt.retired) {
        pgtable_retire(&vs->pt);
    }
    spin_lock(&vs->lock);
    err = vmspace_unmap_turn(vs, &all, budget);
    spin_unlock(&vs->lock);
    return err == 0;
}

/* No CPU runs in it, no handle names it; only a revoke on its way may still look at its regions. */
static bool vmspace_destroy(struct object *obj, unsigned *budget)
{
    struct vmspace *vs = vmspace_of(obj);

    if (vs->pt.ttbr == 0) {
        return true; /* its creation failed */
    }
    if (!vmspace_clear(vs, budget)) {
        return false;
    }
    pgtable_destroy(&vs->pt);
    return true;
}

static bool vmspace_free(struct reap_item *item, unsigned *budget)
{
    (void)budget;
    kmem_free(&vmspace_cache, container_of(item, struct vmspace, obj.reap));
    return true;
}

/* After another grace period: see vmspace.h. */
static void vmspace_release(struct object *obj)
{
    obj->reap.turn = vmspace_free;
    reap_add(&obj->reap);
}

static u64 vmspace_detail(struct object *obj)
{
    return vmspace_of(obj)->table_pages;
}

const struct object_ops vmspace_object_ops = {
    .name = "vmspace",
    .destroy = vmspace_destroy,
    .release = vmspace_release,
    .detail = vmspace_detail,
};

void vm_init(void)
{
    object_type_register(OBJ_PMO, &pmo_object_ops);
    object_type_register(OBJ_VMSPACE, &vmspace_object_ops);
}

bool vmspace_region_info(struct vmspace *vs, vaddr_t from, struct region_info *info)
{
    struct vmregion *region;

    spin_lock(&vs->lock);
    region = vmregion_after(vs, from);
    if (region != NULL) {
        u64 length = region->range.end - region->range.start;

        *info = (struct region_info){
            .start = region->range.start,
            .length = length,
            .offset = region->first << PAGE_SHIFT,
            .object = region->pmo->obj.id,
            .resident = MIN(region->pmo->frames << PAGE_SHIFT, length),
            .flags = region->flags,
            .kind = region->pmo->kind,
        };
    }
    spin_unlock(&vs->lock);
    return region != NULL;
}

bool vmspace_place(struct vmspace *vs, vaddr_t va, struct object **pmo, u64 *offset)
{
    struct vmregion *region;

    spin_lock(&vs->lock);
    region = vmregion_find(vs, va);
    if (region != NULL) {
        *pmo = &region->pmo->obj;
        *offset = (region->first << PAGE_SHIFT) + (va - region->range.start);
    }
    spin_unlock(&vs->lock);
    return region != NULL;
}
