/* SPDX-License-Identifier: MIT */
/*
 * Where things end: damaged programs, a full file system, no memory, too many processes. Each is an
 * error to who asked, or the end of that process, and all works as before afterwards.
 */
#define _GNU_SOURCE
#define CHECK_CHILD
#include "check.h"

#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include <chcore/system.h>

extern char **environ;

enum { HEADERS = 64 + 8 * 56, MUTATIONS = 150, CHILDREN_MAX = 3000 };

/* Use up memory until there is none: 0, or by the signal that says so. */
static int use_up_memory(void)
{
    for (;;) {
        const size_t size = 1 << 20;
        char *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            return errno != ENOMEM;
        }
        for (size_t i = 0; i < size; i += 4096) {
            block[i] = 1;
        }
    }
}

static int check_child(int argc, char **argv)
{
    if (argc > 0 && !strcmp(argv[0], "wait")) {
        for (;;) {
            sleep(1000);
        }
    }
    return argc > 0 && !strcmp(argv[0], "memory") ? use_up_memory() : 5;
}

static int start(const char *program, char *how, pid_t *pid)
{
    char *const argv[] = {(char *)program, "--child", how, NULL};
    return posix_spawn(pid, program, NULL, NULL, argv, environ);
}

/* All is well: a process can be started and its status arrives. */
static void check_works(void)
{
    pid_t pid;
    int status;
    CHECK_EQ(start(check_program, "exit", &pid), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 5 << 8);
}

/* The end of a process that may run for ever, within a second or by SIGKILL. */
static void await_or_kill(pid_t pid)
{
    const struct timespec turn = {0, 10000000};
    int status;
    for (int i = 0; i < 100; i++) {
        const pid_t done = waitpid(pid, &status, WNOHANG);
        CHECK(done == 0 || done == pid);
        if (done == pid) {
            return;
        }
        nanosleep(&turn, NULL);
    }
    CHECK_EQ(kill(pid, SIGKILL), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
}

static char *program_bytes(size_t *size)
{
    struct stat st;
    CHECK_EQ(stat(check_program, &st), 0);
    char *bytes = malloc((size_t)st.st_size + 1);
    CHECK(bytes);
    *size = check_read_file(check_program, bytes, (size_t)st.st_size + 1);
    CHECK_EQ(*size, st.st_size);
    return bytes;
}

static void write_program(const char *path, const char *bytes, size_t size)
{
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, bytes, size), size);
    CHECK_EQ(close(fd), 0);
}

TEST(truncated_programs_do_no_harm)
{
    const size_t sizes[] = {0, 1, 3, 4, 16, 63, 64, 65, 119, 120, 200, 4095, 4096, 4097, 20000};
    size_t size;
    char *bytes = program_bytes(&size);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        pid_t pid;
        write_program("short", bytes, sizes[i]);
        const int error = start("./short", "exit", &pid);
        if (error == 0) {
            await_or_kill(pid);
        } else {
            CHECK_EQ(error, ENOEXEC);
        }
    }
    free(bytes);
    check_works();
}

TEST(damaged_headers_do_no_harm)
{
    static const uint64_t hostile[] = {0,          1,          UINT64_MAX, INT64_MAX,
                                       UINT32_MAX, 0x7fffffff, 1ull << 47, 0xffff000000000000};
    size_t size;
    char *bytes = program_bytes(&size);
    uint32_t state = 7;
    for (int i = 0; i < MUTATIONS; i++) {
        char damaged[HEADERS];
        pid_t pid;
        memcpy(damaged, bytes, HEADERS);
        for (int k = 0; k <= i % 3; k++) { /* up to three fields become something hostile */
            state = state * 1664525u + 1013904223u;
            const size_t at = 4 + (state >> 8) % (HEADERS - 12);
            const size_t width = 1u << (state >> 28) % 4;
            memcpy(damaged + at / width * width, &hostile[(state >> 4) % 8], width);
        }
        const int fd = open("damaged", O_CREAT | O_TRUNC | O_WRONLY, 0755);
        CHECK(fd >= 0);
        CHECK_EQ(write(fd, damaged, HEADERS), HEADERS);
        CHECK_EQ(write(fd, bytes + HEADERS, size - HEADERS), size - HEADERS);
        CHECK_EQ(close(fd), 0);
        if (start("./damaged", "exit", &pid) == 0) {
            await_or_kill(pid);
        }
    }
    free(bytes);
    check_works();
}

TEST(a_full_file_system_says_so_and_recovers)
{
    static char block[65536];
    const int fd = open("huge", O_CREAT | O_WRONLY, 0644);
    CHECK(fd >= 0);
    ssize_t n;
    memset(block, 'x', sizeof(block));
    while ((n = write(fd, block, sizeof(block))) > 0) {
    }
    CHECK_EQ(n, -1);
    CHECK_EQ(errno, ENOSPC);
    const int other = open("other", O_CREAT | O_WRONLY, 0644);
    if (other >= 0) { /* a name may still fit; its bytes do not */
        CHECK_FAILS(write(other, block, sizeof(block)), ENOSPC);
        CHECK_EQ(close(other), 0);
    }
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(unlink("huge"), 0);
    const int after = open("after", O_CREAT | O_WRONLY, 0644);
    CHECK(after >= 0);
    for (int i = 0; i < 1000 && (n = write(after, block, sizeof(block))) < 0; i++) {
        const struct timespec turn = {0, 5000000}; /* its pages come back a moment later */
        CHECK_EQ(errno, ENOSPC);
        nanosleep(&turn, NULL);
    }
    CHECK_EQ(n, sizeof(block));
    CHECK_EQ(close(after), 0);
    check_works();
}

/* What a process had comes back a moment after its end. */
static void await_memory(uint64_t pages)
{
    const struct timespec turn = {0, 5000000};
    struct system_info info = {0};
    for (int i = 0; i < 2000 && info.pages_free < pages; i++) {
        nanosleep(&turn, NULL);
        CHECK_EQ(chcore_system_info(&info), 0);
    }
    CHECK(info.pages_free >= pages);
}

TEST(a_process_that_eats_memory_ends_alone)
{
    pid_t pid;
    int status;
    struct system_info before;
    CHECK_EQ(chcore_system_info(&before), 0);
    CHECK_EQ(start(check_program, "memory", &pid), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    await_memory(before.pages_free / 2);
    check_make_file("after", 100000, 1);
    check_works();
}

TEST(too_many_processes_are_refused)
{
    static pid_t pids[CHILDREN_MAX];
    int count = 0, error = 0, status;
    while (count < CHILDREN_MAX && (error = start(check_program, "wait", &pids[count])) == 0) {
        count++;
    }
    for (int i = 0; i < count; i++) {
        CHECK_EQ(kill(pids[i], SIGKILL), 0);
        CHECK_EQ(waitpid(pids[i], &status, 0), pids[i]);
    }
    CHECK(count > 20);
    CHECK(error == EAGAIN || error == ENOMEM);
    check_works();
}
