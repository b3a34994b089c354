/* SPDX-License-Identifier: MIT */
/* The interrupt controllers of BCM2836 and BCM2837. */
#pragma once

#include <plat/intc.h>

enum { BCM2836_TIMER_IRQ = INTC_FIRST_LOCAL + 3 }; /* CNTVIRQ */

extern const struct intc_ops bcm2836_ops;
