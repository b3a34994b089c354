/* SPDX-License-Identifier: MIT */
/*
 * Tests on the target. A file of tests/user holds any number of
 *
 *     TEST(pipe_gives_eof_when_the_writer_is_closed)
 *     {
 *         CHECK_EQ(read(fd, &byte, 1), 0);
 *     }
 *
 * and no main. Each TEST runs in a child of its own. A program without this header is one test,
 * passed if it ends with status 0, and if its output is that of NAME.out, where that file stands.
 */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct check_test {
    const char *name;
    void (*run)(void);
    struct check_test *next;
};

static struct check_test *check_first, **check_last = &check_first;
static const char *check_running;

#define TEST(test_name)                                                 \
    static void test_name(void);                                        \
    __attribute__((constructor)) static void register_##test_name(void) \
    {                                                                   \
        static struct check_test test = {#test_name, test_name, NULL};  \
        *check_last = &test;                                            \
        check_last = &test.next;                                        \
    }                                                                   \
    static void test_name(void)

#define CHECK(condition)                                                                  \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            printf("not ok %s: %s:%d: expected %s (errno %d)\n", check_running, __FILE__, \
                   __LINE__, #condition, errno);                                          \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)

#define CHECK_EQ(seen, expected)                                                                 \
    do {                                                                                         \
        long long check_seen = (long long)(seen);                                                \
        long long check_expected = (long long)(expected);                                        \
        if (check_seen != check_expected) {                                                      \
            printf("not ok %s: %s:%d: %s: expected %lld, seen %lld (errno %d)\n", check_running, \
                   __FILE__, __LINE__, #seen, check_expected, check_seen, errno);                \
            exit(1);                                                                             \
        }                                                                                        \
    } while (0)

#define CHECK_STR_EQ(seen, expected)                                                      \
    do {                                                                                  \
        const char *check_seen = (seen);                                                  \
        const char *check_expected = (expected);                                          \
        if (strcmp(check_seen, check_expected) != 0) {                                    \
            printf("not ok %s: %s:%d: %s: expected \"%s\", seen \"%s\"\n", check_running, \
                   __FILE__, __LINE__, #seen, check_expected, check_seen);                \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)

/* -1 and this errno. */
#define CHECK_FAILS(call, error) \
    do {                         \
        errno = 0;               \
        CHECK_EQ(call, -1);      \
        CHECK_EQ(errno, error);  \
    } while (0)

int main(int argc, char **argv)
{
    int failed = 0;

    for (struct check_test *test = check_first; test; test = test->next) {
        int status = -1;

        if (argc > 1 && !strstr(test->name, argv[1])) {
            continue;
        }
        check_running = test->name;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            test->run();
            exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child) {
            printf("not ok %s: cannot run it: %s\n", test->name, strerror(errno));
            failed++;
        } else if (WIFSIGNALED(status)) {
            printf("not ok %s: ended by signal %d\n", test->name, WTERMSIG(status));
            failed++;
        } else if (WEXITSTATUS(status) == 0) {
            printf("ok %s\n", test->name);
        } else {
            failed++;
        }
    }
    return failed ? 1 : 0;
}
