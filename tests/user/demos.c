/* SPDX-License-Identifier: MIT */
/* The small programs of the course texts, demo_*.c beside this one: exact output, and status 0. */
#define _GNU_SOURCE
#include "check.h"

#include <libgen.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static void check_prints(const char *name, const char *expected)
{
    char folder[PATH_MAX], path[PATH_MAX + 32], text[1024];
    strcpy(folder, check_program);
    snprintf(path, sizeof(path), "%s/%s", dirname(folder), name);
    char *const argv[] = {path, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status;
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 1, name, O_CREAT | O_WRONLY, 0644), 0);
    CHECK_EQ(posix_spawn(&pid, path, &actions, NULL, argv, environ), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    check_read_file(name, text, sizeof(text));
    CHECK_STR_EQ(text, expected);
    posix_spawn_file_actions_destroy(&actions);
}

TEST(mmap_at_a_chosen_address)
{
    check_prints("demo_mmap", "mmap returns 0x500000000\nHello mmap\n");
}

TEST(thirteen_bytes_of_a_file)
{
    const int fd = open("hello.txt", O_CREAT | O_WRONLY, 0644);
    CHECK_EQ(write(fd, "hello, world\nand more\n", 22), 22);
    close(fd);
    check_prints("demo_read", "hello, world\n");
}

TEST(joining_a_detached_thread)
{
    check_prints("demo_detached", "pthread_join gives 22\n");
}

TEST(main_ends_its_threads)
{
    check_prints("demo_main_returns", "main returns while the thread waits\n");
}

TEST(threads_outlive_main)
{
    check_prints("demo_main_exits", "the thread goes on without main\n");
}

TEST(ten_arguments)
{
    check_prints("demo_proc", "11 22 33 44 -55\n");
}

TEST(callee_saved_registers)
{
    check_prints("demo_cube", "cube(-3) = -27\ncube(-2) = -8\ncube(-1) = -1\ncube(0) = 0\n"
                              "cube(1) = 1\ncube(2) = 8\ncube(3) = 27\ncube(4) = 64\n"
                              "cube(5) = 125\n");
}

TEST(locals_on_the_stack)
{
    check_prints("demo_swap_add", "sum 1591, difference 523, product 832093\n");
}
