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

/* CPUs that run; grows only while smp_start_all() does. Their numbers are 0 .. cpu_count() - 1. */
unsigned cpu_count(void);

/*
 * Start the CPUs of the bootinfo, at most limit in all, one after the other; each runs entry() on
 * its own kernel stack with caches, its interrupt controller part and its timer ready. entry() says
 * smp_cpu_online() when it can be counted. One that does not come is named in the log and left out.
 */
void smp_start_all(unsigned limit, void (*entry)(void));
void smp_cpu_online(void);

/* Make cpu take an interrupt of this kind. Stores before it are seen by the handler there. */
void ipi_send(unsigned cpu, enum ipi kind);

/* The same for every other CPU that is online. */
void ipi_send_others(enum ipi kind);

/* Up-call: what is done on this CPU for an IPI of that kind; set at boot, before smp_start_all().
 */
void ipi_set_handler(enum ipi kind, void (*handler)(void));

/* From intc_dispatch(): run the handler. */
void ipi_handle(enum ipi kind);
