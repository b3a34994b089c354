/* SPDX-License-Identifier: MIT */
/*
 * Locks on futexes, for servers and for libchcore itself. All are valid when zeroed. A holder of a
 * mutex may be preempted, but holds no mutex over a call to another server.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* 0 free, 1 held, 2 held and somebody may wait. */
struct mutex {
    uint32_t word;
};

void chcore_mutex_lock_slow(struct mutex *m);
void chcore_mutex_unlock_slow(struct mutex *m);

static inline bool mutex_try_lock(struct mutex *m)
{
    uint32_t expected = 0;
    return __atomic_compare_exchange_n(&m->word, &expected, 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static inline void mutex_lock(struct mutex *m)
{
    if (!mutex_try_lock(m)) {
        chcore_mutex_lock_slow(m);
    }
}

static inline void mutex_unlock(struct mutex *m)
{
    if (__atomic_exchange_n(&m->word, 0, __ATOMIC_RELEASE) == 2) {
        chcore_mutex_unlock_slow(m);
    }
}

/* Run f once; who comes while it runs waits for its end. */
struct once {
    uint32_t word;
};

void chcore_once_slow(struct once *once, void (*f)(void));

static inline void once_run(struct once *once, void (*f)(void))
{
    if (__atomic_load_n(&once->word, __ATOMIC_ACQUIRE) != 2) {
        chcore_once_slow(once, f);
    }
}
