/* SPDX-License-Identifier: MIT */
/*
 * Scheduling contexts and CPUs.
 *
 * A sched_ctx is a right to run: priority, slice, CPU. What runs on it, `top`, is a thread of the
 * layers above; an IPC call changes top and nothing here notices. A sched_ctx has a home CPU. All
 * changes of it and of the call chain on it happen on the home CPU, in the kernel, interrupts off,
 * or (waking) under the home CPU's run queue lock. Only the home CPU gives it away (push, in
 * schedule()).
 *
 * States: NEW -> READY (queued) -> RUNNING -> READY or BLOCKED -> READY ... -> DEAD.
 */
#pragma once

#include <arch/cpu.h>
#include <lib/list.h>
#include <lib/lock.h>
#include <lib/types.h>
#include <uapi/task.h>

enum sched_state { SCHED_NEW, SCHED_READY, SCHED_RUNNING, SCHED_BLOCKED, SCHED_DEAD };

struct sched_ctx {
    struct list_node link; /* run queue; protected by the home CPU's run queue lock, as are: */
    u32 state;             /* enum sched_state */
    u32 queued_priority;   /* the list it is on */
    u32 home;              /* CPU */
    u32 priority;
    u32 affinity;   /* CPU_ANY or the only CPU allowed */
    u64 slice_left; /* ticks */
    u64 since;      /* when it was last charged, in ticks */
    u64 used;       /* ticks consumed */
    void *top;      /* the struct thread that runs on it now */
};

/* The up-call table, set by task/ at boot. */
struct sched_ops {
    /* Run sc->top at EL0 on this CPU, now. */
    __noreturn void (*run)(struct sched_ctx *sc);
    /* At what priority it queues: max(own, ceiling of the server that it is in). */
    u32 (*priority)(const struct sched_ctx *sc);
    /* Leave the address space and FPU of whoever ran: this CPU goes idle or gives a sched_ctx away.
     */
    void (*leave)(void);
    /* The earliest call deadline of what runs, in ticks. */
    u64 (*deadline)(const struct sched_ctx *sc);
    /* That deadline has passed. */
    void (*deadline_passed)(struct sched_ctx *sc);
    /* SLOW_REQUEST: requests that other CPUs sent this one. */
    void (*requests)(void);
};

/* A policy: one run queue a CPU, its lock held in each of these. Files of their own behind this
 * table. */
struct sched_policy {
    const char *name;
    void (*init)(unsigned cpu);
    void (*enqueue)(unsigned cpu, struct sched_ctx *sc, bool first);
    void (*remove)(unsigned cpu, struct sched_ctx *sc);
    struct sched_ctx *(*pick)(unsigned cpu); /* the best one, taken off the queue; NULL: none */
    s32 (*best_priority)(unsigned cpu);      /* of those queued; -1: none */
    struct sched_ctx *(*surplus)(unsigned cpu,
                                 unsigned to); /* one that CPU `to` may run, taken off */
    u64 (*slice)(const struct sched_ctx *sc);  /* ticks of a full slice */
};
extern const struct sched_policy sched_round_robin;

void sched_init(const struct sched_ops *ops);
/* Each CPU, at the end of its boot: run what is ready, for ever. */
__noreturn void sched_start(void);

void sched_ctx_init(struct sched_ctx *sc, void *top, u32 priority, u32 affinity);

/* NEW or BLOCKED -> READY. Any CPU; for BLOCKED the caller has claimed the waiter. */
void sched_ready(struct sched_ctx *sc);

/* The running one gives up the CPU: RUNNING -> BLOCKED, before its waiter becomes visible. */
void sched_blocking(struct sched_ctx *sc);

/* RUNNING -> READY: at the tail when its slice is used up or it yields, else first; then
 * schedule(). */
__noreturn void sched_preempt(bool yield);

/* Do what slow_flags say before going back to EL0; returns when the same thread is to go on. */
void sched_slow_path(void);

/* RUNNING or READY -> DEAD. Home CPU only. */
void sched_ctx_end(struct sched_ctx *sc);

/* Choose and run. What ran before is no longer RUNNING (or is to go on: then it is taken up again).
 */
__noreturn void schedule(void);

/* Before returning to EL0 with the same thread: is there something better to do? */
static inline bool sched_must(void)
{
    return this_cpu()->slow_flags != 0;
}

/* The sched_ctx that runs on this CPU, or NULL. */
struct sched_ctx *sched_current(void);

/* The timer interrupt, and when a deadline shorter than the armed one comes up. */
void sched_timer(void);
void sched_program_timer(void);

/* The reaper has work on this CPU: the timer brings its turn within 10 ms, whatever runs at EL0. */
void sched_reap_soon(void);

/* Make the CPU look at its requests (ops->requests) soon. */
void sched_kick(unsigned cpu);

/* Set priority or affinity. Any CPU; takes effect when it is queued next. */
void sched_set_priority(struct sched_ctx *sc, u32 priority);
void sched_set_affinity(struct sched_ctx *sc, u32 cpu);

/* Sums over CPUs for INFO_SYSTEM. */
u64 sched_idle_ticks(void);
u64 sched_switches(void);
/* Ticks that it has run, this moment's stretch included; of one that runs on another CPU, about. */
u64 sched_ctx_used(const struct sched_ctx *sc);
/* Dump for INFO and debuggers: how many are ready on a CPU. */
u32 sched_ready_count(unsigned cpu);
