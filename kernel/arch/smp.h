/* SPDX-License-Identifier: MIT */
/* The other CPUs: start them, interrupt them. */
#pragma once

#include <lib/types.h>

/* Why one CPU interrupts another. A pending kind is delivered once however often it was sent. */
enum ipi {
    IPI_RESCHED, /* look at the run queue */
    IPI_GRACE,   /* answer that you are out of all earlier kernel work */
    IPI_CALL,    /* do what your mailbox (sched/, ipc/) says */
    IPI_STOP,    /* a panic elsewhere: park */
    IPI_COUNT,
};

/* CPUs that run; grows only in smp_start(). Their numbers are 0 .. cpu_count() - 1. */
unsigned cpu_count(void);

/*
 * Start one CPU (an index of bootinfo.cpu); it becomes number cpu_count() and runs entry() on the 8
 * KiB of RAM at stack with its interrupt controller part and its timer ready. Returns when entry()
 * has said smp_cpu_online(). -ENODEV: it cannot be started; -ETIMEDOUT: it did not come, and will
 * be sent to sleep if it comes later. Boot CPU only, one at a time.
 */
int __must_check smp_start(unsigned index, paddr_t stack, void (*entry)(void));
void smp_cpu_online(void);

/* Make cpu take an interrupt of this kind. Stores before it are seen by the handler there. */
void ipi_send(unsigned cpu, enum ipi kind);

/* The same for every other CPU that is online. */
void ipi_send_others(enum ipi kind);

/* Up-call: what is done on this CPU for an IPI of that kind. Returns the handler before. */
typedef void (*ipi_handler_t)(void);
ipi_handler_t ipi_set_handler(enum ipi kind, ipi_handler_t handler);

/* From intc_dispatch(): run the handler. */
void ipi_handle(enum ipi kind);
