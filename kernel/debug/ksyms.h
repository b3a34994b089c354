/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own symbol table, for backtraces. scripts/build/ksyms.py writes it at link time
 * (section .ksyms, read-only): functions only, by rising address.
 */
#pragma once

#include <stdint.h>

struct ksym {
    uint64_t addr;     /* link address of the function's first instruction */
    uint32_t size;     /* bytes; 0 if the assembler gave none */
    uint32_t name_off; /* of the NUL-terminated name in ksym_names */
};

extern const struct ksym ksym_table[];
extern const uint64_t ksym_count; /* 0 in the first of the two links */
extern const char ksym_names[];
