/* SPDX-License-Identifier: MIT */
/* Debug builds: every CPU knows the locks that it holds, and panics when it breaks their order. */
#include <lib/lock.h>
#include <lib/panic.h>

#if defined(CHCORE_DEBUG)

enum { HELD_MAX = 12 };

struct held {
    const struct spinlock *lock[HELD_MAX]; /* in the order of acquisition */
    unsigned count;
};

#define X(name) #name,
static const char *const rank_names[] = {LOCK_RANKS(X)};
#undef X

static struct held held_by[CPU_MAX];

void lock_debug_acquire(struct spinlock *lock, bool same_rank_ok)
{
    struct held *held = &held_by[cpu_id()];

    ASSERT(lock->rank < LOCK_RANK_COUNT && held->count < HELD_MAX);
    for (unsigned i = 0; i < held->count; i++) {
        u32 before = held->lock[i]->rank;

        if (held->lock[i] == lock) {
            panic("lock %s taken twice", rank_names[lock->rank]);
        }
        if (before > lock->rank || (before == lock->rank && !same_rank_ok)) {
            panic("lock order: %s taken inside %s", rank_names[lock->rank], rank_names[before]);
        }
    }
    held->lock[held->count++] = lock;
}

void lock_debug_release(struct spinlock *lock)
{
    struct held *held = &held_by[cpu_id()];
    unsigned i = held->count;

    while (i > 0 && held->lock[i - 1] != lock) {
        i--;
    }
    if (i == 0) {
        panic("lock %s released but not held", rank_names[lock->rank]);
    }
    held->count--;
    for (i--; i < held->count; i++) {
        held->lock[i] = held->lock[i + 1];
    }
}

bool lock_debug_held(const struct spinlock *lock)
{
    const struct held *held = &held_by[cpu_id()];

    for (unsigned i = 0; i < held->count; i++) {
        if (held->lock[i] == lock) {
            return true;
        }
    }
    return false;
}

void lock_debug_none_held(void)
{
    const struct held *held = &held_by[cpu_id()];

    if (held->count != 0) {
        panic("lock %s still held", rank_names[held->lock[held->count - 1]->rank]);
    }
}

#endif
