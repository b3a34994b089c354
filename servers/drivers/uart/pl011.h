/* SPDX-License-Identifier: MIT */
/* The PL011 UART (DDI 0183), reached by a mapping or, where its page holds other devices, by calls.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uapi/types.h>

struct pl011 {
    volatile uint32_t *registers; /* NULL: by device_read and device_write */
    cap_t pmo;
    uint32_t interrupts; /* the mask as it is set */
};

/* The line stays as the kernel has set it up; FIFOs on, reception interrupts on. */
void pl011_init(struct pl011 *uart, cap_t pmo);

/* A byte, or -1 when there is none. */
int pl011_receive(const struct pl011 *uart);
/* False when the transmit FIFO is full. */
bool pl011_send(const struct pl011 *uart, uint8_t byte);

/* Whether reception, or room in the transmit FIFO, interrupts. */
void pl011_interrupt_receive(struct pl011 *uart, bool on);
void pl011_interrupt_send(struct pl011 *uart, bool on);
void pl011_clear_interrupts(const struct pl011 *uart);
