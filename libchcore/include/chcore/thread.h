/* SPDX-License-Identifier: MIT */
/*
 * The thread's own block, at the address in TPIDRRO_EL0: all that libchcore knows of a thread, and
 * by way of `start` of its process. Whoever makes a thread makes its block: procmgr the first one
 * of a process, on the page of the initial stack; libchcore those of pthreads; the server skeleton
 * those of handlers. It is zero but for `self`, `start`, `tid` and `pid`.
 */
#pragma once

#include <chcore/arch.h>
#include <uapi/boot.h>
#include <uapi/types.h>

struct chcore_thread {
    struct chcore_thread *self;
    const struct start_info *start; /* of the process; never NULL */
    uint32_t tid;                   /* of the first thread: the pid */
    uint32_t pid;
    cap_t handle; /* of the own thread, or 0: then CAP_THREAD must do */

    /* The POSIX layer's own. */
    uint64_t signal_mask;      /* bit n - 1 for signal n */
    uint64_t signals_pending;  /* came while masked */
    uint32_t handlers_run;     /* counts; rt_sigsuspend waits on it */
    uint32_t must_not_restart; /* a handler without SA_RESTART has run */
    uint32_t *clear_tid;       /* zeroed, and its waiters woken, when the thread ends */
    int (*start_function)(void *);
    void *start_argument;
    struct chcore_thread *next; /* list of living threads, or of free blocks */
    uint32_t upcalls_open;      /* the kernel delivers them to this thread */
    uint32_t reserved0;
    uint64_t reserved[20];
};
_Static_assert(sizeof(struct chcore_thread) == 256, "procmgr reserves this much");

/* The calling thread's block. */
static inline struct chcore_thread *chcore_self(void)
{
    return (struct chcore_thread *)arch_thread_block();
}

/* What the process was born with. */
static inline const struct start_info *chcore_start_info(void)
{
    return chcore_self()->start;
}
