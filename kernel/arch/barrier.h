/* SPDX-License-Identifier: MIT */
/* Barriers that the C memory model has no word for (DDI 0487 B2.3). */
#pragma once

#define dsb(kind) __asm__ volatile("dsb " #kind ::: "memory") /* ish, ishst, sy, nsh */
#define dmb(kind) __asm__ volatile("dmb " #kind ::: "memory")

static inline void isb(void)
{
    __asm__ volatile("isb" ::: "memory");
}
