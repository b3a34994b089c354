/* SPDX-License-Identifier: MIT */
/* Signal handlers: entered and left, masks, interrupted calls, threads. */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

static volatile sig_atomic_t count, seen_signal;

static void note(int signal)
{
    count++;
    seen_signal = signal;
}

static void handle(int signal, int flags)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = flags};
    CHECK_EQ(sigaction(signal, &action, NULL), 0);
    count = 0;
}

TEST(a_handler_runs_and_returns)
{
    volatile double x = 1.25;
    uint64_t kept = 0x123456789abcdef0;
    handle(SIGUSR1, 0);
    __asm__ volatile("" : "+r"(kept));
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(count, 1);
    CHECK_EQ(seen_signal, SIGUSR1);
    CHECK_EQ(kill(getpid(), SIGUSR1), 0);
    CHECK_EQ(count, 2);
    CHECK(kept == 0x123456789abcdef0 && x == 1.25);
}

TEST(a_blocked_signal_waits)
{
    sigset_t set, pending;
    handle(SIGUSR1, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(count, 0);
    CHECK_EQ(sigpending(&pending), 0);
    CHECK(sigismember(&pending, SIGUSR1));
    CHECK_EQ(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
    CHECK_EQ(count, 1); /* one of a kind is remembered */
}

TEST(ignored_and_default_actions)
{
    CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
    CHECK_FAILS(sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, NULL), EINVAL);
    CHECK_EQ(raise(SIGCHLD), 0); /* ignored by default */
}

TEST(an_action_can_be_for_once)
{
    handle(SIGUSR2, SA_RESETHAND);
    CHECK_EQ(raise(SIGUSR2), 0);
    CHECK_EQ(count, 1);
    struct sigaction action;
    CHECK_EQ(sigaction(SIGUSR2, NULL, &action), 0);
    CHECK(action.sa_handler == SIG_DFL);
}

TEST(sigsuspend_waits_for_one)
{
    sigset_t set, none;
    handle(SIGUSR1, 0);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_FAILS(sigsuspend(&none), EINTR);
    CHECK_EQ(count, 1);
    sigset_t now;
    CHECK_EQ(sigprocmask(SIG_UNBLOCK, &set, &now), 0);
    CHECK(sigismember(&now, SIGUSR1));
}

static atomic_int over;

/* Signals the first thread until its call has ended: the call may not have begun at the first one.
 */
static void *disturb(void *arg)
{
    (void)arg;
    const struct timespec nap = {0, 2000000};
    while (!atomic_load(&over)) {
        pthread_kill(check_main_thread, SIGUSR1);
        nanosleep(&nap, NULL);
    }
    return NULL;
}

TEST(a_blocked_call_is_interrupted)
{
    pthread_t thread;
    struct timespec rest = {0, 0};
    const struct timespec night = {1000, 0};
    handle(SIGUSR1, 0);
    atomic_store(&over, 0);
    CHECK_EQ(pthread_create(&thread, NULL, disturb, NULL), 0);
    const int result = nanosleep(&night, &rest);
    const int error = errno;
    atomic_store(&over, 1);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(result, -1);
    CHECK_EQ(error, EINTR);
    CHECK(rest.tv_sec > 900 && rest.tv_sec < 1000);
    CHECK(count > 0);
}

static jmp_buf out;

static void leave(int signal)
{
    siglongjmp(out, signal);
}

TEST(a_handler_may_leave_by_a_jump)
{
    struct sigaction action = {.sa_handler = leave};
    CHECK_EQ(sigaction(SIGUSR2, &action, NULL), 0);
    for (int i = 0; i < 3; i++) { /* the mask is put back: the next one comes, too */
        const int seen = sigsetjmp(out, 1);
        if (seen == 0) {
            raise(SIGUSR2);
            CHECK(!"the handler did not leave");
        }
        CHECK_EQ(seen, SIGUSR2);
    }
}

static void *send_here(void *arg)
{
    (void)arg;
    CHECK_EQ(pthread_kill(pthread_self(), SIGUSR1), 0);
    return (void *)(uintptr_t)seen_signal;
}

TEST(threads_get_their_own_signals)
{
    pthread_t thread;
    void *result;
    handle(SIGUSR1, 0);
    seen_signal = 0;
    CHECK_EQ(pthread_create(&thread, NULL, send_here, NULL), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK_EQ((uintptr_t)result, SIGUSR1);
    CHECK_EQ(count, 1);
}
