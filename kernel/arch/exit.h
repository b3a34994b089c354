/* SPDX-License-Identifier: MIT */
/* The end of the machine. */
#pragma once

#include <lib/annotate.h>

/*
 * Turn the machine off; under a simulator its exit status is code (0 to 255). By semihosting, which
 * both boards have there, else by the board's own means, which carry no status.
 */
__noreturn void machine_exit(int code);

/* Start again from reset. */
__noreturn void machine_reset(void);
