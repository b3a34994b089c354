/* SPDX-License-Identifier: MIT */
/*
 * From reset to C. The image has the header of Linux's boot protocol (Documentation/arch/arm64/
 * booting.rst), so that QEMU, u-boot and the Raspberry Pi's firmware load it: MMU and data cache
 * off, x0 = physical address of the device tree (or ATAGs). Everything up to the jumps to *_high
 * runs at physical addresses and is position independent.
 */
#include <arch/mmu.h>
#include <arch/regs.h>

#include <arch/asm.inc>
#include "asm_offsets.h"

#define SPSR_BOOT (PSR_MASK_ALL | PSR_MODE_EL1H)

/* Values of registers named for what they are set to; sections of DDI 0487. */
#define SCR_EL3_BOOT  ((3 << 4) | (1 << 7) | (1 << 10) | (3 << 16)) /* D17.2.117: secure, no smc, RW, PAC */
#define HCR_EL2_BOOT  ((1 << 31) | (3 << 40))                       /* D17.2.48: EL1 is AArch64, PAC free */
#define CPTR_EL2_BOOT 0x33ff                                        /* D17.2.31: FP free, SVE trapped */
#define CNTHCTL_BOOT  3                                             /* D17.11.6: EL1 may use the timer */
#define ICC_SRE_BOOT  0xf                                           /* IHI 0069 12.2.23 */

#define SCTLR_BOOT (SCTLR_RES1 | SCTLR_SPAN)
#define SCTLR_RUN                                                                                  \
    (SCTLR_BOOT | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_SA | SCTLR_SA0 | SCTLR_DZE | SCTLR_UCT |      \
     SCTLR_UCI)
#define TCR_RUN                                                                                    \
    (TCR_T0SZ(48) | TCR_T1SZ(48) | TCR_IRGN0_WBWA | TCR_ORGN0_WBWA | TCR_SH0_INNER |               \
     TCR_IRGN1_WBWA | TCR_ORGN1_WBWA | TCR_SH1_INNER | TCR_TG1_4K)

    .section .head.text, "ax"
    .global _start
_start:
    b primary_entry
    .long 0
    .quad KIMAGE_OFFSET /* text_offset */
    .quad _image_size
    .quad 0xa           /* little endian, 4 KiB pages, anywhere in RAM */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0

    .text
/*
 * From whatever level we are at to EL1h, masked, MMU off. Returns at EL1.
 * x20: out, the level of entry. Uses x1-x3.
 */
FUNC enter_el1
    ldr x1, =SCTLR_BOOT
    mrs x3, CurrentEL
    lsr x20, x3, #2
    cmp x20, #2
    b.lo 1f
    msr sctlr_el1, x1
    mrs x2, id_aa64pfr0_el1
    ubfx x2, x2, #24, #4 /* GIC by system registers? */
    b.eq 2f

    /* EL3: there is no firmware below us. Stay secure, for interrupts and memory are ours there. */
    ldr x1, =SCR_EL3_BOOT
    msr scr_el3, x1
    msr cptr_el3, xzr
    cbz x2, 3f
    mov x1, #ICC_SRE_BOOT
    msr S3_6_C12_C12_5, x1 /* ICC_SRE_EL3 */
3:
    mov x1, #SPSR_BOOT
    msr spsr_el3, x1
    msr elr_el3, x30
    eret

2:  /* EL2 */
    ldr x1, =HCR_EL2_BOOT
    msr hcr_el2, x1
    ldr x1, =CPTR_EL2_BOOT
    msr cptr_el2, x1
    msr hstr_el2, xzr
    msr vttbr_el2, xzr
    mov x1, #CNTHCTL_BOOT
    msr cnthctl_el2, x1
    msr cntvoff_el2, xzr
    mrs x1, midr_el1
    msr vpidr_el2, x1
    mrs x1, mpidr_el1
    msr vmpidr_el2, x1
    cbz x2, 4f
    mov x1, #ICC_SRE_BOOT
    msr S3_4_C12_C9_5, x1 /* ICC_SRE_EL2 */
    isb
    msr S3_4_C12_C11_0, xzr /* ICH_HCR_EL2 */
