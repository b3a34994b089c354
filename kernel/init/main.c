/* SPDX-License-Identifier: MIT */
/* The boot, step by step, from the first C function at the kernel's own addresses. */
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/smp.h>
#include <arch/timer.h>
#include <debug/ktest.h>
#include <debug/log.h>
#include <init/core.h>
#include <init/first.h>
#include <init/init.h>
#include <lib/errno.h>
#include <mm/boot_alloc.h>
#include <mm/page.h>
#include <plat/board.h>
#include <sched/sched.h>

/* The board's own guess served until now; the device tree may know better. */
static void use_console(void)
{
    if (bootinfo.uart_base != board.early_uart) {
        uart_init(bootinfo.uart_base);
    }
}

static void report_machine(void)
{
    const struct phys_range *ramdisk = &bootinfo.initrd;

    log_info("boot", "chcore  %s, entered at EL%u", bootinfo.board, cpu_boot_level());
    log_info("boot", "cpus    %u", bootinfo.cpu_count);
    for (unsigned i = 0; i < bootinfo.ram_count; i++) {
        log_info("boot", "ram     %010lx  %lu MiB", bootinfo.ram[i].base,
                 bootinfo.ram[i].size >> 20);
    }
    if (bootinfo.dtb.size != 0) {
        log_info("boot", "dtb     %010lx  %lu KiB", bootinfo.dtb.base, bootinfo.dtb.size >> 10);
    }
    if (ramdisk->size != 0) {
        log_info("boot", "ramdisk %010lx  %lu KiB", ramdisk->base, ramdisk->size >> 10);
    }
    if (bootinfo.cmdline[0] != '\0') {
        log_info("boot", "cmdline %s", bootinfo.cmdline);
    }
}

static void map_ram(void)
{
    for (unsigned i = 0; i < bootinfo.ram_count; i++) {
        direct_map(bootinfo.ram[i].base, bootinfo.ram[i].size);
    }
}

static void report_devices(void)
{
    log_info("boot", "uart    %010lx  irq %u", bootinfo.uart_base, bootinfo.uart_irq);
    log_info("boot", "intc    %s, %u interrupts", intc->name, intc->count());
    log_info("boot", "timer   %lu kHz, irq %u", timer_freq() / 1000, bootinfo.timer_irq);
}

/* From now on memory comes from the allocators. */
static void init_memory(void)
{
    paddr_t image;
    u64 image_size;

    boot_map_seal(&image, &image_size);
    log_info("boot", "kernel  %010lx  %lu KiB", image, image_size >> 10);
    bootinfo_reserve(image, image_size);
    boot_alloc_init();
    page_init();
    log_info("boot", "memory  %lu of %lu pages free", pages_free(), pages_total());
}

static void secondary(void)
{
    smp_cpu_online();
    sched_start();
}

static void start_cpus(void)
{
    unsigned limit = (unsigned)bootinfo_option("cpus", CPU_MAX);

    ipi_set_handler(IPI_STOP, cpu_park);
    for (unsigned i = 1; i < bootinfo.cpu_count && cpu_count() < limit; i++) {
        struct page *stack = page_alloc(KSTACK_SHIFT - PAGE_SHIFT);
        int err = stack != NULL ? smp_start(i, page_to_phys(stack), secondary) : -ENOMEM;

        if (err != 0) {
            log_info("boot", "cpu     %lx does not start: error %d", bootinfo.cpu[i].mpidr, -err);
            break;
        }
    }
    log_info("boot", "online  %u CPUs", cpu_count());
}

void main(paddr_t blob)
{
    cpu_init();
    uart_init(board.early_uart);
    bootinfo_init(blob);
    use_console();
    report_machine();
    map_ram();
    intc_init();
    report_devices();
    init_memory();
    core_init();
    start_cpus();
    ktest_run_all();
    first_process_start();
    sched_start();
}
