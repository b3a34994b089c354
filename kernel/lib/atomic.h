/* SPDX-License-Identifier: MIT */
/*
 * Atomic accesses, by the C11 memory model. They take pointers to plain integers or pointers of 1,
 * 2, 4 or 8 bytes. A file that keeps to these for its shared words can be compiled on the host with
 * another header of this name, which tries all their interleavings.
 */
#pragma once

#include <lib/types.h>

#define load_relaxed(p)     __atomic_load_n((p), __ATOMIC_RELAXED)
#define load_acquire(p)     __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define store_relaxed(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* Each returns the value before. */
#define fetch_add(p, v)         __atomic_fetch_add((p), (v), __ATOMIC_ACQ_REL)
#define fetch_sub(p, v)         __atomic_fetch_sub((p), (v), __ATOMIC_ACQ_REL)
#define fetch_or(p, v)          __atomic_fetch_or((p), (v), __ATOMIC_ACQ_REL)
#define fetch_and(p, v)         __atomic_fetch_and((p), (v), __ATOMIC_ACQ_REL)
#define fetch_add_relaxed(p, v) __atomic_fetch_add((p), (v), __ATOMIC_RELAXED)
#define exchange(p, v)          __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL)

/*
 * If *p equals *expected store v and return true, else put what was there into *expected and return
 * false. Orders as acquire and release when it succeeds, as acquire when it fails.
 */
#define cmpxchg(p, expected, v) \
    __atomic_compare_exchange_n((p), (expected), (v), false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)

/* A full barrier between all accesses before and after it, as seen by other CPUs. */
#define fence_full() __atomic_thread_fence(__ATOMIC_SEQ_CST)
