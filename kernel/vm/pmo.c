/* SPDX-License-Identifier: MIT */
/* Life of a pmo: creation, size, end; see pmo.h. */
#include <arch/cache.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <object/account.h>
#include <vm/pmo_page.h>
#include <vm/sweep.h>

static struct kmem_cache pmo_cache = KMEM_CACHE("pmo", struct pmo);

struct pmo *pmo_new(u64 size, u32 kind, u32 flags, struct account *account)
{
    struct pmo *pmo = kmem_zalloc(&pmo_cache);

    if (pmo == NULL) {
        return NULL;
    }
    if (object_init(&pmo->obj, OBJ_PMO, account) != 0) {
        kmem_free(&pmo_cache, pmo);
        return NULL;
    }
    pmo->kind = kind;
    pmo->flags = flags;
    pmo->size = size;
    spin_init(&pmo->lock, LOCK_PMO);
    list_init(&pmo->mappings);
    vm_event_init(&pmo->event);
    return pmo;
}

static unsigned contiguous_order(const struct pmo *pmo)
{
    return (unsigned)__builtin_ctzll(pmo_pages(pmo));
}

/* All frames at once, but not zeroed and not in the index yet: pmo_commit(). */
static int contiguous_alloc(struct pmo *pmo)
{
    unsigned order = contiguous_order(pmo);
    struct page *page;

    if (account_charge(pmo->obj.account, BIT(order), 0) != 0) {
        return -ENOMEM;
    }
    page = page_alloc(order);
    account_uncharge(pmo->obj.account, BIT(order), 0); /* each is charged when it is entered */
    if (page == NULL) {
        return -ENOMEM;
    }
    page_split(page, order);
    pmo->phys = page_to_phys(page);
    return 0;
}

static bool args_valid(const struct pmo_args *args)
{
    const u32 user_flags = PMO_FIXED_SIZE | PMO_COMMIT | PMO_CALLER_PAYS | PMO_PINNED;
    u64 pages = (args->size + PAGE_SIZE - 1) >> PAGE_SHIFT;

    if (args->size > PMO_MAX_PAGES << PAGE_SHIFT || (args->flags & ~user_flags) != 0) {
        return false;
    }
    switch (args->kind) {
    case PMO_ANON:
        return true;
    case PMO_CONTIGUOUS:
        return pages != 0 && (pages & (pages - 1)) == 0;
    case PMO_DEVICE:
        return args->size != 0 && args->phys + args->size > args->phys &&
               args->phys + args->size <= BIT(48);
    case PMO_PAGER:
        return args->pager != NULL && !(args->flags & PMO_COMMIT);
    default:
        return false;
    }
}

int pmo_create(const struct pmo_args *args, struct pmo **out)
{
    struct pmo *pmo;

    if (!args_valid(args)) {
        return -EINVAL;
    }
    pmo = pmo_new(args->size, args->kind, args->flags, args->account);
    if (pmo == NULL) {
        return -ENOMEM;
    }
    pmo->phys = args->phys;
    pmo->cookie = args->cookie;
    if (args->kind == PMO_PAGER) {
        if (!object_get_live(args->pager)) {
            object_put(&pmo->obj);
            return -EBADF;
        }
        pmo->pager = args->pager;
    }
    if (args->kind == PMO_CONTIGUOUS && contiguous_alloc(pmo) != 0) {
        object_put(&pmo->obj);
        return -ENOMEM;
    }
    *out = pmo;
    return 0;
}

static int commit_page(struct pmo *pmo, u64 index) REQUIRES(pmo->lock)
{
    struct vm_need need;
    struct page *page;
    u64 *entry;

    if (pmo->kind != PMO_CONTIGUOUS) {
        return pmo_page_get(pmo, index, true, &entry, &need);
    }
    page = page_of(pmo->phys + (index << PAGE_SHIFT));
    page_zero(page_to_virt(page));
    return pmo_page_insert(pmo, index, page) != NULL ? 0 : -ENOMEM;
}

int pmo_commit(struct pmo *pmo)
{
    int err = 0;

    if (pmo->kind != PMO_CONTIGUOUS && !(pmo->kind == PMO_ANON && (pmo->flags & PMO_COMMIT))) {
        return 0;
    }
    spin_lock(&pmo->lock);
    for (unsigned i = 0; i < PMO_ZERO_BATCH && err == 0 && pmo->progress < pmo_pages(pmo); i++) {
        err = commit_page(pmo, pmo->progress);
        pmo->progress += err == 0;
    }
    if (err == 0 && pmo->progress < pmo_pages(pmo)) {
        err = VM_AGAIN;
    }
    spin_unlock(&pmo->lock);
    return err;
}

int pmo_adopt(paddr_t phys, u64 size, struct account *account, struct pmo **out)
{
    struct pmo *pmo = pmo_new(size, PMO_ANON, 0, account);
    int err = 0;

    if (pmo == NULL) {
        return -ENOMEM;
    }
    spin_lock(&pmo->lock);
    for (u64 index = 0; index < pmo_pages(pmo) && err == 0; index++) {
        struct page *page = page_of(phys + (index << PAGE_SHIFT));

        page_split(page, 0);
        err = pmo_page_insert(pmo, index, page) != NULL ? 0 : -ENOMEM;
    }
    spin_unlock(&pmo->lock);
    if (err != 0) {
        object_put(&pmo->obj);
        return err;
    }
    *out = pmo;
    return 0;
}

