/* SPDX-License-Identifier: MIT */
/*
 * Two controllers in a row: the local one of BCM2836 (QA7, "ARM Quad A7 core"; a bit a source and
 * CPU, mailbox 0 for IPIs) and, behind its GPU source, the shared one of BCM2835 (ARM Peripherals,
 * chapter 7). Nothing is marked as being served, so a handler must silence a level source.
 */
#include <arch/mmu.h>
#include <plat/mmio.h>

#include "bcm2836.h"

enum {
    LOCAL_BASE = 0x40000000,
    GPU_ROUTING = 0x0c,
    TIMER_CONTROL = 0x40,   /* + 4 * cpu */
    MAILBOX_CONTROL = 0x50, /* + 4 * cpu */
    IRQ_SOURCE = 0x60,      /* + 4 * cpu */
    MAILBOX_SET = 0x80,     /* + 16 * cpu, mailbox 0 */
    MAILBOX_CLEAR = 0xc0,
    SOURCE_TIMERS = 0xf,
    SOURCE_MAILBOX0 = 1 << 4,
    SOURCE_GPU = 1 << 8,
    SHARED_BASE = 0x3f00b000,
    PENDING = 0x204, /* + 4 * bank */
    ENABLE = 0x210,
    DISABLE = 0x21c,
    SHARED_COUNT = 64,
};

static vaddr_t local;
static vaddr_t shared;

static void bcm2836_init(const struct bootinfo *info)
{
    (void)info;
    local = (vaddr_t)device_map(LOCAL_BASE, PAGE_SIZE);
    shared = (vaddr_t)device_map(SHARED_BASE, PAGE_SIZE);
    mmio_write(local + GPU_ROUTING, 0); /* to CPU 0, which booted */
    mmio_write(shared + DISABLE, UINT32_MAX);
    mmio_write(shared + DISABLE + 4, UINT32_MAX);
}

static u64 self(void)
{
    return this_cpu()->mpidr & 3;
}

static void bcm2836_cpu_init(void)
{
    mmio_write(local + TIMER_CONTROL + 4 * self(), 0);
    mmio_write(local + MAILBOX_CLEAR + 16 * self(), UINT32_MAX);
    mmio_write(local + MAILBOX_CONTROL + 4 * self(), 1);
}

static u32 bcm2836_count(void)
{
    return INTC_FIRST_SHARED + SHARED_COUNT;
}

static void set_timer(u32 irq, bool on)
{
    vaddr_t control = local + TIMER_CONTROL + 4 * self();
    u32 bit = (u32)BIT(irq - INTC_FIRST_LOCAL);
    u32 now = mmio_read(control);

    mmio_write(control, on ? now | bit : now & ~bit);
}

static void bcm2836_enable(u32 irq)
{
    if (irq < INTC_FIRST_SHARED) {
        set_timer(irq, true);
    } else {
        irq -= INTC_FIRST_SHARED;
        mmio_write(shared + ENABLE + irq / 32 * sizeof(u32), (u32)BIT(irq % 32));
    }
}

static void bcm2836_disable(u32 irq)
{
    if (irq < INTC_FIRST_SHARED) {
        set_timer(irq, false);
    } else {
        irq -= INTC_FIRST_SHARED;
        mmio_write(shared + DISABLE + irq / 32 * sizeof(u32), (u32)BIT(irq % 32));
    }
}

static u32 ack_mailbox(void)
{
    vaddr_t mailbox = local + MAILBOX_CLEAR + 16 * self();
    u32 kind = (u32)__builtin_ctz(mmio_read(mailbox));

    mmio_write(mailbox, (u32)BIT(kind));
    return kind;
}

static u32 shared_pending(void)
{
    for (u32 bank = 0; bank < SHARED_COUNT / 32; bank++) {
        u32 pending = mmio_read(shared + PENDING + bank * sizeof(u32));

        if (pending != 0) {
            return INTC_FIRST_SHARED + 32 * bank + (u32)__builtin_ctz(pending);
        }
    }
    return INTC_NONE;
}

static u32 bcm2836_ack(void)
{
    u32 source = mmio_read(local + IRQ_SOURCE + 4 * self());

    if (source & SOURCE_MAILBOX0) {
        return ack_mailbox();
    }
    if (source & SOURCE_TIMERS) {
        return INTC_FIRST_LOCAL + (u32)__builtin_ctz(source & SOURCE_TIMERS);
    }
    return source & SOURCE_GPU ? shared_pending() : INTC_NONE;
}

static void bcm2836_eoi(u32 acked)
{
    (void)acked;
}

static void bcm2836_ipi(unsigned cpu, enum ipi kind)
{
    mmio_write(local + MAILBOX_SET + 16 * (cpu_locals[cpu].mpidr & 3), (u32)BIT(kind));
}

const struct intc_ops bcm2836_ops = {
    .name = "BCM2836",
    .init = bcm2836_init,
    .cpu_init = bcm2836_cpu_init,
    .count = bcm2836_count,
    .enable = bcm2836_enable,
    .disable = bcm2836_disable,
    .ack = bcm2836_ack,
    .eoi = bcm2836_eoi,
    .ipi = bcm2836_ipi,
};
