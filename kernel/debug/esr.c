/* SPDX-License-Identifier: MIT */
/* Exception syndromes in words (DDI 0487 D17.2.37). */
#include <arch/esr.h>
#include <debug/esr.h>
#include <lib/printf.h>

struct name {
    u32 value;
    const char *text;
};

static const struct name classes[] = {
    {ESR_EC_UNKNOWN, "undefined instruction"},
    {ESR_EC_WFX, "trapped wfi or wfe"},
    {ESR_EC_FP, "floating point while it is trapped"},
    {ESR_EC_ILLEGAL, "illegal execution state"},
    {ESR_EC_SVC64, "system call"},
    {ESR_EC_SYSREG, "access to a privileged system register"},
    {ESR_EC_IABT_EL0, "instruction fetch"},
    {ESR_EC_IABT_EL1, "instruction fetch by the kernel"},
    {ESR_EC_PC_ALIGN, "unaligned program counter"},
    {ESR_EC_DABT_EL0, "access"},
    {ESR_EC_DABT_EL1, "access by the kernel"},
    {ESR_EC_SP_ALIGN, "unaligned stack pointer"},
    {ESR_EC_FP_TRAP, "floating point exception"},
    {ESR_EC_SERROR, "asynchronous external abort"},
    {ESR_EC_BKPT_EL0, "hardware breakpoint"},
    {ESR_EC_STEP_EL0, "single step"},
    {ESR_EC_WATCH_EL0, "watchpoint"},
    {ESR_EC_BRK, "brk instruction"},
};

/* Of aborts: what FSC says, without the level where there is one. */
static const struct name statuses[] = {
    {0x00, "address size fault"},
    {ESR_FSC_TRANSLATION, "nothing is mapped there (translation fault)"},
    {ESR_FSC_ACCESS_FLAG, "access flag fault"},
    {ESR_FSC_PERMISSION, "not permitted there (permission fault)"},
    {0x10, "external abort"},
    {0x14, "external abort on a table walk"},
    {0x18, "parity or ECC error"},
    {0x1c, "parity or ECC error on a table walk"},
    {0x20, "unaligned address"}, /* 0x21 */
    {0x30, "TLB conflict or unsupported update"},
    {0x34, "unsupported exclusive or atomic access"},
};

static const char *find(const struct name *table, size_t count, u32 value)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].value == value) {
            return table[i].text;
        }
    }
    return NULL;
}

void esr_describe(u64 esr, char *buf, size_t n)
{
    u32 class = (u32)(esr >> ESR_EC_SHIFT) & 0x3f;
    u32 fsc = (u32)esr & ESR_FSC_MASK;
    const char *what = find(classes, ARRAY_SIZE(classes), class);
    bool fetch = class == ESR_EC_IABT_EL0 || class == ESR_EC_IABT_EL1;
    bool data = class == ESR_EC_DABT_EL0 || class == ESR_EC_DABT_EL1;

    if (what == NULL) {
        ksnprintf(buf, n, "exception of unknown class 0x%x", class);
        return;
    }
    if (!fetch && !data) {
        ksnprintf(buf, n, "%s", what);
        return;
    }
    const char *why = find(statuses, ARRAY_SIZE(statuses), fsc & ESR_FSC_TYPE);
    const char *kind = fetch                                          ? ""
                       : (esr & ESR_DABT_WNR) && !(esr & ESR_DABT_CM) ? "write "
                                                                      : "read ";
    char level[] = ", level 0";

    /* The statuses below 0x20 are about a level of the tables, but for 0x10 and 0x18. */
    level[sizeof(level) - 2] = (char)('0' + fsc % 4);
    bool leveled = fsc < 0x20 && fsc != 0x10 && fsc != 0x18;

    ksnprintf(buf, n, "%s%s: %s%s", kind, what, why != NULL ? why : "unknown status",
              leveled ? level : "");
}
