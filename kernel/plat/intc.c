/* SPDX-License-Identifier: MIT */
/* From a pending interrupt to the folder that handles it. */
#include <lib/panic.h>
#include <plat/board.h>
#include <plat/intc.h>

const struct intc_ops *intc;
static const struct intc_handlers *upcalls;

void intc_init(void)
{
    intc = board.intc(&bootinfo);
    intc->init(&bootinfo);
    intc_cpu_init();
}

void intc_cpu_init(void)
{
    intc->cpu_init();
    intc->enable(bootinfo.timer_irq);
}

void intc_set_handlers(const struct intc_handlers *handlers)
{
    upcalls = handlers;
}

void intc_dispatch(void)
{
    for (u32 acked = intc->ack(); acked != INTC_NONE; acked = intc->ack()) {
        u32 irq = acked & INTC_NUMBER;

        if (irq < INTC_FIRST_LOCAL) {
            ipi_handle((enum ipi)irq);
        } else if (irq == bootinfo.timer_irq) {
            upcalls->timer();
        } else if (irq >= INTC_FIRST_SHARED) {
            upcalls->device(irq);
        } else {
            intc->disable(irq); /* a private interrupt that nobody asked for */
        }
        intc->eoi(acked);
    }
}
