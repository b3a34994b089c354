/* SPDX-License-Identifier: MIT */
/* Memory of any size: size classes, above them whole blocks of pages. See slab.h. */
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>

enum { LARGEST_CLASS = 2048, LARGEST = 4 << 20 };

#define CLASS(bytes) KMEM_CACHE_SIZE("kmalloc-" #bytes, bytes)

static struct kmem_cache classes[] = {
    CLASS(16),  CLASS(32),  CLASS(64),  CLASS(96),   CLASS(128),
    CLASS(192), CLASS(256), CLASS(512), CLASS(1024), CLASS(LARGEST_CLASS),
};

static unsigned block_order(size_t size)
{
    return size <= PAGE_SIZE ? 0 : 64 - PAGE_SHIFT - (unsigned)__builtin_clzll(size - 1);
}

void *kmalloc(size_t size)
{
    struct page *page;

    if (size == 0 || size > LARGEST) {
        return NULL;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(classes); i++) {
        if (size <= classes[i].size) {
            return kmem_alloc(&classes[i]);
        }
    }
    page = page_alloc(block_order(size));
    if (page == NULL) {
        return NULL;
    }
    page->order = (u8)block_order(size);
    return page_to_virt(page);
}

void *kzalloc(size_t size)
{
    void *ptr = kmalloc(size);

    if (ptr != NULL) {
        memset(ptr, 0, size);
    }
    return ptr;
}

void kfree(void *ptr)
{
    struct page *page;

    if (ptr == NULL) {
        return;
    }
    page = virt_to_page(ptr);
    if (page->flags & PAGE_SLAB) {
        kmem_free(page->slab.cache, ptr);
    } else {
        page_free(page, page->order);
    }
}
