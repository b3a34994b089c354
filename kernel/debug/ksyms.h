/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own symbol table, for backtraces. scripts/build/ksyms.py writes it at link time
 * (section .ksyms, read-only): functions only, by rising address.
 */
#pragma once

#include <lib/types.h>

struct ksym {
    u64 addr;     /* link address of the function's first instruction */
    u32 size;     /* bytes; 0 if the assembler gave none */
    u32 name_off; /* of the NUL-terminated name in ksym_names */
};

extern const struct ksym ksym_table[];
extern const u64 ksym_count; /* 0 in the first of the two links */
extern const char ksym_names[];

/* The function that contains addr, and the offset in it; NULL where there is none. */
const char *ksyms_find(vaddr_t addr, u64 *offset);
