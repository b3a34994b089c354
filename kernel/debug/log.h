/* SPDX-License-Identifier: MIT */
/*
 * The kernel's log: short aligned lines in a ring of 64 KiB, which dmesg reads, and on the UART
 * until the console server takes it over.
 */
#pragma once

#include <lib/annotate.h>
#include <lib/types.h>

/* One line: "scope   text", without a newline in fmt. */
void log_info(const char *scope, const char *fmt, ...) __printf_like(2);

/* The console server has the UART: from now on only panics write to it. */
void log_console_release(void);
/* Whether the kernel writes to the UART. */
bool log_console_owned(void);

/*
 * Copy from the log, beginning at position *pos (bytes since boot), at most n bytes; *pos moves. A
 * position that has been overwritten is moved to the oldest byte kept. Returns the bytes copied.
 */
size_t log_read(u64 *pos, char *buf, size_t n);
