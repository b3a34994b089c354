/* SPDX-License-Identifier: MIT */
/* A machine for host tests: RAM with its pages ready for allocation, and the bottom of the kernel.
 */
#pragma once

#include <lib/types.h>

/* RAM of that many pages; page_init() has run. Once a test. */
void machine_init(u64 pages);

/* All that the CPUs keep at hand goes back. */
void machine_drain(void);

/* A random number below n, the same in every run. */
u64 machine_random(u64 n);
