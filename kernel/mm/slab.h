/* SPDX-License-Identifier: MIT */
/*
 * Kernel memory in small pieces. A cache deals out objects of one size, cut from slabs of 2^order
 * pages; a slab whose last object comes back returns its pages at once. Each CPU keeps a short list
 * of free objects in front of that. Contents of what is allocated are undefined unless it says
 * zeroed.
 */
#pragma once

#include <arch/cpu.h>
#include <lib/list.h>
#include <lib/lock.h>
#include <lib/types.h>
#include <mm/config.h>

/* Touched by its CPU alone. */
struct kmem_cpu {
    void *free; /* list through the objects' first words */
    u32 count;
} __aligned(64);

struct kmem_cache {
    const char *name;
    u32 size;         /* of an object, a multiple of 8 */
    u8 order;         /* of a slab */
    bool listed;      /* was used, and is in the list that kmem_drain() walks */
    u16 slab_objects; /* objects in a slab */
    struct spinlock lock;
    /* Protected by lock: */
    struct list_node partial; /* slabs with a free object */
    u64 slabs;
    struct kmem_cache *next; /* the list of all caches; set once */
    struct kmem_cpu cpu[CPU_MAX];
};

/* A slab is one page for objects up to 512 bytes, eight up to 8 KiB. */
#define KMEM_ORDER(size) ((size) <= 512 ? 0 : (size) <= 1024 ? 1 : (size) <= 2048 ? 2 : 3)

/*
 * A cache is static and needs no call to set it up:
 *     static struct kmem_cache thread_cache = KMEM_CACHE("thread", struct thread);
 */
#define KMEM_CACHE(name, type) KMEM_CACHE_SIZE(name, sizeof(type))
#define KMEM_CACHE_SIZE(name_, bytes)                                             \
    {                                                                             \
        .name = (name_), .size = ((bytes) + 7) & ~7u, .order = KMEM_ORDER(bytes), \
        .slab_objects = (4096u << KMEM_ORDER(bytes)) / (((bytes) + 7) & ~7u),     \
        .lock = SPINLOCK_INIT(LOCK_SLAB)                                          \
    }

/* One object, aligned to 8 bytes and, when the size is a power of two, to its size. NULL: no
 * memory. */
void *kmem_alloc(struct kmem_cache *cache);
void *kmem_zalloc(struct kmem_cache *cache);
void kmem_free(struct kmem_cache *cache, void *object);

/* Any size; above 2 KiB whole blocks of pages. NULL: no memory, or size 0 or above 4 MiB. */
void *kmalloc(size_t size);
void *kzalloc(size_t size);
/* What kmalloc() or kzalloc() gave, or NULL. */
void kfree(void *ptr);

/* Give back the objects that this CPU keeps at hand, so that counts of pages are exact. */
void kmem_drain(void);
