/* SPDX-License-Identifier: MIT */
/* Starting programs. */
#include "spawn.h"

#include "functions.h"
#include "shell.h"
#include "terminal.h"
#include "vars.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INTERPRETER_LINE_BYTES = 256, READ_BYTES = 4096 };

/* 0, or why the file cannot be run: 126 or 127. */
static int program_status(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        return errno == EACCES ? STATUS_NOT_EXECUTABLE : STATUS_NOT_FOUND;
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
        return STATUS_NOT_EXECUTABLE;
    }
    return 0;
}

char *spawn_find_program(const char *name, int *status)
{
    const char *dir = var_get_or("PATH", "/bin:/sbin");

    if (strchr(name, '/') != NULL) {
        *status = program_status(name);
        return *status == 0 ? mem_strdup(name) : NULL;
    }
    *status = STATUS_NOT_FOUND;
    for (bool more = *name != '\0'; more;) {
        size_t len = strcspn(dir, ":");
        struct str path = {0};
        str_put(&path, len != 0 ? dir : ".", len != 0 ? len : 1);
        str_printf(&path, "/%s", name);
        int found = program_status(str_text(&path));
        if (found == 0) {
            *status = 0;
            return str_take(&path);
        }
        if (found == STATUS_NOT_EXECUTABLE) {
            *status = found;
        }
        str_free(&path);
        more = dir[len] == ':';
        dir += len + 1;
    }
    return NULL;
}

/* A group of its own for each command, and the default actions for what the shell ignores. */
static int make_attributes(posix_spawnattr_t *attr)
{
    sigset_t defaults;
    int error = posix_spawnattr_init(attr);

    if (error != 0 || !terminal_has_groups()) {
        return error;
    }
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGTTOU);
    posix_spawnattr_setsigdefault(attr, &defaults);
    posix_spawnattr_setpgroup(attr, sh.group);
    return posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
}

