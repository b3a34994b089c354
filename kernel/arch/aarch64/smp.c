/* SPDX-License-Identifier: MIT */
/* Starting the other CPUs, one at a time, and interrupting them. */
#include <arch/barrier.h>
#include <arch/cache.h>
#include <arch/mmu.h>
#include <arch/smp.h>
#include <arch/timer.h>
#include <lib/atomic.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <plat/bootinfo.h>
#include <plat/intc.h>

#include "boot.h"
#include "psci.h"

enum { START_TIMEOUT_MS = 500 };

struct cpu_local *volatile secondary_cpu;
static void (*secondary_main)(void);
static unsigned online = 1;
static ipi_handler_t ipi_handlers[IPI_COUNT];

unsigned cpu_count(void)
{
    return load_acquire(&online);
}

void smp_cpu_online(void)
{
    /* Release: pairs with cpu_count(), which then may index this CPU's data. */
    store_release(&online, online + 1);
}

void smp_secondary_main(void)
{
    cpu_init();
    intc_cpu_init();
    secondary_main();
    panic("cpu %u: entry returned", cpu_id());
}

static int release_from_spin_table(paddr_t release_addr)
{
    u64 *slot = phys_to_virt(release_addr);

    *slot = kimage_to_phys(secondary_entry);
    dcache_clean(slot, sizeof(*slot)); /* it polls without caches */
    __asm__ volatile("sev");
    return 0;
}

/* Tell the CPU to start at secondary_entry; 0, or why it will not come. */
static int release(const struct boot_cpu *target)
{
    switch (target->method) {
    case CPU_PSCI:
        return psci_cpu_on(target->mpidr, kimage_to_phys(secondary_entry));
    case CPU_SPIN_TABLE:
        return release_from_spin_table(target->release_addr);
    default:
        return -ENODEV;
    }
}

int smp_start(unsigned index, paddr_t stack, void (*entry)(void))
{
    unsigned cpu = cpu_count();
    struct cpu_local *local = &cpu_locals[cpu];
    u64 deadline = timer_now() + timer_ns_to_ticks(START_TIMEOUT_MS * UINT64_C(1000000));

    local->id = cpu;
    local->kstack_top = KSTACK_TOP(cpu);
    kstack_map(cpu, stack);
    secondary_main = entry;
    secondary_cpu = local;
    dsb(sy);
    int err = release(&bootinfo.cpu[index]);

    while (err == 0 && cpu_count() == cpu) {
        if (timer_now() > deadline) {
            err = -ETIMEDOUT;
        }
        cpu_relax();
    }
    secondary_cpu = NULL; /* a late comer parks */
    return err;
}

void ipi_send(unsigned cpu, enum ipi kind)
{
    dsb(ishst);
    intc->ipi(cpu, kind);
}

void ipi_send_others(enum ipi kind)
{
    unsigned count = cpu_count();

    for (unsigned cpu = 0; cpu < count; cpu++) {
        if (cpu != cpu_id()) {
            ipi_send(cpu, kind);
        }
    }
}

ipi_handler_t ipi_set_handler(enum ipi kind, ipi_handler_t handler)
{
    return exchange(&ipi_handlers[kind], handler);
}

void ipi_handle(enum ipi kind)
{
    if (kind < IPI_COUNT && ipi_handlers[kind] != NULL) {
        ipi_handlers[kind]();
    }
}
