/* SPDX-License-Identifier: MIT */
/* QEMU's virt machine. Its device tree says the rest; RAM begins at 1 GiB. */
#include <arch/regs.h>
#include <plat/board.h>

#include "../drivers/drivers.h"

enum { VIRT_RAM = 0x40000000, VIRT_UART = 0x09000000 };

static void virt_defaults(struct bootinfo *info)
{
    info->ram[0] = (struct phys_range){VIRT_RAM, MiB(128)};
    info->ram_count = 1;
    info->cpu[0] = (struct boot_cpu){.mpidr = sysreg_read(mpidr_el1) & 0xff00ffffff};
    info->cpu_count = 1;
    info->uart_base = VIRT_UART;
    info->uart_irq = 33;
    info->gic_version = 2;
    info->gic_dist = (struct phys_range){0x08000000, 0x10000};
    info->gic_cpu = (struct phys_range){0x08010000, 0x10000};
    info->timer_irq = 27;
}

static const struct intc_ops *virt_intc(const struct bootinfo *info)
{
    return info->gic_version == 3 ? &gicv3_ops : &gicv2_ops;
}

/* PSCI does it, and was asked before. */
static void virt_nothing(void)
{
}

const struct board board = {
    .name = "virt",
    .early_uart = VIRT_UART,
    .fallback_blob = VIRT_RAM,
    .uart = &pl011_ops,
    .defaults = virt_defaults,
    .intc = virt_intc,
    .poweroff = virt_nothing,
    .reset = virt_nothing,
};
