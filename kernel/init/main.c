/* SPDX-License-Identifier: MIT */
/* The boot, step by step. */
#include <arch/cpu.h>
#include <arch/exit.h>
#include <arch/mmu.h>
#include <arch/smp.h>
#include <arch/timer.h>
#include <debug/log.h>
#include <init/init.h>
#include <plat/board.h>

static __noreturn void idle(void)
{
    for (;;) {
        cpu_idle_wait();
        intc_dispatch();
    }
}

static void secondary(void)
{
    smp_cpu_online();
    idle();
}

void main(paddr_t blob)
{
    cpu_init();
    uart_init(board.early_uart);
    bootinfo_init(blob);
    log_info("boot", "chcore: %s", board.name);
    for (unsigned i = 0; i < bootinfo.ram_count; i++) {
        log_info("boot", "ram %lx %lx", bootinfo.ram[i].base, bootinfo.ram[i].size);
        direct_map(bootinfo.ram[i].base, bootinfo.ram[i].size);
    }
    intc_init();
    u64 base, size;
    boot_map_seal(&base, &size);
    log_info("boot", "image %lx %lx", base, size);
    (void)secondary;
    machine_exit(3);
}
