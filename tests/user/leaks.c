/* SPDX-License-Identifier: MIT */
/*
 * Nothing is left of what has ended: the kernel's counts of objects are the same after many rounds
 * of each kind, and free pages but for what allocators keep in their caches. What has ended is
 * freed a moment later, so a count is looked at until it is right.
 */
#define _GNU_SOURCE
#define CHECK_CHILD
#include "check.h"

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include <chcore/system.h>

extern char **environ;

enum { CACHED_PAGES = 128, SETTLE_TURNS = 2000 };

static int check_child(int argc, char **argv)
{
    if (argc > 0 && !strcmp(argv[0], "wait")) {
        for (;;) {
            sleep(1000);
        }
    }
    if (argc > 0 && !strcmp(argv[0], "fault")) {
        int *volatile nowhere = (int *)16;
        *nowhere = 1;
    }
    return 5;
}

static pid_t start(char *how)
{
    char *const argv[] = {check_program, "--child", how, NULL};
    pid_t pid = -1;
    CHECK_EQ(posix_spawn(&pid, check_program, NULL, NULL, argv, environ), 0);
    return pid;
}

static struct system_info counts(void)
{
    struct system_info info;
    CHECK_EQ(chcore_system_info(&info), 0);
    return info;
}

/* Fails unless the counts become those of `before`. */
static void check_settles(const struct system_info *before)
{
    const struct timespec turn = {0, 5000000};
    struct system_info now = counts();
    for (int i = 0; i < SETTLE_TURNS; i++) {
        if (now.objects == before->objects && now.pages_free + CACHED_PAGES >= before->pages_free) {
            return;
        }
        nanosleep(&turn, NULL);
        now = counts();
    }
    CHECK_EQ(now.objects, before->objects);
    CHECK_EQ(now.pages_free, before->pages_free);
}

/* The counts once all that has ended is gone: three in a row that agree. */
static struct system_info settled(void)
{
    const struct timespec turn = {0, 20000000};
    struct system_info last = counts();
    for (int same = 0, i = 0; same < 2 && i < SETTLE_TURNS; i++) {
        nanosleep(&turn, NULL);
        const struct system_info now = counts();
        same = now.objects == last.objects ? same + 1 : 0;
        last = now;
    }
    return last;
}

/* What a kind of round needs once (caches, handlers of servers) is there after the first ones. */
static void check_rounds(void (*round)(void), int n)
{
    for (int i = 0; i < 20; i++) {
        round();
    }
    const struct system_info before = settled();
    for (int i = 0; i < n; i++) {
        round();
    }
    check_settles(&before);
}

static void spawn_and_wait(void)
{
    int status;
    const pid_t pid = start("exit");
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WEXITSTATUS(status), 5);
}

TEST(a_thousand_processes_leave_nothing)
{
    check_rounds(spawn_and_wait, 1000);
}

static void spawn_and_kill(void)
{
    int status;
    const pid_t pid = start("wait");
    CHECK_EQ(kill(pid, SIGKILL), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(WTERMSIG(status), SIGKILL);
}

TEST(killed_processes_leave_nothing)
{
    check_rounds(spawn_and_kill, 100);
}

static void *nothing(void *arg)
{
    return arg;
}

static void thread_and_join(void)
{
    pthread_t thread;
    CHECK_EQ(pthread_create(&thread, NULL, nothing, NULL), 0);
    CHECK_EQ(pthread_join(thread, NULL), 0);
}

TEST(threads_leave_nothing)
{
    check_rounds(thread_and_join, 500);
}

static void map_and_unmap(void)
{
    char *at = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED);
    for (int i = 0; i < 1 << 20; i += 4096) {
        at[i] = 1;
    }
    CHECK_EQ(munmap(at + 65536, 65536), 0);
    CHECK_EQ(munmap(at, 1 << 20), 0);
}

TEST(mappings_leave_nothing)
{
    check_rounds(map_and_unmap, 100);
}

static void write_and_unlink(void)
{
    check_make_file("a", 50000, 1);
    const int fd = open("a", O_RDONLY);
    CHECK(fd >= 0);
    CHECK_EQ(symlink("a", "b") | link("a", "c") | mkdir("d", 0755) | rename("c", "d/c"), 0);
    CHECK_EQ(unlink("a") | unlink("b") | unlink("d/c") | rmdir("d"), 0);
    CHECK_EQ(close(fd), 0);
}

TEST(files_leave_nothing)
{
    check_rounds(write_and_unlink, 100);
}

static void fail_to_spawn(void)
{
    char *const argv[] = {"x", NULL};
    pid_t pid;
    CHECK_EQ(posix_spawn(&pid, "/no/such", NULL, NULL, argv, environ), ENOENT);
    CHECK_EQ(posix_spawn(&pid, "damaged", NULL, NULL, argv, environ), ENOEXEC);
    CHECK_FAILS(open("/no/such", O_RDONLY), ENOENT);
}

TEST(failures_leave_nothing)
{
    check_make_file("damaged", 5000, 3);
    CHECK_EQ(chmod("damaged", 0755), 0);
    check_rounds(fail_to_spawn, 200);
}

TEST(faulting_processes_leave_nothing)
{
    const struct system_info before = settled();
    for (int i = 0; i < 5; i++) {
        int status;
        const pid_t pid = start("fault");
        CHECK_EQ(waitpid(pid, &status, 0), pid);
        CHECK_EQ(WTERMSIG(status), SIGSEGV);
    }
    check_settles(&before);
}
