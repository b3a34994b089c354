/* SPDX-License-Identifier: MIT */
/* Processes: arguments, environment, spawn, wait, exit statuses, what a child inherits. */
#define _GNU_SOURCE
#define CHECK_CHILD
#include "check.h"

#include <elf.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/wait.h>

extern char **environ;

/* This program as a child: what to do, then its arguments. */
static int check_child(int argc, char **argv)
{
    const char *what = argc ? argv[0] : "";
    if (!strcmp(what, "exit")) {
        return atoi(argv[1]);
    }
    if (!strcmp(what, "arguments")) {
        for (int i = 1; i < argc; i++) {
            printf("[%s]", argv[i]);
        }
        return 0;
    }
    if (!strcmp(what, "environment")) {
        int entries = 0;
        while (environ[entries]) {
            entries++;
        }
        printf("%s;%s;%s;%d", getenv("A"), getenv("EMPTY"), getenv("SPACE"), entries);
        return 0;
    }
    if (!strcmp(what, "print")) {
        puts(argv[1]);
        return 0;
    }
    if (!strcmp(what, "copy")) {
        for (int c; (c = getchar()) != EOF;) {
            putchar(c);
        }
        return ferror(stdin) || fflush(stdout);
    }
    if (!strcmp(what, "cwd")) {
        char path[PATH_MAX];
        puts(getcwd(path, sizeof(path)));
        return 0;
    }
    if (!strcmp(what, "descriptor")) {
        return fcntl(atoi(argv[1]), F_GETFD) >= 0;
    }
    if (!strcmp(what, "parent")) {
        return getppid() == (pid_t)atoi(argv[1]);
    }
    if (!strcmp(what, "wait-for-file")) { /* lives until the file is there */
        while (access(argv[1], F_OK)) {
            sched_yield();
        }
        return 0;
    }
    if (!strcmp(what, "grandchild")) { /* leaves a child behind; prints its pid */
        char *const child[] = {check_program, "--child", "wait-for-file", argv[1], NULL};
        pid_t pid;
        if (posix_spawn(&pid, argv[2], NULL, NULL, child, environ)) {
            return 1;
        }
        printf("%d\n", (int)pid);
        return 0;
    }
    if (!strcmp(what, "abort")) {
        abort();
    }
    return 99;
}

/* Spawn this program as a child; arguments up to NULL. */
static pid_t child_start(const posix_spawn_file_actions_t *actions, const char *first, ...)
{
    char *argv[16] = {check_program, "--child", (char *)first};
    va_list args;
    va_start(args, first);
    for (int i = 3; i < 15 && (argv[i] = va_arg(args, char *)); i++) {
    }
    va_end(args);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, check_program, actions, NULL, argv, environ);
    CHECK_EQ(error, 0);
    CHECK(pid > 0);
    return pid;
}

static int status_of(pid_t pid)
{
    int status = -1;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

/* Start a child with its output in the file "output"; its text, and its exit code in *code. */
static const char *output_of(posix_spawn_file_actions_t *actions, int *code, const char *what,
                             const char *arg)
{
    static char text[4096];
    CHECK_EQ(
        posix_spawn_file_actions_addopen(actions, 1, "output", O_CREAT | O_TRUNC | O_WRONLY, 0644),
        0);
    const int status = status_of(child_start(actions, what, arg, NULL));
    CHECK(WIFEXITED(status));
    *code = WEXITSTATUS(status);
    check_read_file("output", text, sizeof(text));
    return text;
}

TEST(exit_codes_arrive)
{
    const int codes[] = {0, 1, 42, 127, 255};
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        char number[8];
        snprintf(number, sizeof(number), "%d", codes[i]);
        const int status = status_of(child_start(NULL, "exit", number, NULL));
        CHECK(WIFEXITED(status) && !WIFSIGNALED(status));
        CHECK_EQ(WEXITSTATUS(status), codes[i]);
    }
    CHECK_EQ(WEXITSTATUS(status_of(child_start(NULL, "exit", "256", NULL))), 0);
}

