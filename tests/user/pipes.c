/* SPDX-License-Identifier: MIT */
/* Pipes: bytes in order, ends, waiting, children. */
#include "check.h"
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

TEST(bytes_come_out_as_they_went_in)
{
    int ends[2];
    char buf[16] = "";

    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], "hello", 5), 5);
    CHECK_EQ(write(ends[1], " you", 4), 4);
    CHECK_EQ(read(ends[0], buf, 7), 7);
    CHECK_EQ(read(ends[0], buf + 7, 8), 2);
    CHECK_STR_EQ(buf, "hello you");
    close(ends[0]);
    close(ends[1]);
}

TEST(ends_are_for_one_direction)
{
    int ends[2];
    char c = 0;

    CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);
    CHECK_FAILS(read(ends[1], &c, 1), EBADF);
    CHECK_FAILS(write(ends[0], &c, 1), EBADF);
    CHECK_FAILS(lseek(ends[0], 0, SEEK_CUR), ESPIPE);
    CHECK_EQ(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
    struct stat st;
    CHECK_EQ(fstat(ends[0], &st), 0);
    CHECK(S_ISFIFO(st.st_mode));
    close(ends[0]);
    close(ends[1]);
}

TEST(a_closed_end_is_seen)
{
    int ends[2];
    char c;

    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    const int copy = dup(ends[1]);
    close(ends[1]);
    CHECK_EQ(read(ends[0], &c, 1), 1);
    close(copy);
    CHECK_EQ(read(ends[0], &c, 1), 0);
    close(ends[0]);

    signal(SIGPIPE, SIG_IGN);
    CHECK_EQ(pipe(ends), 0);
    close(ends[0]);
    /* The last copy's end is told to the server; until it has heard, a write may succeed. */
    struct pollfd poll_end = {.fd = ends[1], .events = 0};
    CHECK_EQ(poll(&poll_end, 1, 5000), 1);
    CHECK(poll_end.revents & POLLERR);
    CHECK_FAILS(write(ends[1], "x", 1), EPIPE);
    close(ends[1]);
    signal(SIGPIPE, SIG_DFL);
}

TEST(nonblocking_ends_do_not_wait)
{
    int ends[2];
    char block[4096] = "";
    size_t filled = 0;

    CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
    CHECK_FAILS(read(ends[0], block, 1), EAGAIN);
    ssize_t n;
    while ((n = write(ends[1], block, sizeof(block))) > 0) {
        filled += (size_t)n;
    }
    CHECK_EQ(errno, EAGAIN);
    CHECK_EQ(filled, 65536);
    while (filled > 0) {
        n = read(ends[0], block, sizeof(block));
        CHECK(n > 0);
        filled -= (size_t)n;
    }
    CHECK_FAILS(read(ends[0], block, 1), EAGAIN);
    close(ends[0]);
    close(ends[1]);
}

enum { MUCH = 300000 };

static void *write_much(void *fd)
{
    static unsigned char block[MUCH];

    for (size_t i = 0; i < MUCH; i++) {
        block[i] = (unsigned char)(i % 253);
    }
    CHECK_EQ(write(*(int *)fd, block, MUCH), MUCH);
    close(*(int *)fd);
    return NULL;
}

TEST(writer_and_reader_wait_for_each_other)
{
    int ends[2];
    pthread_t writer;
    unsigned char block[1000];
    size_t seen = 0;
    ssize_t n;

    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(pthread_create(&writer, NULL, write_much, &ends[1]), 0);
    while ((n = read(ends[0], block, sizeof(block))) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            CHECK_EQ(block[i], (seen + (size_t)i) % 253);
        }
        seen += (size_t)n;
    }
    CHECK_EQ(n, 0);
    CHECK_EQ(seen, MUCH);
    CHECK_EQ(pthread_join(writer, NULL), 0);
    close(ends[0]);
}

TEST(poll_says_what_is_possible)
{
    int ends[2];
    char c;

    CHECK_EQ(pipe(ends), 0);
    struct pollfd polls[2] = {{.fd = ends[0], .events = POLLIN},
                              {.fd = ends[1], .events = POLLOUT}};
    CHECK_EQ(poll(polls, 2, 0), 1);
    CHECK_EQ(polls[0].revents, 0);
    CHECK_EQ(polls[1].revents, POLLOUT);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    CHECK_EQ(poll(polls, 2, 1000), 2);
    CHECK_EQ(polls[0].revents, POLLIN);
    CHECK_EQ(read(ends[0], &c, 1), 1);
    CHECK_EQ(poll(polls, 1, 20), 0);
    close(ends[1]);
    CHECK_EQ(poll(polls, 1, 5000), 1);
    CHECK(polls[0].revents & POLLHUP);
    close(ends[0]);
}

TEST(a_childs_output_comes_through)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    char *argv[] = {"sh", "-c", "echo from the child; exit 3", NULL};
    pid_t child;
    char text[64] = "";
    size_t length = 0;
    ssize_t n;
    int status;

    CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    CHECK_EQ(posix_spawn(&child, "/bin/sh", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    while ((n = read(ends[0], text + length, sizeof(text) - 1 - length)) > 0) {
        length += (size_t)n;
    }
    CHECK_EQ(n, 0);
    CHECK_STR_EQ(text, "from the child\n");
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(WEXITSTATUS(status), 3);
    close(ends[0]);
}

TEST(popen_reads_a_command)
{
    char line[64] = "";
    FILE *in = popen("echo a line", "r");

    CHECK(in != NULL);
    CHECK(fgets(line, sizeof(line), in) != NULL);
    CHECK_STR_EQ(line, "a line\n");
    CHECK_EQ(pclose(in), 0);
}

TEST(many_pipes_come_and_go)
{
    for (int i = 0; i < 500; i++) {
        int ends[2];
        CHECK_EQ(pipe(ends), 0);
        CHECK_EQ(write(ends[1], &i, sizeof(i)), sizeof(i));
        close(ends[0]);
        close(ends[1]);
    }
}
