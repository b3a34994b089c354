/* SPDX-License-Identifier: MIT */
/* Device registers of 32 and 64 bits, in program order among themselves (Device-nGnRE). */
#pragma once

#include <lib/types.h>

static inline u32 mmio_read(vaddr_t addr)
{
    u32 value;

    __asm__ volatile("ldr %w0, %1" : "=r"(value) : "Q"(*(const volatile u32 *)addr));
    return value;
}

static inline void mmio_write(vaddr_t addr, u32 value)
{
    __asm__ volatile("str %w1, %0" : "=Q"(*(volatile u32 *)addr) : "r"(value));
}

static inline u64 mmio_read64(vaddr_t addr)
{
    u64 value;

    __asm__ volatile("ldr %0, %1" : "=r"(value) : "Q"(*(const volatile u64 *)addr));
    return value;
}

static inline void mmio_write64(vaddr_t addr, u64 value)
{
    __asm__ volatile("str %1, %0" : "=Q"(*(volatile u64 *)addr) : "r"(value));
}
