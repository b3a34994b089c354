/* SPDX-License-Identifier: MIT */
/* A detached thread cannot be joined: EINVAL. It ends with main's return at the latest. */
#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t joined;

static void *thread_main(void *arg)
{
    pthread_barrier_wait(&joined); /* alive until main has tried */
    return arg;
}

int main(void)
{
    pthread_t thread;
    pthread_attr_t attr;
    pthread_barrier_init(&joined, NULL, 2);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attr, thread_main, NULL)) {
        return 1;
    }
    printf("pthread_join gives %d\n", pthread_join(thread, NULL));
    pthread_barrier_wait(&joined);
    return 0;
}
