/* SPDX-License-Identifier: MIT */
/* The host's stand-in for kernel/arch/regs.h: the few names that portable code needs. */
#pragma once

#include <lib/types.h>

#define sysreg_write(name, value) ((void)(value))

#define MAIR_DEVICE 0
#define MAIR_NORMAL 1
