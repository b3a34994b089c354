/* SPDX-License-Identifier: MIT */
/* What the vectors call. */
#include <arch/exit.h>
#include <arch/regs.h>
#include <arch/uaccess.h>
#include <debug/panic.h>
#include <trap/trap.h>

void trap_sync_el0(struct trap_frame *frame)
{
    panic_exception("exception at EL0", frame, sysreg_read(esr_el1), sysreg_read(far_el1));
}

void trap_irq_el0(struct trap_frame *frame)
{
    panic_exception("interrupt at EL0", frame, 0, 0);
}

void trap_bad_el0(enum trap_kind kind, struct trap_frame *frame)
{
    (void)kind;
    panic_exception("impossible exception at EL0", frame, sysreg_read(esr_el1), 0);
}

void trap_el1(enum trap_kind kind, struct trap_frame *frame)
{
    static const char *const names[] = {
        [TRAP_SYNC] = "exception in the kernel",
        [TRAP_IRQ] = "interrupt in the kernel",
        [TRAP_FIQ] = "fast interrupt in the kernel",
        [TRAP_SERROR] = "system error in the kernel",
        [TRAP_STACK_OVERFLOW] = "kernel stack used up",
    };
    u64 esr = sysreg_read(esr_el1);
    vaddr_t far = sysreg_read(far_el1);
    u64 class = esr >> ESR_EC_SHIFT & 0x3f;

    if (kind == TRAP_SYNC && class == ESR_EC_DABT_EL1) {
        u64 fixup = uaccess_fixup(frame->pc, esr, far);

        if (fixup != 0) {
            frame->pc = fixup;
            return;
        }
    }
    if (kind == TRAP_SYNC && class == ESR_EC_UNKNOWN && semihosting_absent(frame->pc)) {
        frame->pc += 4;
        return;
    }
    panic_exception(names[kind], frame, esr, far);
}
