/* SPDX-License-Identifier: MIT */
/* The bootinfo from a device tree: memory, CPUs, /chosen, PSCI, and the root's own devices. */
#include <lib/errno.h>
#include <lib/string.h>
#include <plat/bootinfo.h>
#include <plat/fdt.h>

/* Cells of the root's children; every device that we look for is one of them. */
struct cells {
    u32 address;
    u32 size;
};

static u32 cell_count(const struct fdt *fdt, fdt_node_t node, const char *name, u32 otherwise)
{
    struct fdt_prop prop;

    return fdt_prop(fdt, node, name, &prop) ? (u32)fdt_cells(&prop, 0, 1) : otherwise;
}

/* The nth range of the node's reg. */
static struct phys_range reg(const struct fdt *fdt, fdt_node_t node, struct cells cells, u32 n)
{
    struct fdt_prop prop;
    u32 at = n * (cells.address + cells.size);

    if (!fdt_prop(fdt, node, "reg", &prop)) {
        return (struct phys_range){0, 0};
    }
    return (struct phys_range){fdt_cells(&prop, at, cells.address),
                               fdt_cells(&prop, at + cells.address, cells.size)};
}

/* The nth interrupt as the GIC counts: type 0 (shared) from 32, type 1 (private) from 16. */
static u32 gic_interrupt(const struct fdt *fdt, fdt_node_t node, u32 n)
{
    struct fdt_prop prop;

    if (!fdt_prop(fdt, node, "interrupts", &prop)) {
        return 0;
    }
    return (u32)fdt_cells(&prop, 3 * n + 1, 1) + (fdt_cells(&prop, 3 * n, 1) == 0 ? 32 : 16);
}

/* Devices and memory of another security state are there but disabled. */
static bool enabled(const struct fdt *fdt, fdt_node_t node)
{
    struct fdt_prop status;

    return !fdt_prop(fdt, node, "status", &status) || fdt_prop_has(&status, "okay");
}

static void read_memory(struct bootinfo *info, const struct fdt *fdt, fdt_node_t root,
                        struct cells cells)
{
    struct fdt_prop prop;
    unsigned count = 0;

    for (fdt_node_t node = fdt_child(fdt, root); node >= 0; node = fdt_sibling(fdt, node)) {
        if (!fdt_prop(fdt, node, "device_type", &prop) || !fdt_prop_has(&prop, "memory") ||
            !enabled(fdt, node)) {
            continue;
        }
        for (u32 n = 0; count < BOOT_RANGES; n++) {
            struct phys_range range = reg(fdt, node, cells, n);

            if (range.size == 0 || range.base + range.size < range.base) {
                break;
            }
            info->ram[count++] = range;
        }
    }
    if (count != 0) {
        info->ram_count = count;
    }
}

static void read_reserved(struct bootinfo *info, const struct fdt *fdt, fdt_node_t root,
                          struct cells cells)
{
    fdt_node_t parent = fdt_find(fdt, root, "reserved-memory");
    u32 i = 0;
    struct phys_range range;

    while (info->reserved_count < BOOT_RANGES / 2 &&
           fdt_reserved(fdt, i++, &range.base, &range.size)) {
        info->reserved[info->reserved_count++] = range;
    }
    for (fdt_node_t node = fdt_child(fdt, parent); node >= 0; node = fdt_sibling(fdt, node)) {
        range = reg(fdt, node, cells, 0);
        if (range.size != 0 && info->reserved_count < BOOT_RANGES / 2) {
            info->reserved[info->reserved_count++] = range;
        }
    }
}

static void read_cpus(struct bootinfo *info, const struct fdt *fdt, fdt_node_t root)
{
    fdt_node_t cpus = fdt_find(fdt, root, "cpus");
    u32 cells = cell_count(fdt, cpus, "#address-cells", 1);
    struct fdt_prop prop;
    unsigned count = 0;

    for (fdt_node_t node = fdt_child(fdt, cpus); node >= 0 && count < CPU_MAX;
         node = fdt_sibling(fdt, node)) {
        if (!fdt_prop(fdt, node, "device_type", &prop) || !fdt_prop_has(&prop, "cpu")) {
            continue;
        }
        struct boot_cpu *cpu = &info->cpu[count++];

        *cpu = (struct boot_cpu){.mpidr = reg(fdt, node, (struct cells){cells, 0}, 0).base};
        if (fdt_prop(fdt, node, "enable-method", &prop)) {
            cpu->method = fdt_prop_has(&prop, "psci")         ? CPU_PSCI
                          : fdt_prop_has(&prop, "spin-table") ? CPU_SPIN_TABLE
                                                              : CPU_PARKED;
        }
        if (cpu->method == CPU_SPIN_TABLE && fdt_prop(fdt, node, "cpu-release-addr", &prop)) {
            cpu->release_addr = fdt_cells(&prop, 0, 2);
        }
    }
    if (count != 0) {
        info->cpu_count = count;
    }
}

