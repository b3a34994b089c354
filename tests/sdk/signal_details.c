/* SPDX-License-Identifier: MIT */
/* Signal handlers: what is told of a signal, another stack, timers, faults. */
#define _GNU_SOURCE
#include "../user/check.h"

#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <ucontext.h>

static volatile sig_atomic_t count, seen_signal, seen_code, on_other_stack;
static char other_stack[65536];

static void note(int signal, siginfo_t *info, void *context)
{
    const char *here = (const char *)&context;
    count++;
    seen_signal = signal;
    seen_code = info->si_code;
    on_other_stack = here >= other_stack && here < other_stack + sizeof(other_stack);
}

static void handle(int signal, int flags)
{
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | flags};
    CHECK_EQ(sigaction(signal, &action, NULL), 0);
    count = 0;
}

TEST(a_handler_is_told_the_sender)
{
    handle(SIGUSR1, 0);
    CHECK_EQ(kill(getpid(), SIGUSR1), 0);
    CHECK_EQ(count, 1);
    CHECK_EQ(seen_signal, SIGUSR1);
    CHECK_EQ(seen_code, SI_USER);
}

TEST(a_handler_can_have_its_own_stack)
{
    const stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof(other_stack)};
    CHECK_EQ(sigaltstack(&stack, NULL), 0);
    handle(SIGUSR1, SA_ONSTACK);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(on_other_stack, 1);
    handle(SIGUSR1, 0);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(on_other_stack, 0);
    CHECK_EQ(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL), 0);
}

static void start_timer(long us)
{
    const struct itimerval once = {.it_value = {0, us}};
    CHECK_EQ(setitimer(ITIMER_REAL, &once, NULL), 0);
}

TEST(a_blocked_call_is_interrupted)
{
    char byte;
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    handle(SIGALRM, 0);
    start_timer(20000);
    CHECK_FAILS(read(ends[0], &byte, 1), EINTR);
    CHECK_EQ(count, 1);
    close(ends[0]);
    close(ends[1]);
}

static int feed;

static void feed_pipe(int signal)
{
    (void)signal;
    count++;
    if (write(feed, "x", 1) != 1) {
        _exit(1);
    }
}

TEST(a_blocked_call_is_restarted_if_asked)
{
    char byte = 0;
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    feed = ends[1];
    struct sigaction action = {.sa_handler = feed_pipe, .sa_flags = SA_RESTART};
    CHECK_EQ(sigaction(SIGALRM, &action, NULL), 0);
    count = 0;
    start_timer(20000);
    CHECK_EQ(read(ends[0], &byte, 1), 1);
    CHECK_EQ(byte, 'x');
    CHECK_EQ(count, 1);
    close(ends[0]);
    close(ends[1]);
}

static jmp_buf out;

static void jump(int signal)
{
    siglongjmp(out, signal);
}

TEST(a_fault_can_be_left_by_a_jump)
{
    int *volatile nowhere = (int *)16;
    struct sigaction action = {.sa_handler = jump};
    CHECK_EQ(sigaction(SIGSEGV, &action, NULL), 0);
    for (int i = 0; i < 3; i++) {
        if (sigsetjmp(out, 1) == 0) {
            *nowhere = 1;
            CHECK(!"no fault");
        }
    }
    CHECK(signal(SIGSEGV, SIG_DFL) != SIG_ERR);
}
