/* SPDX-License-Identifier: MIT */
/* The slow paths of mutex and once: waiting on the word itself. */
#include <chcore/sync.h>
#include <chcore/syscall.h>

void chcore_mutex_lock_slow(struct mutex *m)
{
    /* From here on the word says 2: we cannot know whether others wait, too. */
    while (__atomic_exchange_n(&m->word, 2, __ATOMIC_ACQUIRE) != 0) {
        sys_futex_wait(&m->word, 2, DEADLINE_NONE, 0);
    }
}

void chcore_mutex_unlock_slow(struct mutex *m)
{
    sys_futex_wake(&m->word, 1, 0);
}

/* 0 not run, 1 runs, 2 done, 3 runs and somebody waits. */
void chcore_once_slow(struct once *once, void (*f)(void))
{
    uint32_t seen = 0;

    if (__atomic_compare_exchange_n(&once->word, &seen, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_ACQUIRE)) {
        f();
        if (__atomic_exchange_n(&once->word, 2, __ATOMIC_RELEASE) == 3) {
            sys_futex_wake(&once->word, UINT32_MAX, 0);
        }
        return;
    }
    while (seen != 2) {
        if (seen == 1 && !__atomic_compare_exchange_n(&once->word, &seen, 3, false,
                                                      __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
            continue;
        }
        sys_futex_wait(&once->word, 3, DEADLINE_NONE, 0);
        seen = __atomic_load_n(&once->word, __ATOMIC_ACQUIRE);
    }
}
