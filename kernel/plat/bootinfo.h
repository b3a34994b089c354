/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader told us, in one form whoever told it: filled from the device tree, from
 * ATAGs or from the board's table, by bootinfo_init(); constant afterwards.
 */
#pragma once

#include <arch/cpu.h>
#include <lib/types.h>

enum {
    BOOT_RANGES = 8,
    BOOT_CMDLINE = 512,
};

struct phys_range {
    paddr_t base;
    u64 size; /* 0: none */
};

enum cpu_method { CPU_PARKED, CPU_PSCI, CPU_SPIN_TABLE };
enum psci_conduit { PSCI_NONE, PSCI_HVC, PSCI_SMC };

struct boot_cpu {
    u64 mpidr;
    enum cpu_method method;
    paddr_t release_addr; /* spin table: where its start address is written */
};

struct bootinfo {
    const char *board;
    struct phys_range ram[BOOT_RANGES]; /* page aligned, ascending, disjoint */
    unsigned ram_count;
    struct phys_range reserved[BOOT_RANGES]; /* in use: image, ramdisk, firmware */
    unsigned reserved_count;
    struct phys_range dtb; /* read already: its memory is not reserved */
    struct phys_range initrd;
    struct boot_cpu cpu[CPU_MAX];
    unsigned cpu_count;
    enum psci_conduit psci;
    char cmdline[BOOT_CMDLINE];
    paddr_t uart_base;
    u32 uart_irq;
    unsigned gic_version; /* 0: none */
    struct phys_range gic_dist;
    struct phys_range gic_cpu; /* v2: CPU interface, v3: redistributors */
    u32 timer_irq;             /* of the virtual timer */
    paddr_t rtc_base;          /* PL031; 0: none */
};

extern struct bootinfo bootinfo;

/* Fill bootinfo from the blob at physical address blob (device tree or ATAGs, 0: neither). */
void bootinfo_init(paddr_t blob);

/* One more range that the allocator must leave alone. */
void bootinfo_reserve(paddr_t base, u64 size);

/* The number in name=number on the command line, or otherwise. */
u64 bootinfo_option(const char *name, u64 otherwise);
/* Whether the word stands on the command line. */
bool bootinfo_flag(const char *name);

/* The readers behind bootinfo_init(): 0, or -EINVAL for a blob of another kind. */
int bootinfo_from_fdt(struct bootinfo *info, const void *blob, size_t max);
int bootinfo_from_atags(struct bootinfo *info, const void *blob, size_t max);
