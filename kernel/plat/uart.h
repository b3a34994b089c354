/* SPDX-License-Identifier: MIT */
/* The UART while the kernel owns it: output only, by polling. */
#pragma once

#include <lib/types.h>

struct uart_ops {
    void (*init)(vaddr_t base);
    void (*putc)(vaddr_t base, char c);
};

/* Use the UART at this physical address from now on; maps its registers. Boot only. */
void uart_init(paddr_t base);
/* Raw bytes, no CR added. Nothing happens before uart_init(). */
void uart_write(const char *bytes, size_t n);