TEST(arguments_arrive_as_given)
{
    static char long_argument[3001];
    memset(long_argument, 'L', 3000);
    posix_spawn_file_actions_t actions;
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 1, "output", O_CREAT | O_WRONLY, 0644), 0);
    const int code = status_of(child_start(&actions, "arguments", "", "a b", "\"quoted\" 'too'",
                                           "\\n\t*$HOME", "\xff\x01", long_argument, "", NULL));
    CHECK_EQ(code, 0);
    char text[4096], expected[4096];
    check_read_file("output", text, sizeof(text));
    snprintf(expected, sizeof(expected), "[][a b][\"quoted\" 'too'][\\n\t*$HOME][\xff\x01][%s][]",
             long_argument);
    CHECK_STR_EQ(text, expected);
    posix_spawn_file_actions_destroy(&actions);
}

TEST(environment_is_what_was_given)
{
    char *const argv[] = {check_program, "--child", "environment", NULL};
    char *const envp[] = {"A=1", "EMPTY=", "SPACE=a b", NULL};
    char text[64];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 1, "env", O_CREAT | O_WRONLY, 0644), 0);
    CHECK_EQ(posix_spawn(&pid, check_program, &actions, NULL, argv, envp), 0);
    CHECK_EQ(status_of(pid), 0);
    check_read_file("env", text, sizeof(text));
    CHECK_STR_EQ(text, "1;;a b;3");
    posix_spawn_file_actions_destroy(&actions);
}

TEST(own_environment_changes)
{
    CHECK_EQ(setenv("CHECK_A", "one", 1), 0);
    CHECK_EQ(setenv("CHECK_A", "two", 0), 0);
    CHECK_STR_EQ(getenv("CHECK_A"), "one");
    CHECK_EQ(putenv("CHECK_B=x=y"), 0);
    CHECK_STR_EQ(getenv("CHECK_B"), "x=y");
    CHECK_EQ(unsetenv("CHECK_A"), 0);
    CHECK(!getenv("CHECK_A"));
    CHECK_FAILS(setenv("a=b", "c", 1), EINVAL);
}

TEST(start_stack_is_complete)
{
    CHECK_EQ(getauxval(AT_PAGESZ), 4096);
    CHECK_EQ(sysconf(_SC_PAGESIZE), 4096);
    CHECK(getauxval(AT_PHDR) != 0);
    CHECK(getauxval(AT_PHNUM) > 0);
    CHECK(getauxval(AT_ENTRY) != 0);
    CHECK(getauxval(AT_RANDOM) != 0);
    CHECK_EQ(getauxval(AT_UID), getuid());
    CHECK_EQ(getauxval(AT_SECURE), 0);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
}

TEST(missing_and_unfit_programs_are_told)
{
    char *const argv[] = {"x", NULL};
    pid_t pid = -7;
    CHECK_EQ(posix_spawn(&pid, "/no/such/program", NULL, NULL, argv, environ), ENOENT);
    check_make_file("text", 100, 'a');
    CHECK_EQ(posix_spawn(&pid, "text", NULL, NULL, argv, environ), EACCES);
    CHECK_EQ(chmod("text", 0755), 0);
    CHECK_EQ(posix_spawn(&pid, "text", NULL, NULL, argv, environ), ENOEXEC);
    CHECK_EQ(posix_spawn(&pid, ".", NULL, NULL, argv, environ), EACCES);
    CHECK_EQ(posix_spawn(&pid, "text/x", NULL, NULL, argv, environ), ENOTDIR);
    CHECK_EQ(pid, -7);
    CHECK_FAILS(waitpid(-1, NULL, 0), ECHILD);
}

TEST(path_is_searched)
{
    char *const argv[] = {"tool", "--child", "exit", "3", NULL};
    pid_t pid;
    const char *before = getenv("PATH");
    CHECK_EQ(mkdir("empty", 0755) | mkdir("tools", 0755), 0);
    CHECK_EQ(symlink(check_program, "tools/tool"), 0);
    check_make_file("empty/tool", 10, 0); /* not executable: looked past */
    CHECK_EQ(setenv("PATH", "/no/such:empty:tools", 1), 0);
    const int error = posix_spawnp(&pid, "tool", NULL, NULL, argv, environ);
    const int missing = posix_spawnp(&pid, "tool-missing", NULL, NULL, argv, environ);
    CHECK_EQ(setenv("PATH", "empty", 1), 0);
    const int unfit = posix_spawnp(&pid, "tool", NULL, NULL, argv, environ);
    CHECK_EQ(setenv("PATH", before ? before : "/bin", 1), 0);
    CHECK_EQ(error, 0);
    CHECK_EQ(missing, ENOENT);
    CHECK_EQ(unfit, EACCES);
    CHECK_EQ(WEXITSTATUS(status_of(pid)), 3);
}

