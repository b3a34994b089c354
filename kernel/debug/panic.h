/* SPDX-License-Identifier: MIT */
/* Panic with a machine state, and what panics say about the thread that ran. */
#pragma once

#include <arch/frame.h>
#include <lib/panic.h>

/* An exception of the kernel's own: panic with its registers and its decoded cause. */
__noreturn void panic_exception(const char *what, const struct trap_frame *frame, u64 esr,
                                vaddr_t far);

/* Up-call: write a short name of the current thread into buf[n]. */
void panic_set_thread_hook(void (*describe)(char *buf, size_t n));
