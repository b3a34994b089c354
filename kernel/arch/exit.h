/* SPDX-License-Identifier: MIT */
/* The end of the machine. */
#pragma once

#include <lib/types.h>

/*
 * Turn the machine off; under a simulator its exit status is code (0 to 255). By semihosting, which
 * both boards have there, else by the board's own means, which carry no status.
 */
__noreturn void machine_exit(int code);

/* Start again from reset. */
__noreturn void machine_reset(void);

/* For trap_el1(): whether pc is machine_exit()'s semihosting call, which a real CPU does not know.
 */
bool semihosting_absent(u64 pc);
