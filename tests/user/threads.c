/* SPDX-License-Identifier: MIT */
/* POSIX threads: life, locks, conditions, data of their own. */
#define _GNU_SOURCE
#include "check.h"

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

static struct timespec in_ms(clockid_t clock, long ms)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    ts.tv_nsec += ms % 1000 * 1000000;
    ts.tv_sec += ms / 1000 + ts.tv_nsec / 1000000000;
    ts.tv_nsec %= 1000000000;
    return ts;
}

static void *twice(void *arg)
{
    return (void *)((uintptr_t)arg * 2);
}

TEST(join_gives_the_result)
{
    pthread_t thread;
    void *result = NULL;
    CHECK_EQ(pthread_create(&thread, NULL, twice, (void *)21), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK_EQ((uintptr_t)result, 42);
}

static void *leave_early(void *arg)
{
    pthread_exit(arg);
}

TEST(exit_gives_the_result_too)
{
    pthread_t thread;
    void *result = NULL;
    CHECK_EQ(pthread_create(&thread, NULL, leave_early, (void *)5), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK_EQ((uintptr_t)result, 5);
}

TEST(many_threads_one_after_the_other)
{
    for (uintptr_t i = 0; i < 300; i++) {
        pthread_t thread;
        void *result;
        CHECK_EQ(pthread_create(&thread, NULL, twice, (void *)i), 0);
        CHECK_EQ(pthread_join(thread, &result), 0);
        CHECK_EQ((uintptr_t)result, i * 2);
    }
}

static pthread_barrier_t all_here;

static void *meet(void *arg)
{
    const int status = pthread_barrier_wait(&all_here);
    return (void *)((uintptr_t)arg * 10 + (status == PTHREAD_BARRIER_SERIAL_THREAD));
}

TEST(many_threads_at_the_same_time)
{
    enum { COUNT = 40 };
    pthread_t threads[COUNT];
    uintptr_t serial = 0;
    CHECK_EQ(pthread_barrier_init(&all_here, NULL, COUNT + 1), 0);
    for (uintptr_t i = 0; i < COUNT; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, meet, (void *)i), 0);
    }
    serial += pthread_barrier_wait(&all_here) == PTHREAD_BARRIER_SERIAL_THREAD;
    for (uintptr_t i = 0; i < COUNT; i++) {
        void *result;
        CHECK_EQ(pthread_join(threads[i], &result), 0);
        CHECK_EQ((uintptr_t)result / 10, i);
        serial += (uintptr_t)result % 10;
    }
    CHECK_EQ(serial, 1);
    CHECK_EQ(pthread_barrier_destroy(&all_here), 0);
}

static sem_t said, heard;

static void *speak(void *arg)
{
    (void)arg;
    sem_wait(&heard);
    sem_post(&said);
    return NULL;
}

