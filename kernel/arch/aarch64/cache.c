/* SPDX-License-Identifier: MIT */
/* Cache maintenance by address (DDI 0487 D7.5.8). Line sizes are read from CTR_EL0 (D17.2.34). */
#include <arch/barrier.h>
#include <arch/cache.h>
#include <arch/regs.h>

/* Run one maintenance instruction on each line of [va, va + size). */
#define EACH_LINE(instruction, va, size, line)                                               \
    for (u64 addr_ = ALIGN_DOWN((u64)(va), (line)), end_ = (u64)(va) + (size); addr_ < end_; \
         addr_ += (line)) {                                                                  \
        __asm__ volatile(instruction ", %0" ::"r"(addr_) : "memory");                        \
    }

static u64 dcache_line(void)
{
    return UINT64_C(4) << ((sysreg_read(ctr_el0) >> 16) & 0xf);
}

void icache_sync(const void *va, size_t size)
{
    u64 ctr = sysreg_read(ctr_el0);
    u64 iline = UINT64_C(4) << (ctr & 0xf);
    bool by_alias = ((ctr >> 14) & 3) != 3; /* L1Ip: not PIPT, so other addresses have lines too */

    EACH_LINE("dc cvau", va, size, dcache_line());
    dsb(ish);
    if (by_alias) {
        __asm__ volatile("ic ialluis" ::: "memory");
    } else {
        EACH_LINE("ic ivau", va, size, iline);
    }
    dsb(ish);
    isb();
}

void dcache_clean(const void *va, size_t size)
{
    EACH_LINE("dc cvac", va, size, dcache_line());
    dsb(sy);
}

void dcache_clean_invalidate(const void *va, size_t size)
{
    EACH_LINE("dc civac", va, size, dcache_line());
    dsb(sy);
}
