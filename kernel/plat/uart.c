/* SPDX-License-Identifier: MIT */
/* Output on the board's UART, by polling. */
#include <arch/mmu.h>
#include <plat/board.h>
#include <plat/uart.h>

static vaddr_t uart;

void uart_init(paddr_t base)
{
    uart = (vaddr_t)device_map(base, PAGE_SIZE);
    board.uart->init(uart);
}

void uart_write(const char *bytes, size_t n)
{
    for (size_t i = 0; uart != 0 && i < n; i++) {
        board.uart->putc(uart, bytes[i]);
    }
}
