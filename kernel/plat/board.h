/* SPDX-License-Identifier: MIT */
/* The board as a table: what no device tree says, and what stands in when there is none. */
#pragma once

#include <plat/bootinfo.h>
#include <plat/intc.h>
#include <plat/uart.h>

struct board {
    const char *name;
    paddr_t early_uart;    /* usable before anything is parsed */
    paddr_t fallback_blob; /* where a device tree or ATAGs may lie when x0 is 0; 0: nowhere */
    const struct uart_ops *uart;
    void (*defaults)(struct bootinfo *info); /* before device tree or ATAGs are read */
    const struct intc_ops *(*intc)(const struct bootinfo *info);
    void (*poweroff)(void); /* may return when it cannot */
    void (*reset)(void);
};

/* The one board that this kernel was built for; plat/<board>/board.c. */
extern const struct board board;