TEST(detached_threads_cannot_be_joined)
{
    pthread_t thread;
    pthread_attr_t attr;
    int state;
    CHECK_EQ(sem_init(&said, 0, 0) | sem_init(&heard, 0, 0), 0);
    CHECK_EQ(pthread_attr_init(&attr), 0);
    CHECK_EQ(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
    CHECK_EQ(pthread_attr_getdetachstate(&attr, &state), 0);
    CHECK_EQ(state, PTHREAD_CREATE_DETACHED);
    CHECK_EQ(pthread_create(&thread, &attr, speak, NULL), 0);
    CHECK_EQ(sem_post(&heard), 0);
    CHECK_EQ(sem_wait(&said), 0);
    for (int i = 0; i < 200; i++) { /* each leaves by unmapping its own stack */
        CHECK_EQ(pthread_create(&thread, &attr, speak, NULL), 0);
        CHECK_EQ(sem_post(&heard), 0);
        CHECK_EQ(sem_wait(&said), 0);
    }
    CHECK_EQ(pthread_create(&thread, NULL, speak, NULL), 0);
    CHECK_EQ(pthread_detach(thread), 0);
    CHECK_EQ(sem_post(&heard), 0);
    CHECK_EQ(sem_wait(&said), 0);
    CHECK_EQ(pthread_attr_destroy(&attr), 0);
}

static void *stack_used(void *arg)
{
    (void)arg;
    volatile char block[600 * 1024];
    for (size_t i = 0; i < sizeof(block); i += 1024) {
        block[i] = 1;
    }
    return (void *)(uintptr_t)block[0];
}

TEST(stack_size_is_as_asked)
{
    pthread_t thread;
    pthread_attr_t attr;
    void *result;
    CHECK_EQ(pthread_attr_init(&attr), 0);
    CHECK_EQ(pthread_attr_setstacksize(&attr, 1024 * 1024), 0);
    CHECK_EQ(pthread_create(&thread, &attr, stack_used, NULL), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK_EQ((uintptr_t)result, 1);
    CHECK_EQ(pthread_attr_setstacksize(&attr, 100), EINVAL);
    CHECK_EQ(pthread_attr_destroy(&attr), 0);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long counter;

static void *count_up(void *arg)
{
    for (long i = 0; i < (long)(intptr_t)arg; i++) {
        pthread_mutex_lock(&lock);
        const long seen = counter;
        if (i % 512 == 0) {
            sched_yield(); /* others run into the lock */
        }
        counter = seen + 1;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

TEST(mutex_keeps_others_out)
{
    pthread_t threads[8];
    counter = 0;
    for (int i = 0; i < 8; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, count_up, (void *)3000), 0);
    }
    for (int i = 0; i < 8; i++) {
        CHECK_EQ(pthread_join(threads[i], NULL), 0);
    }
    CHECK_EQ(counter, 24000);
}

static void *try_lock(void *arg)
{
    return (void *)(uintptr_t)pthread_mutex_trylock(arg);
}

static void *timed_lock(void *arg)
{
    const struct timespec end = in_ms(CLOCK_REALTIME, 20);
    return (void *)(uintptr_t)pthread_mutex_timedlock(arg, &end);
}

static int in_thread(void *(*run)(void *), void *arg)
{
    pthread_t thread;
    void *result;
    CHECK_EQ(pthread_create(&thread, NULL, run, arg), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    return (int)(uintptr_t)result;
}

TEST(mutex_kinds_differ)
{
    pthread_mutex_t mutex;
    pthread_mutexattr_t attr;
    CHECK_EQ(pthread_mutexattr_init(&attr), 0);
    CHECK_EQ(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE), 0);
    CHECK_EQ(pthread_mutex_init(&mutex, &attr), 0);
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    CHECK_EQ(in_thread(try_lock, &mutex), EBUSY);
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    CHECK_EQ(in_thread(timed_lock, &mutex), ETIMEDOUT);
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    CHECK_EQ(pthread_mutex_unlock(&mutex), EPERM);
    CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
    CHECK_EQ(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK), 0);
    CHECK_EQ(pthread_mutex_init(&mutex, &attr), 0);
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    CHECK_EQ(pthread_mutex_lock(&mutex), EDEADLK);
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
    CHECK_EQ(pthread_mutexattr_destroy(&attr), 0);
}

/* A bounded queue between two threads. */
enum { ITEMS = 3000, ROOM = 7 };
static int queue[ROOM], queue_head, queue_len;

static void *produce(void *arg)
{
    (void)arg;
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&lock);
        while (queue_len == ROOM) {
            pthread_cond_wait(&changed, &lock);
        }
        queue[(queue_head + queue_len++) % ROOM] = i;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

TEST(condition_passes_items_in_order)
{
    pthread_t producer;
    queue_head = queue_len = 0;
    CHECK_EQ(pthread_create(&producer, NULL, produce, NULL), 0);
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&lock);
        while (queue_len == 0) {
            pthread_cond_wait(&changed, &lock);
        }
        const int item = queue[queue_head];
        queue_head = (queue_head + 1) % ROOM;
        queue_len--;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        CHECK_EQ(item, i);
    }
    CHECK_EQ(pthread_join(producer, NULL), 0);
}

static int waiting, released, go;

static void *wait_for_go(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    waiting++;
    while (!go) {
        pthread_cond_wait(&changed, &lock);
    }
    released++;
    pthread_mutex_unlock(&lock);
    return NULL;
}

TEST(broadcast_wakes_all)
{
    pthread_t threads[10];
    waiting = released = go = 0;
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, wait_for_go, NULL), 0);
    }
    for (int seen = 0; seen < 10; sched_yield()) {
        pthread_mutex_lock(&lock);
        seen = waiting;
        pthread_mutex_unlock(&lock);
    }
    pthread_mutex_lock(&lock);
    go = 1;
    CHECK_EQ(pthread_cond_broadcast(&changed), 0);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(pthread_join(threads[i], NULL), 0);
    }
    CHECK_EQ(released, 10);
}

