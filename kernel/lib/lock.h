/* SPDX-License-Identifier: MIT */
/*
 * Spin locks, fair by ticket. Interrupts are off whenever the kernel runs, so there are no forms
 * that disable them, and a holder is never preempted: hold a lock for a bounded time and no longer.
 *
 * Order: a CPU takes locks in the order of enum lock_rank, outermost first. Debug builds check each
 * acquisition and panic with both names.
 */
#pragma once

#include <arch/cpu.h>
#include <lib/annotate.h>
#include <lib/atomic.h>
#include <lib/types.h>

/* The one written lock order. A lock may be taken while locks of lower ranks are held. */
#define LOCK_RANKS(X) \
    X(VMSPACE)        \
    X(PMO)            \
    X(OBJECT)         \
    X(CAP_GROUP)      \
    X(SERVER)         \
    X(FUTEX)          \
    X(WAITQ)          \
    X(NOTIFICATION)   \
    X(IRQ)            \
    X(CHAIN)          \
    X(TIMERQ)         \
    X(RUNQ)           \
    X(PGTABLE)        \
    X(ACCOUNT)        \
    X(ASID)           \
    X(SLAB)           \
    X(BUDDY)          \
    X(REAP)           \
    X(INTC)           \
    X(LOG)

#define X(name) LOCK_##name,
enum lock_rank { LOCK_RANKS(X) LOCK_RANK_COUNT };
#undef X

struct LOCKABLE spinlock {
    union {
        u32 word;
        struct {
            u16 owner; /* ticket being served */
            u16 next;  /* ticket given to the next comer */
        };
    };
#if defined(CHCORE_DEBUG)
    u32 rank;
#endif
};

#if defined(CHCORE_DEBUG)
#define SPINLOCK_INIT(rank_)       \
    {                              \
        .word = 0, .rank = (rank_) \
    }
/* lock.c: keep the stack of locks that this CPU holds. */
void lock_debug_acquire(struct spinlock *lock, bool same_rank_ok);
void lock_debug_release(struct spinlock *lock);
bool lock_debug_held(const struct spinlock *lock);
/* Panic when this CPU holds any lock: for the way out of the kernel. */
void lock_debug_none_held(void);
#else
#define SPINLOCK_INIT(rank_) \
    {                        \
        .word = 0            \
    }
static inline void lock_debug_acquire(struct spinlock *lock, bool same_rank_ok)
{
    (void)lock;
    (void)same_rank_ok;
}
static inline void lock_debug_release(struct spinlock *lock)
{
    (void)lock;
}
static inline bool lock_debug_held(const struct spinlock *lock)
{
    (void)lock;
    return true;
}
static inline void lock_debug_none_held(void)
{
}
#endif

static inline void spin_init(struct spinlock *lock, enum lock_rank rank)
{
    *lock = (struct spinlock)SPINLOCK_INIT(rank);
    (void)rank;
}

static inline void spin_wait_turn(struct spinlock *lock)
{
    u16 ticket = fetch_add_relaxed(&lock->next, (u16)1);

    /* Acquire: pairs with the release in spin_unlock(). */
    while (load_acquire(&lock->owner) != ticket) {
        cpu_relax();
    }
}

static inline void spin_lock(struct spinlock *lock) ACQUIRES(lock) NO_THREAD_SAFETY
{
    lock_debug_acquire(lock, false);
    spin_wait_turn(lock);
}

/* A second lock of the same rank: the caller has an order of its own (by address, say). */
static inline void spin_lock_same_rank(struct spinlock *lock) ACQUIRES(lock) NO_THREAD_SAFETY
{
    lock_debug_acquire(lock, true);
    spin_wait_turn(lock);
}

static inline bool __must_check spin_trylock(struct spinlock *lock)
    TRY_ACQUIRES(true, lock) NO_THREAD_SAFETY
{
    struct spinlock now = {.word = load_relaxed(&lock->word)};
    struct spinlock taken = now;

    if (now.owner != now.next) {
        return false;
    }
    taken.next++;
    if (!cmpxchg(&lock->word, &now.word, taken.word)) {
        return false;
    }
    lock_debug_acquire(lock, true);
    return true;
}

static inline void spin_unlock(struct spinlock *lock) RELEASES(lock) NO_THREAD_SAFETY
{
    lock_debug_release(lock);
    store_release(&lock->owner, (u16)(lock->owner + 1));
}

/* For asserts. Always true outside debug builds. */
static inline bool spin_held(const struct spinlock *lock)
{
    return lock_debug_held(lock);
}
