/* SPDX-License-Identifier: MIT */
/* System registers and the bits of them that we use; sections are of DDI 0487. For C and assembly.
 */
#pragma once

#include <arch/esr.h>

#if !defined(__ASSEMBLER__)
#include <lib/types.h>

#define sysreg_read(name)                                  \
    __extension__({                                        \
        u64 value_;                                        \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
    })
#define sysreg_write(name, value) __asm__ volatile("msr " #name ", %0" ::"r"((u64)(value)))
#endif

/* SPSR_ELx and PSTATE (C5.2.18). */
#define PSR_MODE_EL0T 0x0
#define PSR_MODE_EL1H 0x5
#define PSR_MODE_EL2H 0x9
#define PSR_MODE_MASK 0xf
#define PSR_FIQ       (1 << 6)
#define PSR_IRQ       (1 << 7)
#define PSR_SERROR    (1 << 8)
#define PSR_DEBUG     (1 << 9)
#define PSR_MASK_ALL  (PSR_FIQ | PSR_IRQ | PSR_SERROR | PSR_DEBUG)
#define PSR_NZCV      (0xf << 28) /* all that a user program may set of its PSTATE */

/* SCTLR_EL1 (D17.2.118). */
#define SCTLR_M    (1 << 0)
#define SCTLR_C    (1 << 2)
#define SCTLR_SA   (1 << 3)
#define SCTLR_SA0  (1 << 4)
#define SCTLR_I    (1 << 12)
#define SCTLR_DZE  (1 << 14)
#define SCTLR_UCT  (1 << 15)
#define SCTLR_NTWI (1 << 16)
#define SCTLR_NTWE (1 << 18)
#define SCTLR_SPAN (1 << 23)
#define SCTLR_UCI  (1 << 26)
#define SCTLR_RES1 ((1 << 11) | (1 << 20) | (1 << 22) | (1 << 28) | (1 << 29))

/* TCR_EL1 (D17.2.131). */
#define TCR_T0SZ(bits) ((64 - (bits)) << 0)
#define TCR_T1SZ(bits) ((64 - (bits)) << 16)
#define TCR_IRGN0_WBWA (1 << 8)
#define TCR_ORGN0_WBWA (1 << 10)
#define TCR_SH0_INNER  (3 << 12)
#define TCR_IRGN1_WBWA (1 << 24)
#define TCR_ORGN1_WBWA (1 << 26)
#define TCR_SH1_INNER  (3 << 28)
#define TCR_TG1_4K     (2 << 30)
#define TCR_IPS_SHIFT  32
#define TCR_AS16_SHIFT 36

/* MAIR_EL1: memory types by index (D17.2.97). */
#define MAIR_DEVICE   0 /* nGnRE */
#define MAIR_NORMAL   1 /* write-back, allocating */
#define MAIR_UNCACHED 2 /* normal, not cacheable */
#define MAIR_VALUE    (0x04 | (0xff << 8) | (0x44 << 16))

/* CPACR_EL1.FPEN (D17.2.30). */
#define CPACR_FPEN_TRAP (0 << 20)
#define CPACR_FPEN_FREE (3 << 20)
