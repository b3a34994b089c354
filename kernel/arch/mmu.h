/* SPDX-License-Identifier: MIT */
/*
 * The kernel's half of the address space (TTBR1, 48 bits, 4 KiB granule):
 *
 *   ffff000000000000  direct map: all RAM at DIRECT_BASE + physical address; never executable, the
 *                     kernel's text and constants read-only in it
 *   ffff800000000000  device window: DEVICE_BASE + physical address, what device_map() has mapped
 *   ffffff8000000000  kernel image, each section with its own rights (W^X), and behind it the
 *                     kernel stacks, one a CPU, each with an unmapped guard below it
 */
#pragma once

#define DIRECT_BASE     0xffff000000000000
#define DEVICE_BASE     0xffff800000000000
#define KERNEL_BASE     0xffffff8000000000
#define KIMAGE_OFFSET   0x80000  /* of _start above a 2 MiB boundary */
#define KIMAGE_SIZE     0x200000 /* one level 3 table */
#define KSTACK_BASE     (KERNEL_BASE + KIMAGE_SIZE)
#define KSTACK_SHIFT    13 /* a stack is 8 KiB, with a guard of 8 KiB below it */
#define KSTACK_SIZE     (1 << KSTACK_SHIFT)
#define KSTACK_TOP(cpu) (KSTACK_BASE + (((cpu) + 1) << (KSTACK_SHIFT + 1)))
#define USER_TOP        0x0001000000000000 /* first address that is not the user's */

#if !defined(__ASSEMBLER__)
#include <lib/types.h>

/* Physical minus virtual address of the kernel image; set before the MMU is on. */
extern u64 kimage_offset;

/* RAM only. */
static inline void *phys_to_virt(paddr_t pa)
{
    return (void *)(DIRECT_BASE + pa);
}

/* Pointers into the direct map only (what the allocators return). */
static inline paddr_t virt_to_phys(const void *va)
{
    return (paddr_t)va - DIRECT_BASE;
}

/* Pointers to the kernel's own objects and functions. */
static inline paddr_t kimage_to_phys(const void *sym)
{
    return (paddr_t)sym + kimage_offset;
}

/*
 * Map device registers [pa, pa + size) into the device window, once or again. Boot only: the tables
 * come from the boot allocator. Panics when that is empty.
 */
void *device_map(paddr_t pa, size_t size);

/* Map the RAM range into the direct map. Boot only. */
void direct_map(paddr_t pa, u64 size);

/*
 * No tables from the image's pool any more: device_map() and direct_map() are over. Stores the
 * physical range that the image keeps, bss and tables included.
 */
void boot_map_seal(paddr_t *base, u64 *size);

/* Physical address of the kernel's root table, for CPUs that start. */
paddr_t kernel_root_table(void);

/* Physical address of the table that translates nothing: TTBR0 without a process, with ASID 0. */
paddr_t empty_root_table(void);
#endif
