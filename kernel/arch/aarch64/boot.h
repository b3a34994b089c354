/* SPDX-License-Identifier: MIT */
/* Between head.S, the linker script and the C code that they start. */
#pragma once

#include <arch/mmu.h>
#include <arch/pte.h>
#include <lib/types.h>

extern char _start[], _text_end[], _rodata_end[], _image_end[];
extern char _uaccess_start[], _uaccess_end[];
extern char vectors[];
extern u64 boot_level;

extern u64 root_table[PT_ENTRIES], identity_table[PT_ENTRIES], empty_table[PT_ENTRIES];
extern u8 boot_stack[KSTACK_SIZE];

/* The CPU that is being started; read by secondary_entry. */
extern struct cpu_local *volatile secondary_cpu;
void secondary_entry(void);
__noreturn void smp_secondary_main(void);

/*
 * Build the tables: kernel image, its direct map, the first stack, the blob and the identity map.
 * start: physical address of _start. Returns the blob's address, the board's own if it was 0.
 */
paddr_t boot_map_init(paddr_t blob, paddr_t start);

/* Map the 8 KiB of RAM at stack as this CPU's kernel stack, above its guard. */
void kstack_map(unsigned cpu, paddr_t stack);
