/* SPDX-License-Identifier: MIT */
/*
 * Raspberry Pi 3 (BCM2837). Device addresses come from here and never from a device tree: they are
 * those of the CPU's view, 0x3f000000 upwards (BCM2835 ARM Peripherals, 1.2.3).
 */
#include <arch/mmu.h>
#include <plat/board.h>
#include <plat/mmio.h>

#include "../drivers/drivers.h"
#include "bcm2836.h"

enum {
    PERIPHERALS = 0x3f000000,
    RASPI_UART = PERIPHERALS + 0x201000,
    RASPI_PM = PERIPHERALS + 0x100000,
    UART_GPU_IRQ = 57,
    SPIN_TABLE = 0xd8, /* armstub8.S: one word a CPU */
    PM_RSTC = 0x1c,
    PM_RSTS = 0x20,
    PM_WDOG = 0x24,
    PM_PASSWORD = 0x5a000000,
    RSTC_FULL_RESET = 0x20,
    RSTS_HALT = 0x555, /* partition 63: the firmware powers off instead of booting */
    WDOG_TICKS = 10,
};

static vaddr_t pm;

static void raspi3_defaults(struct bootinfo *info)
{
    pm = (vaddr_t)device_map(RASPI_PM, PAGE_SIZE);
    info->ram[0] = (struct phys_range){0, 0x3c000000};
    info->ram_count = 1;
    info->reserved[0] = (struct phys_range){0, PAGE_SIZE}; /* the parked CPUs and their table */
    info->reserved_count = 1;
    for (unsigned i = 0; i < 4; i++) {
        info->cpu[i] = (struct boot_cpu){i, CPU_SPIN_TABLE, SPIN_TABLE + 8 * i};
    }
    info->cpu_count = 4;
    info->uart_base = RASPI_UART;
    info->uart_irq = INTC_FIRST_SHARED + UART_GPU_IRQ;
    info->timer_irq = BCM2836_TIMER_IRQ;
}

static const struct intc_ops *raspi3_intc(const struct bootinfo *info)
{
    (void)info;
    return &bcm2836_ops;
}

static void watchdog_reset(void)
{
    mmio_write(pm + PM_WDOG, PM_PASSWORD | WDOG_TICKS);
    mmio_write(pm + PM_RSTC, PM_PASSWORD | RSTC_FULL_RESET);
}

static void raspi3_poweroff(void)
{
    mmio_write(pm + PM_RSTS, PM_PASSWORD | RSTS_HALT);
    watchdog_reset();
}

static void raspi3_reset(void)
{
    mmio_write(pm + PM_RSTS, PM_PASSWORD);
    watchdog_reset();
}

const struct board board = {
    .name = "raspi3",
    .early_uart = RASPI_UART,
    .uart = &pl011_ops,
    .defaults = raspi3_defaults,
    .intc = raspi3_intc,
    .poweroff = raspi3_poweroff,
    .reset = raspi3_reset,
};