/* Zero the bytes of the last page behind the new end. */
static int zero_tail(struct pmo *pmo, u64 size, struct vm_need *need) REQUIRES(pmo->lock)
{
    u64 *entry = radix_find(&pmo->index, size >> PAGE_SHIFT);
    size_t used = size % PAGE_SIZE;
    int err;

    if (used == 0 || entry == NULL || *entry == 0) {
        return 0;
    }
    err = pmo_page_get(pmo, size >> PAGE_SHIFT, true, &entry, need);
    if (err == 0) {
        memset((u8 *)page_to_virt(entry_page(*entry)) + used, 0, PAGE_SIZE - used);
    }
    return err;
}

/* Unmap and free what lies beyond the size, a batch of pages a turn. */
static int trim(struct pmo *pmo) REQUIRES(pmo->lock)
{
    unsigned budget = PMO_BATCH;
    unsigned look = 4 * PMO_BATCH;

    if (pmo->extent <= pmo_pages(pmo)) {
        return 0;
    }
    while (radix_next(&pmo->index, &pmo->dropped, pmo->extent, &look) != NULL) {
        u64 end = MIN(pmo->dropped + PMO_BATCH, pmo->extent);
        unsigned drop = PMO_BATCH;

        if (budget == 0 || !pmo_sweep(pmo, pmo->dropped, end - pmo->dropped, 0, &budget)) {
            return VM_AGAIN;
        }
        (void)pmo_page_drop(pmo, &pmo->dropped, end, &drop);
        budget = 0;
    }
    if (pmo->dropped < pmo->extent) {
        return VM_AGAIN;
    }
    pmo->extent = pmo_pages(pmo);
    return 0;
}

int pmo_resize(struct pmo *pmo, u64 size, struct vm_need *need)
{
    int err;

    if ((pmo->flags & PMO_FIXED_SIZE) || pmo->kind == PMO_CONTIGUOUS || pmo->kind == PMO_DEVICE ||
        pmo->source != NULL || size > PMO_MAX_PAGES << PAGE_SHIFT) {
        return -EINVAL;
    }
    spin_lock(&pmo->lock);
    err = trim(pmo); /* of an earlier call that was not finished: those pages must not come back */
    if (err == 0 && size < pmo->size) {
        err = zero_tail(pmo, size, need);
    }
    if (err == 0) {
        pmo->size = size;
        pmo->dropped = pmo_pages(pmo);
        err = trim(pmo);
    }
    spin_unlock(&pmo->lock);
    return err;
}

void pmo_info(struct pmo *pmo, struct pmo_info *info)
{
    spin_lock(&pmo->lock);
    *info = (struct pmo_info){
        .size = pmo->size,
        .committed = pmo->frames << PAGE_SHIFT,
        .phys = pmo->kind == PMO_CONTIGUOUS ? pmo->phys : 0,
        .kind = pmo->kind,
        .flags = pmo->flags & (PMO_OWNED - 1),
    };
    spin_unlock(&pmo->lock);
}

/* Frames of a contiguous pmo that pmo_commit() did not come to. */
static bool drop_uncommitted(struct pmo *pmo, unsigned *budget)
{
    if (pmo->kind != PMO_CONTIGUOUS || pmo->phys == 0) {
        return true;
    }
    for (; pmo->progress < pmo_pages(pmo); pmo->progress++) {
        if (*budget == 0) {
            return false;
        }
        --*budget;
        page_put(page_of(pmo->phys + (pmo->progress << PAGE_SHIFT)));
    }
    return true;
}

/* Nothing maps it: regions hold references. */
static bool pmo_destroy(struct object *obj, unsigned *budget)
{
    struct pmo *pmo = pmo_of(obj);
    bool done = false;

    spin_lock(&pmo->lock);
    if (!obj->dead) {
        obj->dead = 1;
        pmo->dropped = 0;
    }
    if (drop_uncommitted(pmo, budget) && pmo_page_drop(pmo, &pmo->dropped, pmo->extent, budget)) {
        done = radix_destroy(&pmo->index, budget);
    }
    spin_unlock(&pmo->lock);
    return done;
}

static void pmo_release(struct object *obj)
{
    struct pmo *pmo = pmo_of(obj);

    if (pmo->source != NULL) {
        object_put(&pmo->source->obj);
    }
    if (pmo->pager != NULL) {
        object_put(pmo->pager);
    }
    kmem_free(&pmo_cache, pmo);
}

static u64 pmo_detail(struct object *obj)
{
    return pmo_of(obj)->size;
}

const struct object_ops pmo_object_ops = {
    .name = "pmo",
    .destroy = pmo_destroy,
    .release = pmo_release,
    .revoke_mapping = vmregion_revoke,
    .detail = pmo_detail,
};
