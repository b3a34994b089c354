/* SPDX-License-Identifier: MIT */
/*
 * pthread_join and its relatives. musl stops the program when a detached thread is joined, which
 * POSIX leaves undefined; here it is EINVAL, and joining oneself EDEADLK, as course texts and other
 * systems have it.
 */
#define _GNU_SOURCE
#include "pthread_impl.h"
#include <sys/mman.h>

/* Defined in pthread_create.c where there are threads at all. */
static void no_threads(pthread_t thread)
{
    (void)thread;
}
weak_alias(no_threads, __tl_sync);

/* 0 once the thread has left its last instruction on its stack but for the kernel's part, or an
 * errno. */
static int wait_for_end(pthread_t thread, const struct timespec *deadline)
{
    for (;;) {
        const int state = thread->detach_state;
        if (state == DT_EXITED) {
            return 0;
        }
        if (state == DT_DETACHED) {
            return EINVAL;
        }
        const int error = __timedwait_cp(&thread->detach_state, state, CLOCK_REALTIME, deadline, 1);
        if (error == ETIMEDOUT || error == EINVAL) { /* EINVAL: of the deadline */
            return error;
        }
    }
}

static int timed_join(pthread_t thread, void **result, const struct timespec *deadline)
{
    if (thread == __pthread_self()) {
        return EDEADLK;
    }
    /* A cancellation point that either cancels or is not disturbed: no masked cancellation. */
    int cancel_state;
    __pthread_testcancel();
    __pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (cancel_state == PTHREAD_CANCEL_ENABLE) {
        __pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    }
    const int error = wait_for_end(thread, deadline);
    __pthread_setcancelstate(cancel_state, NULL);
    if (error) {
        return error;
    }
    __tl_sync(thread); /* until the kernel has done its part: then the stack is nobody's */
    if (result) {
        *result = thread->result;
    }
    if (thread->map_base) {
        __munmap(thread->map_base, thread->map_size);
    }
    return 0;
}

int __pthread_join(pthread_t thread, void **result)
{
    return timed_join(thread, result, NULL);
}

static int try_join(pthread_t thread, void **result)
{
    return thread->detach_state == DT_JOINABLE ? EBUSY : __pthread_join(thread, result);
}

weak_alias(try_join, pthread_tryjoin_np);
weak_alias(timed_join, pthread_timedjoin_np);
weak_alias(__pthread_join, pthread_join);
