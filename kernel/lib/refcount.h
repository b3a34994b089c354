/* SPDX-License-Identifier: MIT */
/* Reference counts. A count that has reached zero stays there: refcount_try_get() then fails. */
#pragma once

#include <lib/atomic.h>

struct refcount {
    u32 value;
};

static inline void refcount_init(struct refcount *ref, u32 value)
{
    store_relaxed(&ref->value, value);
}

/* One more for a caller that already holds one. */
static inline void refcount_get(struct refcount *ref)
{
    (void)fetch_add_relaxed(&ref->value, 1U);
}

/* One more unless the count is zero: for look-ups without a reference. */
static inline bool __must_check refcount_try_get(struct refcount *ref)
{
    u32 value = load_relaxed(&ref->value);

    while (value != 0) {
        if (cmpxchg(&ref->value, &value, value + 1)) {
            return true;
        }
    }
    return false;
}

/* One less; true for the caller that took the last one, who then destroys. */
static inline bool __must_check refcount_put(struct refcount *ref)
{
    return fetch_sub(&ref->value, 1U) == 1;
}
