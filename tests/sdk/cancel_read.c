/* SPDX-License-Identifier: MIT */
/* Cancellation of a thread that is blocked in a read. */
#define _GNU_SOURCE
#include "../user/check.h"

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>

static sem_t ready;
static atomic_int cleaned;
static int ends[2];

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

static void *block_in_read(void *arg)
{
    char byte;
    pthread_cleanup_push(clean, (void *)1);
    pthread_cleanup_push(clean, (void *)10);
    sem_post(&ready);
    read(ends[0], &byte, 1);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return arg;
}

/* Many rounds: the request comes before, at and after the moment when the call blocks. */
TEST(a_blocked_read_is_cancelled)
{
    CHECK_EQ(pipe(ends), 0);
    for (int round = 0; round < 300; round++) {
        pthread_t thread;
        void *result;
        start(&thread, block_in_read);
        for (int i = 0; i < round % 7; i++) {
            sched_yield();
        }
        CHECK_EQ(pthread_cancel(thread), 0);
        CHECK_EQ(pthread_join(thread, &result), 0);
        CHECK(result == PTHREAD_CANCELED);
        CHECK_EQ(atomic_load(&cleaned), 11);
    }
    close(ends[0]);
    close(ends[1]);
}
