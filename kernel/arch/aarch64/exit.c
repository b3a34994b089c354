/* SPDX-License-Identifier: MIT */
/* The end of the machine: by the simulator, by PSCI, by the board. */
#include <arch/cpu.h>
#include <arch/exit.h>
#include <plat/board.h>

#include "psci.h"

/* Arm semihosting (100863) 7.9: SYS_EXIT with an exit status. */
enum { SYS_EXIT = 0x18, ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

/*
 * Without a simulator that offers semihosting, HLT is an undefined instruction: el1_sync skips it
 * when it is this one (see semihosting_absent()).
 */
extern char semihosting_hlt[];

static void semihosting_exit(int code)
{
    const u64 block[2] = {ADP_STOPPED_APPLICATION_EXIT, (u64)(code & 0xff)};
    register u64 x0 __asm__("x0") = SYS_EXIT;
    register const u64 *x1 __asm__("x1") = block;

    __asm__ volatile(".global semihosting_hlt\n"
                     "semihosting_hlt: hlt #0xf000"
                     : "+r"(x0)
                     : "r"(x1)
                     : "memory");
}

bool semihosting_absent(u64 pc)
{
    return pc == (u64)semihosting_hlt;
}

void machine_exit(int code)
{
    semihosting_exit(code);
    psci_system_off();
    board.poweroff();
    cpu_park();
}

void machine_reset(void)
{
    psci_system_reset();
    board.reset();
    cpu_park();
}
