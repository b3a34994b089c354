/* SPDX-License-Identifier: MIT */
/* The UART while the kernel owns it: output only, by polling. */
#pragma once

#include <lib/types.h>

struct uart_ops {
    void (*init)(vaddr_t base);
    void (*putc)(vaddr_t base, char c);
};

/* Before the MMU's device window is there nothing is printed. Raw bytes, no CR added. */
void uart_init(void);
void uart_write(const char *bytes, size_t n);
