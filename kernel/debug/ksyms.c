/* SPDX-License-Identifier: MIT */
/* Look up the function that an address lies in. */
#include <debug/ksyms.h>

const char *ksyms_find(vaddr_t addr, u64 *offset)
{
    u64 low = 0;
    u64 high = ksym_count;

    /* The last entry that begins at or below addr. */
    while (low < high) {
        u64 middle = low + (high - low) / 2;

        if (ksym_table[middle].addr <= addr) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return NULL;
    }
    const struct ksym *sym = &ksym_table[low - 1];

    *offset = addr - sym->addr;
    return sym->size == 0 || *offset < sym->size ? ksym_names + sym->name_off : NULL;
}
