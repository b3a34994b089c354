/* SPDX-License-Identifier: MIT */
/* GICv2 (IHI 0048): distributor and the memory-mapped CPU interface. */
#include <arch/mmu.h>
#include <lib/lock.h>
#include <plat/mmio.h>

#include "drivers.h"

enum {
    GICD_CTLR = 0x000,
    GICD_TYPER = 0x004,
    GICD_ISENABLER = 0x100,
    GICD_ICENABLER = 0x180,
    GICD_IPRIORITYR = 0x400,
    GICD_ITARGETSR = 0x800,
    GICD_SGIR = 0xf00,
    GICC_CTLR = 0x00,
    GICC_PMR = 0x04,
    GICC_IAR = 0x0c,
    GICC_EOIR = 0x10,
    PRIORITY_ALL = 0x80808080,
    GICC_SIZE = 0x2000,
    FIRST_SPECIAL = 1020,
};

static vaddr_t dist;
static vaddr_t cpu_if;
static u32 interrupts;
static u8 target_of[CPU_MAX]; /* the bit by which the distributor knows a CPU */

/* Offset of the word with the bit of irq in a register of one bit an interrupt. */
static vaddr_t word_of(u32 irq)
{
    return irq / 32 * sizeof(u32);
}

static void gicv2_init(const struct bootinfo *info)
{
    dist = (vaddr_t)device_map(info->gic_dist.base, PAGE_SIZE);
    cpu_if = (vaddr_t)device_map(info->gic_cpu.base, GICC_SIZE);
    interrupts = MIN(32 * ((mmio_read(dist + GICD_TYPER) & 0x1f) + 1), (u32)FIRST_SPECIAL);
    u32 boot_cpu = mmio_read(dist + GICD_ITARGETSR); /* all four bytes: this CPU */

    mmio_write(dist + GICD_CTLR, 0);
    for (u32 irq = INTC_FIRST_SHARED; irq < interrupts; irq += 4) {
        mmio_write(dist + GICD_IPRIORITYR + irq, PRIORITY_ALL);
        mmio_write(dist + GICD_ITARGETSR + irq, boot_cpu);
    }
    for (u32 irq = INTC_FIRST_SHARED; irq < interrupts; irq += 32) {
        mmio_write(dist + GICD_ICENABLER + irq / 8, UINT32_MAX);
    }
    mmio_write(dist + GICD_CTLR, 1);
}

static void gicv2_cpu_init(void)
{
    target_of[cpu_id()] = (u8)mmio_read(dist + GICD_ITARGETSR);
    for (u32 irq = 0; irq < INTC_FIRST_SHARED; irq += 4) {
        mmio_write(dist + GICD_IPRIORITYR + irq, PRIORITY_ALL);
    }
    mmio_write(dist + GICD_ICENABLER, UINT32_MAX);
    mmio_write(dist + GICD_ISENABLER, (1 << INTC_FIRST_LOCAL) - 1);
    mmio_write(cpu_if + GICC_PMR, 0xff);
    mmio_write(cpu_if + GICC_CTLR, 1);
}

static u32 gicv2_count(void)
{
    return interrupts;
}

static void gicv2_enable(u32 irq)
{
    mmio_write(dist + GICD_ISENABLER + word_of(irq), (u32)BIT(irq % 32));
}

static void gicv2_disable(u32 irq)
{
    mmio_write(dist + GICD_ICENABLER + word_of(irq), (u32)BIT(irq % 32));
}

static u32 gicv2_ack(void)
{
    u32 acked = mmio_read(cpu_if + GICC_IAR);

    return (acked & INTC_NUMBER) < FIRST_SPECIAL ? acked : INTC_NONE;
}

static void gicv2_eoi(u32 acked)
{
    mmio_write(cpu_if + GICC_EOIR, acked);
}

static void gicv2_ipi(unsigned cpu, enum ipi kind)
{
    mmio_write(dist + GICD_SGIR, (u32)target_of[cpu] << 16 | (u32)kind);
}

const struct intc_ops gicv2_ops = {
    .name = "GICv2",
    .init = gicv2_init,
    .cpu_init = gicv2_cpu_init,
    .count = gicv2_count,
    .enable = gicv2_enable,
    .disable = gicv2_disable,
    .ack = gicv2_ack,
    .eoi = gicv2_eoi,
    .ipi = gicv2_ipi,
};
