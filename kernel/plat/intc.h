/* SPDX-License-Identifier: MIT */
/*
 * The interrupt controller, and the way from a pending interrupt to who handles it. Numbers: 0 to
 * 15 are IPI kinds on every board, above them the controller counts (GIC: PPI 16-31, SPI from 32;
 * raspi3: 16-31 the CPU's local sources, from 32 the shared ones).
 */
#pragma once

#include <arch/smp.h>
#include <lib/types.h>
#include <plat/bootinfo.h>

enum {
    INTC_FIRST_LOCAL = 16,
    INTC_FIRST_SHARED = 32,
    INTC_NONE = 0xffffffff,
    INTC_NUMBER = 0x3ff, /* mask: the number in what ack() returns */
};

struct intc_ops {
    const char *name;
    void (*init)(const struct bootinfo *info); /* once, on the boot CPU */
    void (*cpu_init)(void);                    /* on every CPU */
    u32 (*count)(void);                        /* numbers lie below this */
    void (*enable)(u32 irq);                   /* shared ones go to the boot CPU */
    void (*disable)(u32 irq);
    u32 (*ack)(void); /* take the pending interrupt of highest priority, or INTC_NONE */
    void (*eoi)(u32 acked);
    void (*ipi)(unsigned cpu, enum ipi kind);
};

/* Up-calls, all with interrupts masked. */
struct intc_handlers {
    void (*timer)(void);
    /* A shared interrupt; level: the handler disables it until its driver has served the device. */
    void (*device)(u32 irq);
};

extern const struct intc_ops *intc;

void intc_init(void);
void intc_cpu_init(void);
void intc_set_handlers(const struct intc_handlers *handlers);

/* Handle every interrupt that is pending on this CPU. Context: EL1, no locks held. */
void intc_dispatch(void);