static void read_chosen(struct bootinfo *info, const struct fdt *fdt, fdt_node_t root)
{
    fdt_node_t chosen = fdt_find(fdt, root, "chosen");
    struct fdt_prop start;
    struct fdt_prop end;
    struct fdt_prop args;

    if (fdt_prop(fdt, chosen, "linux,initrd-start", &start) &&
        fdt_prop(fdt, chosen, "linux,initrd-end", &end)) {
        u64 first = fdt_cells(&start, 0, start.len / 4);
        u64 last = fdt_cells(&end, 0, end.len / 4);

        info->initrd = (struct phys_range){first, last > first ? last - first : 0};
    }
    if (fdt_prop(fdt, chosen, "bootargs", &args)) {
        size_t n = MIN((size_t)args.len, sizeof(info->cmdline) - 1);

        memcpy(info->cmdline, args.data, n);
        info->cmdline[n] = '\0';
    }
}

/* One row a kind of device that stands directly below the root. */
static void read_device(struct bootinfo *info, const struct fdt *fdt, fdt_node_t node,
                        struct cells cells)
{
    struct fdt_prop compatible;
    struct fdt_prop method;

    if (!fdt_prop(fdt, node, "compatible", &compatible) || !enabled(fdt, node)) {
        return;
    }
    if (fdt_prop_has(&compatible, "arm,pl011")) {
        info->uart_base = reg(fdt, node, cells, 0).base;
        info->uart_irq = gic_interrupt(fdt, node, 0);
    } else if (fdt_prop_has(&compatible, "arm,pl031")) {
        info->rtc_base = reg(fdt, node, cells, 0).base;
    } else if (fdt_prop_has(&compatible, "arm,armv8-timer") &&
               fdt_prop(fdt, node, "interrupts", &method) && method.len >= 4 * 12) {
        info->timer_irq = gic_interrupt(fdt, node, 2); /* secure, non-secure, virtual, hypervisor */
    } else if (fdt_prop_has(&compatible, "arm,cortex-a15-gic") ||
               fdt_prop_has(&compatible, "arm,gic-v3")) {
        info->gic_version = fdt_prop_has(&compatible, "arm,gic-v3") ? 3 : 2;
        info->gic_dist = reg(fdt, node, cells, 0);
        info->gic_cpu = reg(fdt, node, cells, 1);
    } else if (fdt_prop_has(&compatible, "arm,psci-1.0") ||
               fdt_prop_has(&compatible, "arm,psci-0.2")) {
        info->psci = !fdt_prop(fdt, node, "method", &method) ? PSCI_NONE
                     : fdt_prop_has(&method, "hvc")          ? PSCI_HVC
                                                             : PSCI_SMC;
    }
}

int bootinfo_from_fdt(struct bootinfo *info, const void *blob, size_t max)
{
    struct fdt fdt;
    int err = fdt_open(&fdt, blob, max);

    if (err != 0) {
        return err;
    }
    fdt_node_t root = fdt_root(&fdt);
    struct cells cells = {cell_count(&fdt, root, "#address-cells", 2),
                          cell_count(&fdt, root, "#size-cells", 1)};

    info->dtb.size = fdt.size;
    read_memory(info, &fdt, root, cells);
    read_reserved(info, &fdt, root, cells);
    read_cpus(info, &fdt, root);
    read_chosen(info, &fdt, root);
    for (fdt_node_t node = fdt_child(&fdt, root); node >= 0; node = fdt_sibling(&fdt, node)) {
        read_device(info, &fdt, node, cells);
    }
    return 0;
}
