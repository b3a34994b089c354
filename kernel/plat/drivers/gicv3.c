/* SPDX-License-Identifier: MIT */
/*
 * GICv3 (IHI 0069): distributor, one redistributor a CPU, and the CPU interface in system
 * registers. All our interrupts are in group 1 of the security state that we run in, so they come
 * as IRQ.
 */
#include <arch/barrier.h>
#include <arch/mmu.h>
#include <arch/regs.h>
#include <lib/panic.h>
#include <plat/mmio.h>

#include "drivers.h"

enum {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GICD_IGROUPR = 0x0080,
    GICD_ISENABLER = 0x0100,
    GICD_ICENABLER = 0x0180,
    GICD_IPRIORITYR = 0x0400,
    GICD_IGRPMODR = 0x0d00,
    GICD_IROUTER = 0x6000,
    CTLR_ENABLE_GROUPS = 7, /* 0, 1 and secure 1: those that the state does not have are ignored */
    CTLR_ARE = (1 << 4) | (1 << 5),
    CTLR_RWP = 1u << 31,
    GICR_TYPER = 0x0008,
    GICR_WAKER = 0x0014,
    GICR_SGI =
        0x10000, /* second frame: the registers of SGIs and PPIs, laid out as the distributor's */
    TYPER_LAST = 1 << 4,
    WAKER_SLEEP = 1 << 1,
    WAKER_ASLEEP = 1 << 2,
    PRIORITY_ALL = 0x80808080,
    FIRST_SPECIAL = 1020,
};

#define GICR_STRIDE UINT64_C(0x20000) /* from one redistributor to the next */

static vaddr_t dist;
static struct phys_range redist_range;
static vaddr_t redist_base;
static vaddr_t redist[CPU_MAX];
static u32 interrupts;

/* Affinity as GICR_TYPER has it: Aff3.Aff2.Aff1.Aff0 in 32 bits. */
static u32 packed_affinity(u64 mpidr)
{
    return (u32)((mpidr >> 8 & 0xff000000) | (mpidr & 0xffffff));
}

static void wait_for_writes(void)
{
    while (mmio_read(dist + GICD_CTLR) & CTLR_RWP) {
        cpu_relax();
    }
}

/* Group 1 of our state for 32 interrupts; base: the distributor or a redistributor's second frame.
 */
static void set_group(vaddr_t base, u32 irq)
{
    bool secure = cpu_boot_level() == 3;

    mmio_write(base + GICD_IGROUPR + irq / 8, secure ? 0 : UINT32_MAX);
    if (secure) {
        mmio_write(base + GICD_IGRPMODR + irq / 8, UINT32_MAX);
    }
}

static void gicv3_init(const struct bootinfo *info)
{
    dist = (vaddr_t)device_map(info->gic_dist.base, info->gic_dist.size);
    redist_range = info->gic_cpu;
    redist_base =
        (vaddr_t)device_map(redist_range.base, MIN(redist_range.size, CPU_MAX * GICR_STRIDE));
    interrupts = MIN(32 * ((mmio_read(dist + GICD_TYPER) & 0x1f) + 1), (u32)FIRST_SPECIAL);

    mmio_write(dist + GICD_CTLR, 0);
    wait_for_writes();
    for (u32 irq = INTC_FIRST_SHARED; irq < interrupts; irq += 32) {
        set_group(dist, irq);
        mmio_write(dist + GICD_ICENABLER + irq / 8, UINT32_MAX);
    }
    for (u32 irq = INTC_FIRST_SHARED; irq < interrupts; irq += 4) {
        mmio_write(dist + GICD_IPRIORITYR + irq, PRIORITY_ALL);
    }
    wait_for_writes();
    mmio_write(dist + GICD_CTLR, CTLR_ARE | CTLR_ENABLE_GROUPS);
    wait_for_writes();
    for (u32 irq = INTC_FIRST_SHARED; irq < interrupts; irq++) {
        mmio_write64(dist + GICD_IROUTER + irq * sizeof(u64), this_cpu()->mpidr);
    }
}

