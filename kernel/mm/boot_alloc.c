/* SPDX-License-Identifier: MIT */
/* Memory before the buddy allocator; see boot_alloc.h. */
#include <arch/cache.h>
#include <arch/mmu.h>
#include <lib/panic.h>
#include <mm/boot_alloc.h>
#include <plat/bootinfo.h>

static struct phys_range free_ranges[BOOT_FREE_RANGES];
static unsigned range_count;

void boot_alloc_init(void)
{
    for (unsigned i = 0; i < bootinfo.ram_count; i++) {
        free_ranges[range_count++] = bootinfo.ram[i];
    }
    boot_reserve(0, PAGE_SIZE); /* so that address 0 means no page */
    for (unsigned i = 0; i < bootinfo.reserved_count; i++) {
        boot_reserve(bootinfo.reserved[i].base, bootinfo.reserved[i].size);
    }
}

void boot_reserve(paddr_t base, u64 size)
{
    paddr_t start = ALIGN_DOWN(base, PAGE_SIZE);
    paddr_t end = ALIGN_UP(base + size, PAGE_SIZE);

    for (unsigned i = 0; i < range_count; i++) {
        struct phys_range *range = &free_ranges[i];
        paddr_t range_end = range->base + range->size;

        if (end <= range->base || start >= range_end || size == 0) {
            continue;
        }
        if (start > range->base &&
            end < range_end) { /* cut in two; the new one is looked at later */
            if (range_count == BOOT_FREE_RANGES) {
                panic("boot memory: more than %d ranges", BOOT_FREE_RANGES);
            }
            free_ranges[range_count++] = (struct phys_range){end, range_end - end};
            range->size = start - range->base;
        } else if (start > range->base) {
            range->size = start - range->base;
        } else {
            range->base = MIN(end, range_end);
            range->size = range_end - range->base;
        }
    }
}

paddr_t boot_alloc(u64 size)
{
    struct phys_range *range = &free_ranges[0];
    paddr_t pa;

    for (unsigned i = 1; i < range_count; i++) {
        if (free_ranges[i].size > range->size) {
            range = &free_ranges[i];
        }
    }
    size = ALIGN_UP(size, PAGE_SIZE);
    if (range->size < size) {
        panic("boot memory: no room for %lu bytes", size);
    }
    pa = range->base;
    range->base += size;
    range->size -= size;
    for (u64 offset = 0; offset < size; offset += PAGE_SIZE) {
        page_zero(phys_to_virt(pa + offset));
    }
    return pa;
}

bool boot_take_range(unsigned i, paddr_t *base, u64 *size)
{
    if (i >= range_count) {
        return false;
    }
    *base = free_ranges[i].base;
    *size = free_ranges[i].size;
    free_ranges[i].size = 0;
    return true;
}
