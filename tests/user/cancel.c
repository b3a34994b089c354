/* SPDX-License-Identifier: MIT */
/* Cancellation of threads: at a blocked call, before one, disabled, asynchronous, with clean-up. */
#define _GNU_SOURCE
#include "check.h"

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

static sem_t ready;
static atomic_int cleaned;

static void clean(void *arg)
{
    atomic_fetch_add(&cleaned, (int)(long)arg);
}

static void start(pthread_t *thread, void *(*run)(void *))
{
    atomic_store(&cleaned, 0);
    CHECK_EQ(sem_init(&ready, 0, 0), 0);
    CHECK_EQ(pthread_create(thread, NULL, run, NULL), 0);
    CHECK_EQ(sem_wait(&ready), 0);
}

static sem_t closed;

static void *block_in_sem_wait(void *arg)
{
    pthread_cleanup_push(clean, (void *)1);
    pthread_cleanup_push(clean, (void *)10);
    sem_post(&ready);
    sem_wait(&closed);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return arg;
}

/* Many rounds: the request comes before, at and after the moment when the call blocks. */
TEST(a_blocked_call_is_cancelled)
{
    CHECK_EQ(sem_init(&closed, 0, 0), 0);
    for (int round = 0; round < 100; round++) {
        pthread_t thread;
        void *result;
        start(&thread, block_in_sem_wait);
        for (int i = 0; i < round % 7; i++) {
            sched_yield();
        }
        CHECK_EQ(pthread_cancel(thread), 0);
        CHECK_EQ(pthread_join(thread, &result), 0);
        CHECK(result == PTHREAD_CANCELED);
        CHECK_EQ(atomic_load(&cleaned), 11);
    }
}

static void *block_in_sleep(void *arg)
{
    sem_post(&ready);
    sleep(1000);
    return arg;
}

TEST(a_sleep_is_cancelled)
{
    pthread_t thread;
    void *result;
    start(&thread, block_in_sleep);
    CHECK_EQ(pthread_cancel(thread), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void release(void *arg)
{
    pthread_mutex_unlock(arg);
    clean((void *)1);
}

static void *block_in_wait(void *arg)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(release, &lock);
    sem_post(&ready);
    for (;;) {
        pthread_cond_wait(&never, &lock);
    }
    pthread_cleanup_pop(1);
    return arg;
}

TEST(a_condition_wait_is_cancelled_with_its_lock)
{
    for (int round = 0; round < 50; round++) {
        pthread_t thread;
        void *result;
        start(&thread, block_in_wait);
        CHECK_EQ(pthread_cancel(thread), 0);
        CHECK_EQ(pthread_join(thread, &result), 0);
        CHECK(result == PTHREAD_CANCELED);
        CHECK_EQ(atomic_load(&cleaned), 1);
        CHECK_EQ(pthread_mutex_trylock(&lock), 0);
        CHECK_EQ(pthread_mutex_unlock(&lock), 0);
    }
}

static atomic_int go;

static void *not_now(void *arg)
{
    int old;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    sem_post(&ready);
    while (!atomic_load(&go)) {
        sched_yield();
    }
    const struct timespec nap = {0, 1000000};
    if (nanosleep(&nap, NULL)) {
        return "the sleep was disturbed";
    }
    atomic_store(&cleaned, 5);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    pthread_testcancel();
    return arg;
}

TEST(a_disabled_request_waits)
{
    pthread_t thread;
    void *result;
    atomic_store(&go, 0);
    start(&thread, not_now);
    CHECK_EQ(pthread_cancel(thread), 0);
    atomic_store(&go, 1);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK_EQ(atomic_load(&cleaned), 5);
}

static void *spin(void *arg)
{
    int old;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
    sem_post(&ready);
    for (volatile unsigned long i = 0;; i++) {
    }
    return arg;
}

TEST(an_asynchronous_request_needs_no_call)
{
    pthread_t thread;
    void *result;
    start(&thread, spin);
    CHECK_EQ(pthread_cancel(thread), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
}
