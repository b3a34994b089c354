/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own translation tables. boot_map_init() runs before the MMU is on, at physical
 * addresses: it must touch no pointer that the linker has filled in. The tables come from a pool in
 * the image that is sealed, and its rest given to the allocator, before any other memory is.
 */
#include <arch/barrier.h>
#include <arch/mmu.h>
#include <arch/pte.h>
#include <lib/panic.h>
#include <plat/board.h>

#include "boot.h"

enum { POOL_TABLES = 24, FDT_MAGIC = 0xd00dfeed };

typedef u64 pt_t[PT_ENTRIES];

__aligned(PAGE_SIZE) pt_t root_table;
__aligned(PAGE_SIZE) pt_t identity_table;
__aligned(PAGE_SIZE) pt_t empty_table;
__aligned(PAGE_SIZE) u8 boot_stack[KSTACK_SIZE];
static pt_t pool[POOL_TABLES] __section(".boot_tables") __aligned(PAGE_SIZE);
static unsigned pool_used;
static bool pool_sealed;

u64 kimage_offset;
static paddr_t image_block; /* the 2 MiB of RAM that the image lies in */
static u64 table_offset;    /* from a table's physical address to where we can write it */

static paddr_t pool_alloc(void)
{
    if (pool_sealed || pool_used == POOL_TABLES) {
        panic("boot tables: all %u used or given away", pool_used);
    }
    return (paddr_t)pool[pool_used++] + (table_offset != 0 ? kimage_offset : 0);
}

static u64 *table_at(paddr_t pa)
{
    return (u64 *)(pa + table_offset);
}

/*
 * The entry for va, on the lowest level where a block of its size fits into [va, va + size) and pa
 * or something is mapped already; tables are made on the way. *level: where the entry stands.
 */
static u64 *find_entry(paddr_t root, vaddr_t va, paddr_t pa, u64 size, unsigned *level)
{
    paddr_t table = root;

    for (*level = 0;; (*level)++) {
        u64 *entry = &table_at(table)[PT_INDEX(va, *level)];
        u64 span = PT_SPAN(*level);
        bool fits = *level > 0 && IS_ALIGNED(va | pa, span) && size >= span;

        if (*level == 3) {
            return entry;
        }
        if (!(*entry & PTE_VALID)) {
            if (fits) {
                return entry;
            }
            *entry = pool_alloc() | PTE_TABLE | PTE_VALID;
        } else if (!(*entry & PTE_TABLE)) {
            return entry;
        }
        table = *entry & PTE_ADDR;
    }
}

/*
 * Map [va, va + size) to pa in the tree of root with the largest blocks that fit. Everything is
 * page aligned. What is mapped already stays as it is.
 */
static void map_range(paddr_t root, vaddr_t va, paddr_t pa, u64 size, u64 attrs)
{
    while (size != 0) {
        unsigned level;
        u64 *entry = find_entry(root, va, pa, size, &level);
        u64 span = MIN(PT_SPAN(level) - (va & (PT_SPAN(level) - 1)), size);

        if (!(*entry & PTE_VALID)) {
            *entry = pa | attrs | (level == 3 ? PTE_TABLE : 0);
        }
        va += span;
        pa += span;
        size -= span;
    }
    /* The walker sees new entries; there were no old ones to forget. */
    dsb(ishst);
    isb();
}

/* Bytes of the blob that may be read before we know how much RAM there is. */
static u64 blob_size(paddr_t blob)
{
    const u32 *word = (const u32 *)blob;

    return __builtin_bswap32(word[0]) == FDT_MAGIC ? MIN(__builtin_bswap32(word[1]), (u32)MiB(2))
                                                   : PAGE_SIZE;
}

paddr_t boot_map_init(paddr_t blob, paddr_t start)
{
    paddr_t root = (paddr_t)root_table;
    paddr_t text_end = (paddr_t)_text_end;
    paddr_t rodata_end = (paddr_t)_rodata_end;
    paddr_t end = (paddr_t)_image_end;

    image_block = start - KIMAGE_OFFSET;
    kimage_offset = image_block - KERNEL_BASE;
    vaddr_t va = KERNEL_BASE + KIMAGE_OFFSET;

    map_range(root, va, start, text_end - start, PTE_KERNEL_TEXT);
    map_range(root, va + (text_end - start), text_end, rodata_end - text_end, PTE_KERNEL_RO);
    map_range(root, va + (rodata_end - start), rodata_end, end - rodata_end, PTE_KERNEL_DATA);
    map_range(root, KSTACK_TOP(0) - KSTACK_SIZE, (paddr_t)boot_stack, KSTACK_SIZE, PTE_KERNEL_DATA);

    vaddr_t direct = DIRECT_BASE + image_block;

    map_range(root, direct, image_block, KIMAGE_OFFSET, PTE_KERNEL_DATA);
    map_range(root, DIRECT_BASE + start, start, rodata_end - start, PTE_KERNEL_RO);
    map_range(root, DIRECT_BASE + rodata_end, rodata_end, image_block + KIMAGE_SIZE - rodata_end,
              PTE_KERNEL_DATA);

    if (blob == 0) {
        blob = board.fallback_blob;
    }
    if (blob != 0) {
        paddr_t first = ALIGN_DOWN(blob, PT_SPAN(2));
        paddr_t last = ALIGN_UP(blob + blob_size(blob), PT_SPAN(2));

        map_range(root, DIRECT_BASE + first, first, last - first, PTE_KERNEL_DATA);
    }
    map_range((paddr_t)identity_table, image_block, image_block, KIMAGE_SIZE, PTE_KERNEL_TEXT);
    table_offset = DIRECT_BASE;
    return blob;
}

void direct_map(paddr_t pa, u64 size)
{
    map_range(kernel_root_table(), DIRECT_BASE + pa, pa, size, PTE_KERNEL_DATA);
}

void *device_map(paddr_t pa, size_t size)
{
    paddr_t first = ALIGN_DOWN(pa, PAGE_SIZE);

    map_range(kernel_root_table(), DEVICE_BASE + first, first,
              ALIGN_UP(pa + size, PAGE_SIZE) - first, PTE_KERNEL_DEV);
    return (void *)(DEVICE_BASE + pa);
}

void kstack_map(unsigned cpu, paddr_t stack)
{
    map_range(kernel_root_table(), KSTACK_TOP(cpu) - KSTACK_SIZE, stack, KSTACK_SIZE,
              PTE_KERNEL_DATA);
}

paddr_t kernel_root_table(void)
{
    return kimage_to_phys(root_table);
}

paddr_t empty_root_table(void)
{
    return kimage_to_phys(empty_table);
}

void boot_map_seal(paddr_t *base, u64 *size)
{
    pool_sealed = true;
    *base = kimage_to_phys(_start);
    *size = kimage_to_phys(pool[pool_used]) - *base;
}
