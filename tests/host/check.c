/* SPDX-License-Identifier: MIT */
/*
 * Runs the tests of one file: NAME.test [FILTER]. A line a test on standard output: "ok NAME" or
 * "not ok NAME: expected, seen"; scripts/rings/host.py reads them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static struct check_test *first;
static struct check_test **last = &first;
static const char *running;

void check_register(struct check_test *test)
{
    *last = test;
    last = &test->next;
}

_Noreturn void check_failed(const char *file, int line, const char *what)
{
    printf("not ok %s: %s:%d: expected %s\n", running, file, line, what);
    exit(1);
}

_Noreturn void check_failed_eq(const char *file, int line, const char *what, long long seen,
                               long long expected)
{
    printf("not ok %s: %s:%d: %s: expected %lld (0x%llx), seen %lld (0x%llx)\n", running, file,
           line, what, expected, expected, seen, seen);
    exit(1);
}

_Noreturn void check_failed_str(const char *file, int line, const char *what, const char *seen,
                                const char *expected)
{
    printf("not ok %s: %s:%d: %s: expected \"%s\", seen \"%s\"\n", running, file, line, what,
           expected, seen);
    exit(1);
}

int check_str_differs(const char *a, const char *b)
{
    return strcmp(a, b) != 0;
}

/* Returns 0 if the test passed. A child that died without a word of its own gets one here. */
static int run_in_child(const struct check_test *test)
{
    fflush(stdout);
    running = test->name;
    pid_t child = fork();
    if (child == 0) {
        test->run();
        exit(0);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) < 0) {
        perror("check");
        exit(2);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        printf("ok %s\n", test->name);
        return 0;
    }
    if (WIFSIGNALED(status)) {
        printf("not ok %s: ended by signal %d\n", test->name, WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 1) {
        printf("not ok %s: stopped by a sanitizer, see above\n", test->name);
    }
    return 1;
}

int main(int argc, char **argv)
{
    int failed = 0;

    for (const struct check_test *test = first; test; test = test->next) {
        if (argc < 2 || strstr(test->name, argv[1])) {
            failed += run_in_child(test);
        }
    }
    return failed ? 1 : 0;
}