4:
    mov x1, #SPSR_BOOT
    msr spsr_el2, x1
    msr elr_el2, x30
    eret

1:  /* EL1 */
    msr sctlr_el1, x1
    isb
    ret
ENDFUNC enter_el1

/*
 * Turn the MMU on. x0: physical address of the identity table, which maps this code; returns to the
 * physical address in x30. These registers keep their values for ever. Uses x1-x4.
 */
FUNC mmu_on
    adr_l x1, root_table
    msr ttbr0_el1, x0
    msr ttbr1_el1, x1
    ldr x1, =MAIR_VALUE
    msr mair_el1, x1

    ldr x1, =TCR_RUN
    mrs x2, id_aa64mmfr0_el1
    and x3, x2, #0xf /* PARange, of which 48 bits are of use with 4 KiB pages */
    mov x4, #5
    cmp x3, x4
    csel x3, x3, x4, lo
    orr x1, x1, x3, lsl #TCR_IPS_SHIFT
    ubfx x3, x2, #4, #4 /* ASIDBits */
    cmp x3, #2
    cset x3, eq
    orr x1, x1, x3, lsl #TCR_AS16_SHIFT
    msr tcr_el1, x1
    isb
    tlbi vmalle1
    ic iallu
    dsb nsh
    isb

    ldr x1, =SCTLR_RUN
    mrs x2, id_aa64mmfr1_el1
    ubfx x2, x2, #20, #4 /* PAN? Then each exception sets it. */
    cbz x2, 1f
    bic x1, x1, #SCTLR_SPAN
1:
    msr sctlr_el1, x1
    isb
    ret
ENDFUNC mmu_on

/* x19: blob, x20: level of entry, x21: the empty table. */
FUNC primary_entry
    mov x19, x0
    bl enter_el1

    /* Zero .bss; what caches hold of it from before must not come back (64 bytes: A53, A57, A72). */
    adr_l x0, _bss_start
    adr_l x1, _image_end
1:
    dc ivac, x0
    stp xzr, xzr, [x0], #16
    stp xzr, xzr, [x0], #16
    stp xzr, xzr, [x0], #16
    stp xzr, xzr, [x0], #16
    cmp x0, x1
    b.lo 1b
    dsb sy

    adr_l x1, boot_stack
    add sp, x1, #KSTACK_SIZE
    mov x29, xzr
    mov x0, x19
    adr_l x1, _start
    bl boot_map_init
    mov x19, x0

    adr_l x21, empty_table
    adr_l x0, identity_table
    bl mmu_on
    ldr x1, =primary_high
    br x1

primary_high:
    adr_l x0, cpu_locals
    ldr x1, =KSTACK_TOP(0)
    bl cpu_high
    adr_l x1, boot_level
    str x20, [x1]
    mov x0, x19
    bl main
ENDFUNC primary_entry

/* Other CPUs, started one at a time (smp.c), by PSCI or out of a spin table. */
FUNC secondary_entry
    bl enter_el1
    adr_l x21, empty_table
    adr_l x0, identity_table
    bl mmu_on
    ldr x1, =secondary_high
    br x1

secondary_high:
    adr_l x0, secondary_cpu
    ldr x0, [x0]
    cbz x0, 1f
    ldr x1, [x0, #CPU_KSTACK]
    mov x29, xzr
    bl cpu_high
    bl smp_secondary_main
1:  wfi
    b 1b
ENDFUNC secondary_entry

/* At the high address: x0: our cpu_local, x1: stack, x21: empty table. Leaves the identity map. */
cpu_high:
    msr tpidr_el1, x0
    mov sp, x1
    adr_l x2, vectors
    msr vbar_el1, x2
    msr ttbr0_el1, x21
    isb
    tlbi vmalle1
    dsb nsh
    isb
    ret
