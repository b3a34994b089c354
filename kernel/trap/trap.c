/* SPDX-License-Identifier: MIT */
/* What the vectors call: where each exception goes. */
#include <arch/exit.h>
#include <arch/regs.h>
#include <arch/uaccess.h>
#include <debug/esr.h>
#include <debug/log.h>
#include <debug/panic.h>
#include <ipc/server.h>
#include <object/reap.h>
#include <plat/intc.h>
#include <syscall/syscall.h>
#include <task/process.h>
#include <task/user.h>
#include <trap/trap.h>
#include <uapi/vm.h>
#include <vm/fault.h>

/* Say what killed a program. Where it was called from, with names, is procmgr's to say
 * (INFO_BACKTRACE). */
static void report(const struct thread *thread, u64 esr, vaddr_t far, const char *why)
{
    char cause[96];

    esr_describe(esr, cause, sizeof(cause));
    log_info("fault", "%s: %s%s", thread->group->name, cause, why);
    log_info("fault", "  address %lx, pc %lx, sp %lx", far, thread->frame.pc, thread->frame.sp);
}

static __noreturn void user_fault_why(struct thread *thread, u64 esr, vaddr_t far, const char *why)
{
    report(thread, esr, far, why);
    process_fault(thread, -EFAULT, esr, far);
}

static __noreturn void user_fault(struct thread *thread, u64 esr, vaddr_t far)
{
    user_fault_why(thread, esr, far, "");
}

/* What the translation tables cannot know. */
static const char *fault_words(s64 err, enum vm_fault_reason reason)
{
    if (err == -ENOMEM) {
        return ": out of memory";
    }
    if (err != -EFAULT) {
        return ": its pager cannot be asked";
    }
    return reason == VM_REASON_GUARD        ? ": stack overflow"
           : reason == VM_REASON_BEYOND_END ? ": beyond the end of the file"
                                            : "";
}

/* Translation, access flag, permission: what a mapping can cure. Not alignment, not external
 * aborts. */
static bool is_mapping_fault(u64 esr)
{
    u64 type = esr & ESR_FSC_TYPE;

    return type == ESR_FSC_TRANSLATION || type == ESR_FSC_ACCESS_FLAG || type == ESR_FSC_PERMISSION;
}

/* A copy loop that the program has registered goes on at its end, which answers -EFAULT. */
static bool end_copy(struct thread *thread)
{
    const struct cap_group *group = thread->group;

    if (thread->frame.pc < group->copy_start || thread->frame.pc >= group->copy_end) {
        return false;
    }
    thread->frame.pc = group->copy_end;
    return true;
}

static void page_fault(struct thread *thread, u64 esr, vaddr_t far, unsigned access)
{
    struct vm_fault_result result = {.reason = VM_REASON_UNMAPPED};
    s64 ret;

    thread->in_syscall = false;
    counters[cpu_id()].faults++;
    if (!is_mapping_fault(esr)) {
        user_fault(thread, esr, far);
    }
    ret = vm_fault(thread->vmspace, far, access, &result);
    if (ret > 0) {
        ret = thread_need(thread, (int)ret, &result.need);
    }
    if (ret == -ENOMEM && reap_pending()) {
        (void)reap_turn(); /* memory is on its way back: do a part of that, and try again */
        return;
    }
    if (ret == -EFAULT || ret == -ENOMEM || ret == -EDEADLK || ret == -EPEERDEAD) {
        if (access != VM_EXEC && end_copy(thread)) {
            return;
        }
        user_fault_why(thread, esr, far, fault_words(ret, result.reason));
    }
    /* Else it is resolved, or waits, or was interrupted: the instruction runs again. */
}

void trap_syscall(struct trap_frame *frame)
{
    syscall_dispatch(container_of(frame, struct thread, frame));
    thread_return();
}

void trap_reclaim(struct thread *handler)
{
    handler_reclaim(handler);
    thread_return();
}

void trap_sync_el0(struct trap_frame *frame)
{
    struct thread *thread = container_of(frame, struct thread, frame);
    u64 esr = sysreg_read(esr_el1);

    switch (esr >> ESR_EC_SHIFT & 0x3f) {
    case ESR_EC_SVC64:
        user_fault(thread, esr, frame->pc - 4); /* not `svc #1`: procmgr makes it SIGSYS */
    case ESR_EC_DABT_EL0: {
        bool write = (esr & ESR_DABT_WNR) != 0 && (esr & ESR_DABT_CM) == 0;

        page_fault(thread, esr, sysreg_read(far_el1), write ? VM_WRITE : VM_READ);
        break;
    }
    case ESR_EC_IABT_EL0:
        page_fault(thread, esr, sysreg_read(far_el1), VM_EXEC);
        break;
    case ESR_EC_FP:
        thread_fpu_use(thread);
        break;
    default:
        user_fault(thread, esr, frame->pc);
    }
    thread_return();
}

void trap_irq_el0(struct trap_frame *frame)
{
    (void)frame;
    counters[cpu_id()].irqs++;
    intc_dispatch();
    thread_return();
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
