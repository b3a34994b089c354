/* SPDX-License-Identifier: MIT */
/* Exception causes in words. */
#pragma once

#include <lib/types.h>

/* "write to an unmapped page (translation fault, level 3)" and the like, into buf[n]. */
void esr_describe(u64 esr, char *buf, size_t n);
