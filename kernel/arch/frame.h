/* SPDX-License-Identifier: MIT */
/* The registers of a user thread while it is not running. */
#pragma once

#include <lib/annotate.h>
#include <lib/types.h>

/*
 * Saved by the vectors, restored by trap_return(). It is the first member of struct thread: while a
 * thread runs at EL0, SP_EL1 is the address of its frame.
 */
struct trap_frame {
    u64 x[31];
    u64 sp;      /* SP_EL0 */
    u64 pc;      /* ELR_EL1 */
    u64 pstate;  /* SPSR_EL1 */
    u64 tpidr;   /* TPIDR_EL0: the program's */
    u64 tpidrro; /* TPIDRRO_EL0: libchcore's, address of the thread's block */
} __aligned(16);

_Static_assert(offsetof(struct trap_frame, sp) == 248, "known to assembly");
_Static_assert(sizeof(struct trap_frame) == 288, "known to assembly");

/*
 * To EL0 with the registers of frame, which must be the frame of the thread that runs next: SP_EL1
 * is left pointing at it. TPIDR_EL0, TPIDRRO_EL0 and TTBR0 are loaded by who switches threads.
 */
__noreturn void trap_return(struct trap_frame *frame);
