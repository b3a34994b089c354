/* SPDX-License-Identifier: MIT */
/*
 * Tests on the target. A file of tests/user holds any number of
 *
 *     TEST(join_gives_the_result)
 *     {
 *         CHECK_EQ(pthread_join(thread, &result), 0);
 *     }
 *
 * and no main. All run in the one process, in order, in a fresh working directory below /tmp that
 * is removed at the end; each prints `ok NAME` or `not ok NAME: FILE:LINE: what`. Arguments choose
 * tests by name. A program without this header is one test (README.md).
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct check_test {
    const char *name;
    void (*run)(void);
    struct check_test *next;
};

static struct check_test *check_first, **check_end = &check_first;
static jmp_buf check_out;
static pthread_t check_main_thread;
static const char *check_running;
static char check_folder[] = "/tmp/check.XXXXXX";
static char check_program[PATH_MAX]; /* absolute path of this program, to spawn itself */

/* TEST(join_gives_the_result) { ... } */
#define TEST(test_name)                                                 \
    static void test_name(void);                                        \
    __attribute__((constructor)) static void register_##test_name(void) \
    {                                                                   \
        static struct check_test test = {#test_name, test_name, NULL};  \
        *check_end = &test;                                             \
        check_end = &test.next;                                         \
    }                                                                   \
    static void test_name(void)

/* Print the failure and end the test; in another thread than the first, end the program. */
__attribute__((noreturn, format(printf, 3, 4), unused)) static void
check_failed(const char *file, int line, const char *format, ...)
{
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    printf("not ok %s: %s:%d: %s\n", check_running, file, line, what);
    fflush(stdout);
    if (!pthread_equal(pthread_self(), check_main_thread)) {
        _exit(1);
    }
    longjmp(check_out, 1);
}

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            check_failed(__FILE__, __LINE__, "%s (errno %d: %s)", #condition, errno, \
                         strerror(errno));                                           \
        }                                                                            \
    } while (0)

/* Integers. */
#define CHECK_EQ(seen, expected)                                                                \
    do {                                                                                        \
        const long long check_seen = (long long)(seen);                                         \
        const long long check_expected = (long long)(expected);                                 \
        if (check_seen != check_expected) {                                                     \
            check_failed(__FILE__, __LINE__, "%s is %lld, expected %lld (errno %d: %s)", #seen, \
                         check_seen, check_expected, errno, strerror(errno));                   \
        }                                                                                       \
    } while (0)

#define CHECK_STR_EQ(seen, expected)                                                 \
    do {                                                                             \
        const char *check_seen = (seen);                                             \
        const char *check_expected = (expected);                                     \
        if (!check_seen || strcmp(check_seen, check_expected)) {                     \
            check_failed(__FILE__, __LINE__, "%s is \"%s\", expected \"%s\"", #seen, \
                         check_seen ? check_seen : "(null)", check_expected);        \
        }                                                                            \
    } while (0)

/* A call that gives -1 and this errno. */
#define CHECK_FAILS(call, error)                                                                   \
    do {                                                                                           \
        errno = 0;                                                                                 \
        const long long check_seen = (long long)(call);                                            \
        if (check_seen != -1 || errno != (error)) {                                                \
            check_failed(__FILE__, __LINE__, "%s is %lld with errno %d (%s), expected -1 with %s", \
                         #call, check_seen, errno, strerror(errno), #error);                       \
        }                                                                                          \
    } while (0)

/* Make a file of `size` bytes: byte i is (i * 7 + seed) & 0xff. */
__attribute__((unused)) static void check_make_file(const char *path, size_t size, unsigned seed)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    unsigned char block[4096];
    for (size_t done = 0; done < size;) {
        size_t n = size - done < sizeof(block) ? size - done : sizeof(block);
        for (size_t i = 0; i < n; i++) {
            block[i] = (unsigned char)((done + i) * 7 + seed);
        }
        CHECK_EQ(write(fd, block, n), n);
        done += n;
    }
    CHECK_EQ(close(fd), 0);
}

/* Read the whole file into `text` (size bytes, with a NUL at the end); its length. */
__attribute__((unused)) static size_t check_read_file(const char *path, char *text, size_t size)
{
    const int fd = open(path, O_RDONLY);
    CHECK(fd >= 0);
    size_t len = 0;
    for (;;) {
        const ssize_t n = read(fd, text + len, size - 1 - len);
        CHECK(n >= 0);
        if (n == 0) {
            break;
        }
        len += (size_t)n;
    }
    text[len] = '\0';
    CHECK_EQ(close(fd), 0);
    return len;
}

static int check_remove(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

/* 0 if the test passed. */
__attribute__((noinline)) static int check_run_one(const struct check_test *test)
{
    check_running = test->name;
    if (setjmp(check_out)) {
        return 1;
    }
    test->run();
    printf("ok %s\n", check_running);
    return 0;
}

static int check_run_all(int argc, char **argv)
{
    int failed = 0;
    for (struct check_test *test = check_first; test; test = test->next) {
        int chosen = argc < 2;
        for (int i = 1; i < argc; i++) {
            chosen |= !strcmp(argv[i], test->name);
        }
        if (chosen) {
            failed |= check_run_one(test) | chdir(check_folder);
            fflush(stdout);
        }
    }
    return failed;
}

#ifdef CHECK_CHILD
/* A program that spawns itself: called with the arguments after "--child", its result is the
 * status. */
static int check_child(int argc, char **argv);
#endif

int main(int argc, char **argv)
{
#ifdef CHECK_CHILD
    if (argc > 1 && !strcmp(argv[1], "--child")) {
        return check_child(argc - 2, argv + 2);
    }
#endif
    mkdir("/tmp", 01777);
    if (!realpath(argv[0], check_program) || !mkdtemp(check_folder) || chdir(check_folder)) {
        printf("not ok start: %s: %s\n", argv[0], strerror(errno));
        return 1;
    }
    check_main_thread = pthread_self();
    const int failed = check_run_all(argc, argv);
    if (chdir("/") || nftw(check_folder, check_remove, 16, FTW_DEPTH | FTW_PHYS)) {
        printf("not ok end: cannot remove %s: %s\n", check_folder, strerror(errno));
        return 1;
    }
    return failed;
}
