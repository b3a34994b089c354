/* SPDX-License-Identifier: MIT */
/*
 * Slabs; see slab.h. In a slab, the first half-word of a free object holds the next free one (as
 * page->slab_free does); in a CPU's list, its first word holds the address of the next.
 */
#include <lib/panic.h>
#include <lib/string.h>
#include <mm/inject.h>
#include <mm/page.h>
#include <mm/slab.h>

enum { CPU_BATCH = 8, CPU_KEEP = 16 };

static struct spinlock caches_lock = SPINLOCK_INIT(LOCK_SLAB);
static struct kmem_cache *caches; /* all that were ever used; caches_lock */

static void *slab_object(const struct kmem_cache *cache, struct page *slab, unsigned index)
{
    return (u8 *)page_to_virt(slab) + (size_t)index * cache->size;
}

static void slab_push(const struct kmem_cache *cache, struct page *slab, void *object)
{
    size_t offset = (size_t)((u8 *)object - (u8 *)page_to_virt(slab));

    *(u16 *)object = slab->slab_free;
    slab->slab_free = (u16)(offset / cache->size + 1);
}

static void *slab_pop(const struct kmem_cache *cache, struct page *slab)
{
    void *object = slab_object(cache, slab, slab->slab_free - 1u);

    slab->slab_free = *(u16 *)object;
    return object;
}

/* A slab more, all free. */
static struct page *slab_create(struct kmem_cache *cache)
{
    struct page *slab = page_alloc(cache->order);

    if (slab == NULL) {
        return NULL;
    }
    for (unsigned i = 0; i < 1u << cache->order; i++) {
        slab[i].flags = PAGE_SLAB;
        slab[i].slab.cache = cache;
    }
    slab->refs = 0;
    slab->slab_free = 0;
    for (unsigned i = cache->slab_objects; i-- > 0;) {
        slab_push(cache, slab, slab_object(cache, slab, i));
    }
    list_add(&cache->partial, &slab->slab.link);
    cache->slabs++;
    return slab;
}

static void slab_destroy(struct kmem_cache *cache, struct page *slab)
{
    list_del(&slab->slab.link);
    for (unsigned i = 0; i < 1u << cache->order; i++) {
        slab[i].flags = 0;
    }
    cache->slabs--;
    page_free(slab, cache->order);
}

/* One object straight from a slab. */
static void *object_take(struct kmem_cache *cache) REQUIRES(cache->lock)
{
    struct page *slab = list_first(&cache->partial, struct page, slab.link);
    void *object;

    if (slab == NULL) {
        slab = slab_create(cache);
        if (slab == NULL) {
            return NULL;
        }
    }
    object = slab_pop(cache, slab);
    slab->refs++;
    if (slab->slab_free == 0) {
        list_del(&slab->slab.link);
    }
    return object;
}

static void object_give(struct kmem_cache *cache, void *object) REQUIRES(cache->lock)
{
    vaddr_t start = ALIGN_DOWN((vaddr_t)object, (vaddr_t)PAGE_SIZE << cache->order);
    struct page *slab = virt_to_page((void *)start);

    ASSERT(slab->flags == PAGE_SLAB && slab->slab.cache == cache && slab->refs != 0);
    if (slab->slab_free == 0) {
        list_add(&cache->partial, &slab->slab.link);
    }
    slab_push(cache, slab, object);
    if (--slab->refs == 0) {
        slab_destroy(cache, slab);
    }
}

/* At its first use. */
static void cache_init(struct kmem_cache *cache)
{
    spin_lock(&caches_lock);
    if (!cache->listed) {
        list_init(&cache->partial);
        cache->next = caches;
        caches = cache;
        store_release(&cache->listed, true);
    }
    spin_unlock(&caches_lock);
}

static void cpu_push(struct kmem_cpu *cpu, void *object)
{
    *(void **)object = cpu->free;
    cpu->free = object;
    cpu->count++;
}

static void *cpu_pop(struct kmem_cpu *cpu)
{
    void *object = cpu->free;

    cpu->free = *(void **)object;
    cpu->count--;
    return object;
}

static void cpu_refill(struct kmem_cache *cache, struct kmem_cpu *cpu)
{
    spin_lock(&cache->lock);
    while (cpu->count < CPU_BATCH) {
        void *object = object_take(cache);

        if (object == NULL) {
            break;
        }
        cpu_push(cpu, object);
    }
    spin_unlock(&cache->lock);
}

static void cpu_flush(struct kmem_cache *cache, struct kmem_cpu *cpu, u32 keep)
{
    spin_lock(&cache->lock);
    while (cpu->count > keep) {
        object_give(cache, cpu_pop(cpu));
    }
    spin_unlock(&cache->lock);
}

void *kmem_alloc(struct kmem_cache *cache)
{
    struct kmem_cpu *cpu = &cache->cpu[cpu_id()];
    void *object;

    if (alloc_fails_now()) {
        return NULL;
    }
    if (unlikely(!load_acquire(&cache->listed))) {
        cache_init(cache);
    }
    if (!CHCORE_CPU_CACHES) {
        spin_lock(&cache->lock);
        object = object_take(cache);
        spin_unlock(&cache->lock);
        return object;
    }
    if (unlikely(cpu->count == 0)) {
        cpu_refill(cache, cpu);
        if (cpu->count == 0) {
            return NULL;
        }
    }
    return cpu_pop(cpu);
}

void kmem_free(struct kmem_cache *cache, void *object)
{
    struct kmem_cpu *cpu = &cache->cpu[cpu_id()];

    if (!CHCORE_CPU_CACHES) {
        spin_lock(&cache->lock);
        object_give(cache, object);
        spin_unlock(&cache->lock);
        return;
    }
    cpu_push(cpu, object);
    if (unlikely(cpu->count > CPU_KEEP)) {
        cpu_flush(cache, cpu, CPU_BATCH);
    }
}

void kmem_drain(void)
{
    spin_lock(&caches_lock);
    struct kmem_cache *cache = caches;

    spin_unlock(&caches_lock);
    for (; cache != NULL; cache = cache->next) {
        cpu_flush(cache, &cache->cpu[cpu_id()], 0);
    }
}

void *kmem_zalloc(struct kmem_cache *cache)
{
    void *object = kmem_alloc(cache);

    if (object != NULL) {
        memset(object, 0, cache->size);
    }
    return object;
}
