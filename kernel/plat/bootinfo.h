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
    BOOT_DEVICES = 48,
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

/* A device for a driver at EL0. */
struct boot_device {
    char name[16]; /* pl011, pl031, virtio_mmio, ... */
    struct phys_range range;
    u32 irq; /* as the interrupt controller counts; 0: none */
};

struct bootinfo {
    const char *board;
    struct phys_range ram[BOOT_RANGES]; /* page aligned, ascending, disjoint */
    unsigned ram_count;
    struct phys_range reserved[BOOT_RANGES]; /* in use: image, device tree, ramdisk, firmware */
    unsigned reserved_count;
    struct phys_range dtb;
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
    struct boot_device device[BOOT_DEVICES];
    unsigned device_count;
};

extern struct bootinfo bootinfo;

/* Fill bootinfo from the blob at physical address blob (device tree or ATAGs, 0: neither). */
void bootinfo_init(paddr_t blob);

/* The value of name=value on the command line as a number, or otherwise. */
u64 bootinfo_option(const char *name, u64 otherwise);
/* Whether the word stands on the command line. */
bool bootinfo_flag(const char *name);
