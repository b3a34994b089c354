/* SPDX-License-Identifier: MIT */
/* main leaves by pthread_exit: the process lives until its last thread has ended. */
#include <pthread.h>
#include <stdio.h>

static pthread_t main_thread;

static void *thread_main(void *arg)
{
    pthread_join(main_thread, NULL); /* main is gone for certain */
    printf("the thread goes on without main\n");
    return arg;
}

int main(void)
{
    pthread_t thread;
    main_thread = pthread_self();
    if (pthread_create(&thread, NULL, thread_main, NULL)) {
        return 1;
    }
    pthread_detach(thread);
    pthread_exit(NULL);
}