TEST(file_actions_happen_in_order)
{
    int code;
    posix_spawn_file_actions_t actions;
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_STR_EQ(output_of(&actions, &code, "print", "to a file"), "to a file\n");
    CHECK_EQ(code, 0);
    posix_spawn_file_actions_destroy(&actions);

    check_make_file("input", 2000, 'k');
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 40, "input", O_RDONLY, 0), 0);
    CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, 40, 0), 0);
    CHECK_EQ(posix_spawn_file_actions_addclose(&actions, 40), 0);
    const char *text = output_of(&actions, &code, "copy", NULL);
    CHECK_EQ(code, 0);
    for (int i = 0; i < 2000; i++) {
        CHECK_EQ((unsigned char)text[i], (unsigned char)(i * 7 + 'k'));
    }
    posix_spawn_file_actions_destroy(&actions);

    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 0, "no such input", O_RDONLY, 0), 0);
    char *const argv[] = {check_program, "--child", "exit", "0", NULL};
    pid_t pid;
    CHECK_EQ(posix_spawn(&pid, check_program, &actions, NULL, argv, environ), ENOENT);
    posix_spawn_file_actions_destroy(&actions);
}

TEST(a_child_can_start_elsewhere)
{
    char here[PATH_MAX], expected[PATH_MAX + 16], text[PATH_MAX + 16];
    int code;
    posix_spawn_file_actions_t actions;
    CHECK(getcwd(here, sizeof(here)));
    CHECK_EQ(mkdir("place", 0755), 0);
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    snprintf(expected, sizeof(expected), "%s\n", here);
    CHECK_STR_EQ(output_of(&actions, &code, "cwd", NULL), expected); /* inherited */
    posix_spawn_file_actions_destroy(&actions);

    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addchdir_np(&actions, "place"), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 1, "output", O_CREAT | O_WRONLY, 0644), 0);
    CHECK_EQ(status_of(child_start(&actions, "cwd", NULL)), 0);
    check_read_file("place/output", text,
                    sizeof(text)); /* actions after it see the new directory */
    snprintf(expected, sizeof(expected), "%s/place\n", here);
    CHECK_STR_EQ(text, expected);
    posix_spawn_file_actions_destroy(&actions);
}

TEST(descriptors_are_inherited_unless_close_on_exec)
{
    const int kept = open("kept", O_CREAT | O_WRONLY, 0644);
    const int lost = open("lost", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    char number[16];
    snprintf(number, sizeof(number), "%d", kept);
    CHECK_EQ(WEXITSTATUS(status_of(child_start(NULL, "descriptor", number, NULL))), 1);
    snprintf(number, sizeof(number), "%d", lost);
    CHECK_EQ(WEXITSTATUS(status_of(child_start(NULL, "descriptor", number, NULL))), 0);
    posix_spawn_file_actions_t actions; /* dup2 onto itself keeps it */
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, lost, lost), 0);
    CHECK_EQ(WEXITSTATUS(status_of(child_start(&actions, "descriptor", number, NULL))), 1);
    posix_spawn_file_actions_destroy(&actions);
    close(kept);
    close(lost);
}

TEST(parent_and_child_share_the_offset)
{
    char text[32];
    const int fd = open("joint", O_CREAT | O_WRONLY | O_TRUNC, 0644);
    posix_spawn_file_actions_t actions;
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, fd, 1), 0);
    CHECK_EQ(write(fd, "parent ", 7), 7);
    CHECK_EQ(status_of(child_start(&actions, "print", "child", NULL)), 0);
    CHECK_EQ(write(fd, "parent", 6), 6);
    close(fd);
    check_read_file("joint", text, sizeof(text));
    CHECK_STR_EQ(text, "parent child\nparent");
    posix_spawn_file_actions_destroy(&actions);
}

