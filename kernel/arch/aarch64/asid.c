/* SPDX-License-Identifier: MIT */
/* Address space identifiers; see tlb.h. Searched from the last one on, so that reuse is late. */
#include <arch/regs.h>
#include <arch/tlb.h>
#include <lib/bitmap.h>
#include <lib/lock.h>

enum { ASID_MAX = 1 << 16 };

static struct spinlock lock = SPINLOCK_INIT(LOCK_ASID);
/* Protected by lock: */
static u64 used[BITMAP_WORDS(ASID_MAX)] = {1}; /* 0 is the empty table's */
static size_t last;

/* How many the CPU tells apart (ID_AA64MMFR0_EL1.ASIDBits, D17.2.65). */
static size_t asid_count(void)
{
    return (sysreg_read(id_aa64mmfr0_el1) >> 4 & 0xf) == 2 ? ASID_MAX : 256;
}

u16 asid_alloc(void)
{
    size_t count = asid_count();
    size_t asid;

    spin_lock(&lock);
    asid = bitmap_find_clear(used, count, last + 1);
    if (asid == count) {
        asid = bitmap_find_clear(used, count, 1);
    }
    if (asid != count) {
        bitmap_set(used, asid);
        last = asid;
    }
    spin_unlock(&lock);
    return asid != count ? (u16)asid : 0;
}

void asid_free(u16 asid)
{
    tlb_flush_asid(asid);
    spin_lock(&lock);
    bitmap_clear(used, asid);
    spin_unlock(&lock);
}
