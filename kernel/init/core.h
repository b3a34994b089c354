/* SPDX-License-Identifier: MIT */
/* Set-up of what lies between the machine and user space: objects, threads, IPC, interrupts. */
#pragma once

/* Once, on the boot CPU, when memory works; before other CPUs run. */
void core_init(void);
