/* SPDX-License-Identifier: MIT */
/* Names for the return addresses of a program that died. */
#pragma once

#include <uapi/types.h>

/* Print pc[0 .. n) with the functions of the ELF file that begins at `offset` of the pmo `file`
 * (CAP_NONE: no names). The file is the program's own and may be hostile: what does not fit is left
 * out. */
void backtrace_print(const uint64_t *pc, unsigned n, cap_t file, uint64_t offset);
