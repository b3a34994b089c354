/* SPDX-License-Identifier: MIT */
/* The doors between the vectors (arch/aarch64/vectors.S) and the C code of this folder. */
#pragma once

#include <arch/frame.h>
#include <lib/annotate.h>
#include <lib/types.h>

/* Kinds of exceptions from EL1 and of those that nothing should raise. */
enum trap_kind { TRAP_SYNC, TRAP_IRQ, TRAP_FIQ, TRAP_SERROR, TRAP_STACK_OVERFLOW };

/*
 * From EL0, on this CPU's kernel stack, all registers in the current thread's frame, interrupts
 * masked. They return to no one: they end in trap_return().
 */
__noreturn void trap_sync_el0(struct trap_frame *frame); /* all but `svc #1` */
__noreturn void trap_syscall(struct trap_frame *frame);  /* `svc #1`, off the fast paths */
__noreturn void trap_irq_el0(struct trap_frame *frame);
__noreturn void trap_bad_el0(enum trap_kind kind, struct trap_frame *frame);

struct thread;
/* From the fast return: the current thread's frame is complete, and callers wait for `handler`. */
__noreturn void trap_reclaim(struct thread *handler);

/* From EL1: the frame lies on the stack; returning resumes at frame->pc. */
void trap_el1(enum trap_kind kind, struct trap_frame *frame);
