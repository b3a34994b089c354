/* SPDX-License-Identifier: MIT */
/* Bits of translation table entries, stage 1, 4 KiB granule (DDI 0487 D8.3). */
#pragma once

#include <arch/regs.h>
#include <lib/types.h>

#define PTE_VALID      BIT(0)
#define PTE_TABLE      BIT(1) /* levels 0-2: table, not block; level 3: page */
#define PTE_ATTR(mair) ((u64)(mair) << 2)
#define PTE_USER       BIT(6)            /* AP[1]: EL0 may access */
#define PTE_RDONLY     BIT(7)            /* AP[2] */
#define PTE_SHARED     (BIT(8) | BIT(9)) /* inner shareable */
#define PTE_AF         BIT(10)
#define PTE_NG         BIT(11) /* tagged with the ASID */
#define PTE_PXN        BIT(53)
#define PTE_UXN        BIT(54)
#define PTE_SOFT(n)    BIT(55 + (n)) /* n = 0..3: ours */
#define PTE_ADDR       (BIT(48) - PAGE_SIZE)

enum { PT_ENTRIES = 512, PT_LEVELS = 4 };

/* Bytes that one entry of a table at this level translates. */
#define PT_SPAN(level)      (UINT64_C(1) << (39 - 9 * (level)))
#define PT_INDEX(va, level) (((va) >> (39 - 9 * (level))) & (PT_ENTRIES - 1))

/* The kernel's own mappings: global, never for EL0. */
#define PTE_KERNEL      (PTE_VALID | PTE_AF | PTE_SHARED | PTE_UXN)
#define PTE_KERNEL_TEXT (PTE_KERNEL | PTE_ATTR(MAIR_NORMAL) | PTE_RDONLY)
#define PTE_KERNEL_RO   (PTE_KERNEL_TEXT | PTE_PXN)
#define PTE_KERNEL_DATA (PTE_KERNEL | PTE_ATTR(MAIR_NORMAL) | PTE_PXN)
#define PTE_KERNEL_DEV  (PTE_KERNEL | PTE_ATTR(MAIR_DEVICE) | PTE_PXN)
