/* SPDX-License-Identifier: MIT */
/* PSCI calls by the SMC calling convention (DEN 0022 5.1, DEN 0028). */
#include <lib/errno.h>
#include <plat/bootinfo.h>

#include "psci.h"

enum {
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
    PSCI_CPU_ON_64 = 0xc4000003,
};

static s64 psci_call(u32 function, u64 a, u64 b, u64 c)
{
    register u64 x0 __asm__("x0") = function;
    register u64 x1 __asm__("x1") = a;
    register u64 x2 __asm__("x2") = b;
    register u64 x3 __asm__("x3") = c;

    switch (bootinfo.psci) {
    case PSCI_HVC:
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
        return (s64)x0;
    case PSCI_SMC:
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"memory");
        return (s64)x0;
    default:
        return -1;
    }
}

int psci_cpu_on(u64 mpidr, paddr_t entry)
{
    return psci_call(PSCI_CPU_ON_64, mpidr, entry, 0) == 0 ? 0 : -ENODEV;
}

void psci_system_off(void)
{
    (void)psci_call(PSCI_SYSTEM_OFF, 0, 0, 0);
}

void psci_system_reset(void)
{
    (void)psci_call(PSCI_SYSTEM_RESET, 0, 0, 0);
}
