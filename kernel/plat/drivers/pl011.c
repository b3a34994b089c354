/* SPDX-License-Identifier: MIT */
/* PL011 UART (DDI 0183), output only. The baud rate stays as the firmware has set it. */
#include <arch/cpu.h>
#include <plat/mmio.h>

#include "drivers.h"

enum {
    UARTDR = 0x00,
    UARTFR = 0x18,
    UARTLCR_H = 0x2c,
    UARTCR = 0x30,
    FR_TXFF = 1 << 5,
    LCR_H_8N1_FIFO = (3 << 5) | (1 << 4),
    CR_ENABLE = (1 << 9) | (1 << 8) | (1 << 0), /* receive, transmit, UART */
};

static void pl011_init(vaddr_t base)
{
    mmio_write(base + UARTLCR_H, LCR_H_8N1_FIFO);
    mmio_write(base + UARTCR, CR_ENABLE);
}

static void pl011_putc(vaddr_t base, char c)
{
    while (mmio_read(base + UARTFR) & FR_TXFF) {
        cpu_relax();
    }
    mmio_write(base + UARTDR, (u8)c);
}

const struct uart_ops pl011_ops = {.init = pl011_init, .putc = pl011_putc};