TEST(timed_waits_end_in_time)
{
    pthread_condattr_t attr;
    pthread_cond_t never;
    struct timespec now, end = in_ms(CLOCK_REALTIME, 30);
    pthread_mutex_lock(&lock);
    CHECK_EQ(pthread_cond_timedwait(&changed, &lock, &end), ETIMEDOUT);
    clock_gettime(CLOCK_REALTIME, &now);
    CHECK(now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec));
    CHECK_EQ(pthread_condattr_init(&attr), 0);
    CHECK_EQ(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), 0);
    CHECK_EQ(pthread_cond_init(&never, &attr), 0);
    end = in_ms(CLOCK_MONOTONIC, 10);
    CHECK_EQ(pthread_cond_timedwait(&never, &lock, &end), ETIMEDOUT);
    pthread_mutex_unlock(&lock);
    CHECK_EQ(pthread_cond_destroy(&never), 0);
    sem_t closed;
    CHECK_EQ(sem_init(&closed, 0, 0), 0);
    end = in_ms(CLOCK_REALTIME, 10);
    CHECK_FAILS(sem_timedwait(&closed, &end), ETIMEDOUT);
    CHECK_FAILS(sem_trywait(&closed), EAGAIN);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void *try_read(void *arg)
{
    (void)arg;
    const int status = pthread_rwlock_tryrdlock(&rwlock);
    if (status == 0) {
        pthread_rwlock_unlock(&rwlock);
    }
    return (void *)(uintptr_t)status;
}

static void *try_write(void *arg)
{
    (void)arg;
    return (void *)(uintptr_t)pthread_rwlock_trywrlock(&rwlock);
}

TEST(readers_share_and_writers_do_not)
{
    CHECK_EQ(pthread_rwlock_rdlock(&rwlock), 0);
    CHECK_EQ(in_thread(try_read, NULL), 0);
    CHECK_EQ(in_thread(try_write, NULL), EBUSY);
    CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
    CHECK_EQ(pthread_rwlock_wrlock(&rwlock), 0);
    CHECK_EQ(in_thread(try_read, NULL), EBUSY);
    CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
}

static _Thread_local int own = 7;
static _Thread_local char own_zeros[5000];
static pthread_key_t key;
static atomic_int destroyed;

static void destroy_value(void *value)
{
    atomic_fetch_add(&destroyed, (int)(uintptr_t)value);
}

static void *use_own_data(void *arg)
{
    const int number = (int)(uintptr_t)arg;
    if (own != 7 || own_zeros[4999] != 0 || pthread_getspecific(key)) {
        return "not fresh";
    }
    own = number;
    own_zeros[4999] = (char)number;
    pthread_setspecific(key, arg);
    for (int i = 0; i < 50; i++) {
        sched_yield();
        if (own != number || own_zeros[4999] != (char)number || pthread_getspecific(key) != arg) {
            return "not kept";
        }
    }
    errno = number;
    sched_yield();
    return errno == number ? NULL : "errno is shared";
}

TEST(threads_have_data_of_their_own)
{
    pthread_t threads[10];
    void *trouble;
    atomic_store(&destroyed, 0);
    CHECK_EQ(pthread_key_create(&key, destroy_value), 0);
    for (uintptr_t i = 0; i < 10; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, use_own_data, (void *)(i + 1)), 0);
    }
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(pthread_join(threads[i], &trouble), 0);
        CHECK_STR_EQ(trouble ? trouble : "fine", "fine");
    }
    CHECK_EQ(own, 7);
    CHECK_EQ(atomic_load(&destroyed), 55);
    CHECK_EQ(pthread_key_delete(key), 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int once_runs;

static void run_once(void)
{
    sched_yield();
    atomic_fetch_add(&once_runs, 1);
}

static void *call_once_there(void *arg)
{
    (void)arg;
    pthread_once(&once, run_once);
    return (void *)(uintptr_t)atomic_load(&once_runs);
}

TEST(once_is_once)
{
    pthread_t threads[10];
    void *seen;
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, call_once_there, NULL), 0);
    }
    for (int i = 0; i < 10; i++) {
        CHECK_EQ(pthread_join(threads[i], &seen), 0);
        CHECK_EQ((uintptr_t)seen, 1);
    }
}

static void *floats(void *arg)
{
    const double x = (double)(uintptr_t)arg;
    double sum = 0;
    for (int i = 1; i <= 20000; i++) {
        sum += x / i;
        if (i % 1000 == 0) {
            sched_yield();
        }
    }
    double again = 0;
    for (int i = 1; i <= 20000; i++) {
        again += x / i;
    }
    return sum == again ? NULL : "another sum"; /* both are the same operations in order */
}

TEST(floating_point_state_is_per_thread)
{
    pthread_t threads[8];
    void *trouble;
    for (uintptr_t i = 0; i < 8; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, floats, (void *)(i + 1)), 0);
    }
    for (int i = 0; i < 8; i++) {
        CHECK_EQ(pthread_join(threads[i], &trouble), 0);
        CHECK(!trouble);
    }
}

static void *own_number(void *arg)
{
    *(pid_t *)arg = gettid();
    return NULL;
}

TEST(threads_are_told_apart)
{
    pid_t other = 0;
    CHECK_EQ(in_thread(own_number, &other), 0);
    CHECK(other > 0 && other != gettid());
    CHECK_EQ(gettid(), getpid());
    CHECK(pthread_equal(pthread_self(), pthread_self()));
}
