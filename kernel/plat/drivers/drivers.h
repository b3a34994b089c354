/* SPDX-License-Identifier: MIT */
/* The drivers that boards choose from. */
#pragma once

#include <plat/intc.h>
#include <plat/uart.h>

extern const struct uart_ops pl011_ops;
extern const struct intc_ops gicv2_ops;
extern const struct intc_ops gicv3_ops;