static int spawn_file(pid_t *pid, const char *path, char **argv, const struct redir_plan *plan)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    struct strlist env = {0};
    char *no_env[] = {NULL};
    int error = redir_plan_to_actions(plan, &actions);

    if (error != 0) {
        return error;
    }
    error = make_attributes(&attr);
    if (error == 0) {
        vars_environment(&env);
        error =
            posix_spawn(pid, path, &actions, &attr, argv, env.items != NULL ? env.items : no_env);
        strlist_free(&env);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/*
 * The interpreter that a script names in its first line, "#!path [argument]", or this
 * shell when it names none. False: the file is no text.
 */
static bool script_interpreter(const char *path, struct strlist *argv)
{
    char line[INTERPRETER_LINE_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

    if (fd >= 0) {
        close(fd);
    }
    if (got < 0 || memchr(line, '\0', (size_t)got) != NULL) {
        return false;
    }
    line[got] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    char *name = line + 2 + strspn(line + (got >= 2 ? 2 : 0), " \t");
    if (got < 3 || line[0] != '#' || line[1] != '!' || *name == '\0') {
        strlist_push(argv, mem_strdup(sh.path));
        return true;
    }
    size_t len = strcspn(name, " \t");
    strlist_push(argv, mem_strndup(name, len));
    name += len + strspn(name + len, " \t");
    if (*name != '\0') {
        strlist_push(argv, mem_strdup(name));
    }
    return true;
}

static int spawn_script(pid_t *pid, const char *path, char **argv, const struct redir_plan *plan)
{
    struct strlist full = {0};

    if (!script_interpreter(path, &full)) {
        return ENOEXEC;
    }
    strlist_push(&full, mem_strdup(path));
    for (char **arg = argv + 1; *arg != NULL; arg++) {
        strlist_push(&full, mem_strdup(*arg));
    }
    int error = spawn_file(pid, full.items[0], full.items, plan);
    strlist_free(&full);
    return error;
}

/* Say why a program did not start, where its standard error would have been. */
static void complain(const char *name, const char *why, const struct redir_plan *plan)
{
    struct redir_saved saved = {{0}};

    if (redir_apply(plan, &saved)) {
        shell_error("%s: %s", name, why);
    }
    redir_undo(&saved);
}

pid_t spawn_program(char **argv, const struct redir_plan *plan)
{
    pid_t pid = -1;
    char *path = spawn_find_program(argv[0], &sh.status);

    if (path == NULL) {
        complain(argv[0], sh.status == STATUS_NOT_FOUND ? "not found" : "not executable", plan);
        return -1;
    }
    int error = spawn_file(&pid, path, argv, plan);
    if (error == ENOEXEC) {
        error = spawn_script(&pid, path, argv, plan);
    }
    free(path);
    if (error != 0) {
        complain(argv[0], strerror(error), plan);
        sh.status = error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
        return -1;
    }
    return pid;
}

/* The text that gives a new shell the state of this one which is not in its environment. */
static void put_state(struct str *script)
{
    struct strlist names = {0};

    vars_list(&names, false);
    for (size_t i = 0; i < names.count; i++) {
        str_printf(script, "%s=", names.items[i]);
        str_put_quoted(script, var_get_or(names.items[i], ""));
        str_putc(script, '\n');
    }
    strlist_free(&names);
    functions_put_source(script);
    if (sh.exit_on_error || sh.trace || sh.unset_fails) {
        str_printf(script, "set -%s%s%s\n", sh.exit_on_error ? "e" : "", sh.unset_fails ? "u" : "",
                   sh.trace ? "x" : "");
    }
}

pid_t spawn_subshell(const char *text, const struct redir_plan *plan)
{
    struct str script = {0};
    struct strlist argv = {0};
    pid_t pid = -1;

    put_state(&script);
    str_puts(&script, text);
    strlist_push(&argv, mem_strdup("sh"));
    strlist_push(&argv, mem_strdup("-c"));
    strlist_push(&argv, str_take(&script));
    strlist_push(&argv, mem_strdup(sh.name));
    for (size_t i = 0; i < sh.params.count; i++) {
        strlist_push(&argv, mem_strdup(sh.params.items[i]));
    }
    int error = spawn_file(&pid, sh.path, argv.items, plan);
    strlist_free(&argv);
    if (error != 0) {
        shell_error("cannot start a subshell: %s: %s", sh.path, strerror(error));
        sh.status = STATUS_NOT_EXECUTABLE;
        return -1;
    }
    return pid;
}

int spawn_exit_status(int wait_status)
{
    if (!WIFSIGNALED(wait_status)) {
        return WEXITSTATUS(wait_status);
    }
    int number = WTERMSIG(wait_status);
    if (sh.interactive) {
        terminal_restore_settings();
    }
    if (number == SIGINT) {
        sh.interrupted = sh.interactive;
    } else if (number != SIGPIPE) {
        shell_error("%s", strsignal(number));
    }
    return STATUS_SIGNAL + number;
}

int spawn_wait(pid_t pid)
{
    int wait_status = 0;

    terminal_give(sh.group != 0 ? sh.group : pid);
    while (waitpid(pid, &wait_status, 0) < 0) {
        if (errno != EINTR) {
            break;
        }
    }
    terminal_take();
    return spawn_exit_status(wait_status);
}

bool spawn_pipe(int fds[2])
{
    if (pipe(fds) != 0) {
        shell_error("cannot make a pipe: %s", strerror(errno));
        return false;
    }
    fds[0] = fd_move_high(fds[0]);
    fds[1] = fd_move_high(fds[1]);
    if (fds[0] < 0 || fds[1] < 0) {
        shell_error("cannot keep a pipe: %s", strerror(errno));
        close(fds[0]);
        close(fds[1]);
        return false;
    }
    return true;
}

static void read_all(int fd, struct str *output)
{
    char buf[READ_BYTES];
    ssize_t got = 0;

    while ((got = read(fd, buf, sizeof(buf))) > 0 || (got < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < got; i++) {
            if (buf[i] != '\0') {
                str_putc(output, buf[i]);
            }
        }
    }
}

bool spawn_capture(const char *text, struct str *output)
{
    struct redir_plan plan = {0};
    int fds[2];

    sh.captures++;
    if (!spawn_pipe(fds)) {
        sh.flow = FLOW_ABORT;
        sh.status = STATUS_ERROR;
        return false;
    }
    redir_plan_move(&plan, fds[1], STDOUT_FILENO);
    pid_t pid = spawn_subshell(text, &plan);
    redir_plan_free(&plan);
    close(fds[1]);
    if (pid >= 0) {
        terminal_give(pid);
        read_all(fds[0], output);
        sh.status = spawn_wait(pid);
    }
    close(fds[0]);
    return true;
}
