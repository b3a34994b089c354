/* SPDX-License-Identifier: MIT */
/* The door that head.S enters. */
#pragma once

#include <lib/types.h>

/* On the boot CPU, MMU on, first stack; blob: physical address of the device tree or ATAGs, or 0.
 */
__noreturn void main(paddr_t blob);
