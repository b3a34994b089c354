/* SPDX-License-Identifier: MIT */
/* main returns: the process ends, and with it a detached thread that never would. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t started;

static void *thread_main(void *arg)
{
    sem_t never;
    sem_init(&never, 0, 0);
    sem_post(&started);
    while (sem_wait(&never)) {
    }
    return arg;
}

int main(void)
{
    pthread_t thread;
    sem_init(&started, 0, 0);
    if (pthread_create(&thread, NULL, thread_main, NULL) || pthread_detach(thread)) {
        return 1;
    }
    while (sem_wait(&started)) {
    }
    printf("main returns while the thread waits\n");
    return 0;
}