TEST(wait_finds_the_right_child)
{
    CHECK_FAILS(waitpid(-1, NULL, WNOHANG), ECHILD);
    const pid_t slow = child_start(NULL, "wait-for-file", "go", NULL);
    const pid_t quick = child_start(NULL, "exit", "5", NULL);
    int status;
    CHECK_EQ(waitpid(slow, &status, WNOHANG), 0);
    CHECK_EQ(waitpid(-1, &status, 0), quick);
    CHECK_EQ(WEXITSTATUS(status), 5);
    CHECK_FAILS(waitpid(quick, &status, 0), ECHILD);
    CHECK_FAILS(waitpid(getpid(), &status, 0), ECHILD);
    CHECK_EQ(waitpid(-1, &status, WNOHANG), 0);
    close(open("go", O_CREAT | O_WRONLY, 0644));
    CHECK_EQ(wait(&status), slow);
    CHECK_EQ(status, 0);
    CHECK_FAILS(wait(&status), ECHILD);
    CHECK_FAILS(waitpid(-1, &status, 0x40000), EINVAL);
}

TEST(many_children_at_the_same_time)
{
    enum { COUNT = 12 };
    pid_t pids[COUNT];
    int seen = 0;
    for (int i = 0; i < COUNT; i++) {
        char number[8];
        snprintf(number, sizeof(number), "%d", i + 10);
        pids[i] = child_start(NULL, "exit", number, NULL);
        for (int k = 0; k < i; k++) {
            CHECK(pids[k] != pids[i]);
        }
    }
    for (int i = 0; i < COUNT; i++) {
        int status;
        const pid_t pid = wait(&status);
        CHECK(pid > 0);
        for (int k = 0; k < COUNT; k++) {
            if (pids[k] == pid) {
                CHECK_EQ(WEXITSTATUS(status), k + 10);
                seen++;
            }
        }
    }
    CHECK_EQ(seen, COUNT);
}

TEST(children_know_their_parent)
{
    char number[16];
    snprintf(number, sizeof(number), "%d", (int)getpid());
    CHECK_EQ(WEXITSTATUS(status_of(child_start(NULL, "parent", number, NULL))), 1);
    CHECK(getpid() > 0 && getppid() >= 0);
}

TEST(signals_end_a_child)
{
    const int signals[] = {SIGKILL, SIGTERM, SIGINT};
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        const pid_t pid = child_start(NULL, "wait-for-file", "never", NULL);
        CHECK_EQ(kill(pid, 0), 0);
        CHECK_EQ(kill(pid, signals[i]), 0);
        const int status = status_of(pid);
        CHECK(WIFSIGNALED(status) && !WIFEXITED(status));
        CHECK_EQ(WTERMSIG(status), signals[i]);
        CHECK_FAILS(kill(pid, 0), ESRCH);
    }
    CHECK_FAILS(kill(getpid(), 1000), EINVAL);
    const int status = status_of(child_start(NULL, "abort", NULL));
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGABRT);
}

TEST(orphans_live_on_and_are_not_ours)
{
    posix_spawn_file_actions_t actions;
    char *const argv[] = {check_program, "--child", "grandchild", "end", check_program, NULL};
    pid_t middle;
    CHECK_EQ(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 1, "orphan", O_CREAT | O_WRONLY, 0644), 0);
    CHECK_EQ(posix_spawn(&middle, check_program, &actions, NULL, argv, environ), 0);
    CHECK_EQ(status_of(middle), 0);
    char text[32];
    check_read_file("orphan", text, sizeof(text));
    const pid_t orphan = (pid_t)atoi(text);
    CHECK(orphan > 0);
    CHECK_EQ(kill(orphan, 0), 0);
    CHECK_FAILS(waitpid(orphan, NULL, 0), ECHILD);
    CHECK_FAILS(waitpid(-1, NULL, WNOHANG), ECHILD);
    close(open("end", O_CREAT | O_WRONLY, 0644)); /* it ends, and its new parent takes it away */
    while (kill(orphan, 0) == 0) {
        sched_yield();
    }
    CHECK_EQ(errno, ESRCH);
    posix_spawn_file_actions_destroy(&actions);
}

TEST(too_many_arguments_are_e2big)
{
    static char block[131073], *argv[402] = {check_program, "--child", "exit"};
    memset(block, 'x', sizeof(block) - 1);
    for (int i = 3; i < 400; i++) {
        argv[i] = block;
    }
    pid_t pid;
    CHECK_EQ(posix_spawn(&pid, check_program, NULL, NULL, argv, environ), E2BIG);
}
