/* SPDX-License-Identifier: MIT */
/* futex(2) as libc uses it. Bit sets other than "any" and priority inheritance are -ENOSYS. */
#include "state.h"

static long wait(const uint32_t *word, uint32_t value, deadline_t deadline, uint32_t flags)
{
    return px_wait_call(SYS_futex_wait, (uintptr_t)word, value, deadline, flags, 0);
}

static long requeue(uint32_t *word, uint32_t wake_n, uint32_t *word2, uint32_t move_n,
                    uint32_t flags)
{
    long result;

    do { /* the kernel compares; FUTEX_REQUEUE does not, so whatever is there is right */
        uint32_t seen;
        if ((uintptr_t)word % sizeof(*word) || px_get(&seen, word, sizeof(seen)) < 0) {
            return (uintptr_t)word % sizeof(*word) ? -EINVAL : -EFAULT;
        }
        result = sys_futex_requeue(word, wake_n, word2, move_n, flags, seen);
    } while (result == -EAGAIN);
    return result;
}

long px_futex(uint32_t *word, uint32_t op, uint32_t value, uint64_t timeout_or_count,
              uint32_t *word2, uint32_t value3)
{
    const struct lx_timespec *timeout = (const struct lx_timespec *)timeout_or_count;
    uint32_t flags = op & LX_FUTEX_PRIVATE ? 0 : FUTEX_SHARED;
    deadline_t deadline = DEADLINE_NONE;
    long result = 0;

    switch (op & ~(uint32_t)(LX_FUTEX_PRIVATE | LX_FUTEX_CLOCK_REALTIME)) {
    case LX_FUTEX_WAIT:
        result = px_deadline_relative(timeout, &deadline);
        return result < 0 ? result : wait(word, value, deadline, flags);
    case LX_FUTEX_WAIT_BITSET:
        if (value3 != UINT32_MAX) {
            return -ENOSYS;
        }
        if (timeout) {
            int clock = op & LX_FUTEX_CLOCK_REALTIME ? LX_CLOCK_REALTIME : LX_CLOCK_MONOTONIC;
            result = px_deadline_absolute(clock, timeout, &deadline);
        }
        return result < 0 ? result : wait(word, value, deadline, flags);
    case LX_FUTEX_WAKE:
        return sys_futex_wake(word, value, flags);
    case LX_FUTEX_WAKE_BITSET:
        return value3 == UINT32_MAX ? sys_futex_wake(word, value, flags) : -ENOSYS;
    case LX_FUTEX_REQUEUE:
        return requeue(word, value, word2, (uint32_t)timeout_or_count, flags);
    case LX_FUTEX_CMP_REQUEUE:
        return sys_futex_requeue(word, value, word2, (uint32_t)timeout_or_count, flags, value3);
    default:
        return -ENOSYS;
    }
}
