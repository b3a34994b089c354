/* SPDX-License-Identifier: MIT */
/* The host's stand-in for kernel/arch/mmu.h: RAM is an array (fakes/machine.h). */
#pragma once

#include <lib/types.h>

#define USER_TOP 0x0001000000000000

enum { FAKE_RAM_BASE = 0x40000000 };

extern u8 *fake_ram;

static inline void *phys_to_virt(paddr_t pa)
{
    return fake_ram + (pa - FAKE_RAM_BASE);
}

static inline paddr_t virt_to_phys(const void *va)
{
    return FAKE_RAM_BASE + (paddr_t)((const u8 *)va - fake_ram);
}

paddr_t empty_root_table(void);
