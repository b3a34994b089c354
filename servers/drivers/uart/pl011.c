/* SPDX-License-Identifier: MIT */
/* Registers of the PL011 (DDI 0183, chapter 3). */
#include "pl011.h"

#include <chcore/syscall.h>

enum pl011_register {
    REG_DATA = 0x00,
    REG_FLAGS = 0x18,
    REG_LINE = 0x2c,
    REG_LEVELS = 0x34,
    REG_MASK = 0x38,
    REG_CLEAR = 0x44,
};
enum { FLAG_RECEIVE_EMPTY = 1 << 4, FLAG_SEND_FULL = 1 << 5 };
enum { LINE_FIFO = 1 << 4 };
enum { LEVEL_SEND_EIGHTH = 0, LEVEL_RECEIVE_EIGHTH = 0 << 3 };
enum { INT_RECEIVE = 1 << 4, INT_SEND = 1 << 5, INT_RECEIVE_TIMEOUT = 1 << 6, INT_ALL = 0x7ff };

static uint32_t reg_read(const struct pl011 *uart, enum pl011_register at)
{
    return uart->registers ? uart->registers[at / 4] : (uint32_t)sys_device_read(uart->pmo, at);
}

static void reg_write(const struct pl011 *uart, enum pl011_register at, uint32_t value)
{
    if (uart->registers) {
        uart->registers[at / 4] = value;
    } else {
        sys_device_write(uart->pmo, at, value);
    }
}

static void set_mask(struct pl011 *uart, uint32_t bits, bool on)
{
    uint32_t mask = on ? uart->interrupts | bits : uart->interrupts & ~bits;

    if (mask != uart->interrupts) {
        uart->interrupts = mask;
        reg_write(uart, REG_MASK, mask);
    }
}

void pl011_init(struct pl011 *uart, cap_t pmo)
{
    long base = sys_vm_map(CAP_VMSPACE, pmo, 0, VM_PAGE_SIZE, 0, VM_READ | VM_WRITE);

    *uart = (struct pl011){.pmo = pmo};
    if (base >= 0) {
        uart->registers = (volatile uint32_t *)base;
    }
    reg_write(uart, REG_MASK, 0);
    reg_write(uart, REG_CLEAR, INT_ALL);
    reg_write(uart, REG_LEVELS, LEVEL_SEND_EIGHTH | LEVEL_RECEIVE_EIGHTH);
    reg_write(uart, REG_LINE, reg_read(uart, REG_LINE) | LINE_FIFO);
    pl011_interrupt_receive(uart, true);
}

int pl011_receive(const struct pl011 *uart)
{
    if (reg_read(uart, REG_FLAGS) & FLAG_RECEIVE_EMPTY) {
        return -1;
    }
    return (int)(reg_read(uart, REG_DATA) & 0xff);
}

bool pl011_send(const struct pl011 *uart, uint8_t byte)
{
    if (reg_read(uart, REG_FLAGS) & FLAG_SEND_FULL) {
        return false;
    }
    reg_write(uart, REG_DATA, byte);
    return true;
}

void pl011_interrupt_receive(struct pl011 *uart, bool on)
{
    set_mask(uart, INT_RECEIVE | INT_RECEIVE_TIMEOUT, on);
}

void pl011_interrupt_send(struct pl011 *uart, bool on)
{
    set_mask(uart, INT_SEND, on);
}

void pl011_clear_interrupts(const struct pl011 *uart)
{
    reg_write(uart, REG_CLEAR, INT_ALL);
}
