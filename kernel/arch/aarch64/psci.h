/* SPDX-License-Identifier: MIT */
/* Power State Coordination Interface (DEN 0022), by the conduit that the bootinfo names. */
#pragma once

#include <lib/types.h>

/* 0, or -ENODEV when there is no PSCI or it refuses. */
int psci_cpu_on(u64 mpidr, paddr_t entry);
/* Return when there is no PSCI. */
void psci_system_off(void);
void psci_system_reset(void);