static vaddr_t find_redistributor(void)
{
    u32 self = packed_affinity(this_cpu()->mpidr);

    for (vaddr_t at = redist_base;; at += GICR_STRIDE) {
        u64 typer = mmio_read64(at + GICR_TYPER);

        if (typer >> 32 == self) {
            return at;
        }
        if ((typer & TYPER_LAST) || at + 2 * GICR_STRIDE > redist_base + redist_range.size) {
            panic("GICv3: no redistributor for CPU %u", cpu_id());
        }
    }
}

static void gicv3_cpu_init(void)
{
    vaddr_t base = find_redistributor();
    vaddr_t sgi = base + GICR_SGI;

    redist[cpu_id()] = sgi;
    mmio_write(base + GICR_WAKER, mmio_read(base + GICR_WAKER) & ~(u32)WAKER_SLEEP);
    while (mmio_read(base + GICR_WAKER) & WAKER_ASLEEP) {
        cpu_relax();
    }
    set_group(sgi, 0);
    for (u32 irq = 0; irq < INTC_FIRST_SHARED; irq += 4) {
        mmio_write(sgi + GICD_IPRIORITYR + irq, PRIORITY_ALL);
    }
    mmio_write(sgi + GICD_ICENABLER, UINT32_MAX);
    mmio_write(sgi + GICD_ISENABLER, (1 << INTC_FIRST_LOCAL) - 1);

    sysreg_write(S3_0_C12_C12_5, 7); /* ICC_SRE_EL1: system registers, no bypass */
    isb();
    sysreg_write(S3_0_C4_C6_0, 0xff); /* ICC_PMR_EL1 */
    sysreg_write(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
    isb();
}

static u32 gicv3_count(void)
{
    return interrupts;
}

/* Offset of the word with the bit of irq in a register of one bit an interrupt. */
static vaddr_t word_of(u32 irq)
{
    return irq / 32 * sizeof(u32);
}

static vaddr_t owner_of(u32 irq)
{
    return irq < INTC_FIRST_SHARED ? redist[cpu_id()] : dist;
}

static void gicv3_enable(u32 irq)
{
    mmio_write(owner_of(irq) + GICD_ISENABLER + word_of(irq), (u32)BIT(irq % 32));
}

static void gicv3_disable(u32 irq)
{
    mmio_write(owner_of(irq) + GICD_ICENABLER + word_of(irq), (u32)BIT(irq % 32));
    wait_for_writes();
}

static u32 gicv3_ack(void)
{
    u32 acked = (u32)sysreg_read(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

    dsb(sy); /* IHI 0069 4.1.1: the acknowledge before what the handler does */
    return acked < FIRST_SPECIAL ? acked : INTC_NONE;
}

static void gicv3_eoi(u32 acked)
{
    sysreg_write(S3_0_C12_C12_1, acked); /* ICC_EOIR1_EL1 */
    isb();
}

static void gicv3_ipi(unsigned cpu, enum ipi kind)
{
    u64 mpidr = cpu_locals[cpu].mpidr;
    u64 target = (mpidr >> 32 & 0xff) << 48 | (mpidr >> 16 & 0xff) << 32 |
                 (mpidr >> 8 & 0xff) << 16 | BIT(mpidr & 0xf);

    sysreg_write(S3_0_C12_C11_5, target | (u64)kind << 24); /* ICC_SGI1R_EL1 */
    isb();
}

const struct intc_ops gicv3_ops = {
    .name = "GICv3",
    .init = gicv3_init,
    .cpu_init = gicv3_cpu_init,
    .count = gicv3_count,
    .enable = gicv3_enable,
    .disable = gicv3_disable,
    .ack = gicv3_ack,
    .eoi = gicv3_eoi,
    .ipi = gicv3_ipi,
};
