/* SPDX-License-Identifier: MIT */
/*
 * The heap of servers. A request is rounded up to a size class, four to each power of two, so at
 * most a quarter of a block is waste. A class keeps a list of free blocks; when that is empty, a
 * new block is cut from the current chunk of fresh memory. Requests above LARGE get a pmo of their
 * own, given back by free. A header word before each block says which of both it is.
 *
 * What stays in a class's list is never used by another class; servers' sizes repeat, so this is
 * cheap, and it makes malloc and free a dozen lines each.
 */
#include <chcore/malloc.h>
#include <chcore/string.h>
#include <chcore/sync.h>
#include <chcore/syscall.h>

#define CHUNK     65536ul     /* fresh memory taken at a time */
#define LARGE     (CHUNK / 2) /* bigger blocks have a mapping of their own */
#define ALIGNMENT 16ul
#define CLASSES   39u /* the last one, class 38, is LARGE */

struct header {
    size_t size;    /* of the block with this header; of the mapping when it is a large one */
    uint64_t class; /* or CLASS_LARGE */
};
_Static_assert(sizeof(struct header) == ALIGNMENT, "blocks stay aligned");
#define CLASS_LARGE UINT64_MAX

struct free_block {
    struct header header;
    struct free_block *next;
};

static struct {
    struct mutex lock;
    /* Protected by lock: */
    struct free_block *free[CLASSES];
    char *fresh, *fresh_end;
} heap;

/* 32 48 | 64 80 96 112 | 128 160 192 224 | 256 ... */
static size_t class_size(unsigned class)
{
    if (class < 2) {
        return 32 + 16 * class;
    }
    unsigned power = 6 + (class - 2) / 4;
    return (4 + (class - 2) % 4) << (power - 2);
}

static unsigned class_of(size_t size)
{
    unsigned class = 0;

    if (size > 64) {
        unsigned power = 63 - (unsigned)__builtin_clzl(size - 1);
        class = 2 + (power - 6) * 4;
    }
    while (class_size(class) < size) {
        class ++;
    }
    return class;
}

/* Map n bytes (whole pages) of zeroed memory; NULL when there is none. */
static void *map_pages(size_t n)
{
    long address = sys_vm_map(CAP_VMSPACE, CAP_NONE, 0, n, 0, VM_READ | VM_WRITE);

    return address < 0 ? NULL : (void *)address;
}

static void *alloc_large(size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size_t mapped = (size + VM_PAGE_SIZE - 1) & ~(VM_PAGE_SIZE - 1);
    struct header *header = map_pages(mapped);
    if (!header) {
        return NULL;
    }
    *header = (struct header){mapped, CLASS_LARGE};
    return header + 1;
}

/* A block that has never been used, from the current chunk. heap.lock is held. */
static struct free_block *cut_fresh(size_t size)
{
    if ((size_t)(heap.fresh_end - heap.fresh) < size) {
        char *chunk = map_pages(CHUNK);
        if (!chunk) {
            return NULL;
        }
        heap.fresh = chunk;
        heap.fresh_end = chunk + CHUNK;
    }
    struct free_block *block = (struct free_block *)heap.fresh;
    heap.fresh += size;
    return block;
}

void *malloc(size_t size)
{
    if (size > LARGE - sizeof(struct header)) {
        return size > SIZE_MAX - sizeof(struct header) ? NULL
                                                       : alloc_large(size + sizeof(struct header));
    }
    unsigned class = class_of(size + sizeof(struct header));

    mutex_lock(&heap.lock);
    struct free_block *block = heap.free[class];
    if (block) {
        heap.free[class] = block->next;
    } else {
        block = cut_fresh(class_size(class));
    }
    mutex_unlock(&heap.lock);
    if (!block) {
        return NULL;
    }
    block->header = (struct header){class_size(class), class};
    return &block->header + 1;
}

void free(void *p)
{
    if (!p) {
        return;
    }
    struct header *header = (struct header *)p - 1;
    if (header->class == CLASS_LARGE) {
        sys_vm_unmap(CAP_VMSPACE, (uintptr_t)header, header->size);
        return;
    }
    struct free_block *block = (struct free_block *)header;
    mutex_lock(&heap.lock);
    block->next = heap.free[header->class];
    heap.free[header->class] = block;
    mutex_unlock(&heap.lock);
}

void *calloc(size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total)) {
        return NULL;
    }
    void *p = malloc(total);
    if (p) {
        memset(p, 0, total);
    }
    return p;
}

void *realloc(void *p, size_t size)
{
    if (!p) {
        return malloc(size);
    }
    size_t room = ((struct header *)p - 1)->size - sizeof(struct header);
    if (size <= room && size >= room / 2) {
        return p;
    }
    void *moved = malloc(size);
    if (moved) {
        memcpy(moved, p, size < room ? size : room);
        free(p);
    }
    return moved;
}
