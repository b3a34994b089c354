/* SPDX-License-Identifier: MIT */
/* The shell: its arguments, its start and its end. */
#include "shell.h"

#include "builtins.h"
#include "exec.h"
#include "functions.h"
#include "history.h"
#include "input.h"
#include "jobs.h"
#include "parser.h"
#include "spawn.h"
#include "terminal.h"
#include "vars.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROFILE "/etc/profile"

extern char **environ; /* unistd.h declares it only on demand */

struct shell sh = {.name = "sh"};

static void print_error(const char *format, va_list args)
{
    fputs("sh: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void shell_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_error(format, args);
    va_end(args);
}

void shell_abort(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_error(format, args);
    va_end(args);
    sh.flow = FLOW_ABORT;
    sh.status = STATUS_ERROR;
}

static void report_syntax_error(const struct input *in, const char *error)
{
    if (in->terminal) {
        shell_abort("%s", error);
    } else {
        shell_abort("line %u: %s", in->line, error);
    }
}

/* Read and run one command line. False: nothing follows, or nothing more shall run. */
static bool run_one(struct input *in)
{
    struct arena arena = {0};
    struct node *node = NULL;
    const char *error = NULL;
    enum parse_result result = parser_read(in, &arena, &node, &error);

    if (in->cancelled) {
        sh.flow = FLOW_ABORT;
        sh.status = STATUS_SIGNAL + SIGINT;
    } else if (result == PARSE_ERROR) {
        report_syntax_error(in, error);
    } else if (node != NULL) {
        exec_node(node);
    }
    arena_free(&arena);
    input_drop_read(in);
    if (in->terminal && (sh.flow == FLOW_ABORT || sh.interrupted)) {
        if (sh.interrupted) {
            fputc('\n', stderr); /* the terminal has shown ^C */
        }
        sh.flow = FLOW_NONE;
        sh.interrupted = 0;
        input_drop_all(in);
        return true;
    }
    return result == PARSE_COMMAND && sh.flow == FLOW_NONE;
}

void shell_run(struct input *in)
{
    while (run_one(in)) {
    }
    input_free(in);
}

void shell_run_string(const char *text)
{
    struct input in;

    input_from_string(&in, text, strlen(text));
    shell_run(&in);
}

void shell_run_file(int fd)
{
    struct input in;

    input_from_file(&in, fd);
    shell_run(&in);
}

static void on_interrupt(int number)
{
    (void)number;
    sh.interrupted = 1;
}

/* A handler, not SIG_IGN: programs that we start get the default action back. */
static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};

    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) != 0 && errno != ENOSYS) {
        shell_error("cannot catch ^C: %s", strerror(errno));
    }
}

/* How to start this shell once more, wherever the working directory is by then. */
static char *own_path(const char *name)
{
    int status = 0;
    char *found = name[0] == '-' ? NULL : spawn_find_program(name, &status);
    char *full = found != NULL ? realpath(found, NULL) : NULL;

    free(found);
    return full != NULL ? full : mem_strdup("/bin/sh");
}

/* A login shell, whose name begins with a '-', sets up the user's environment. */
static void run_profile(void)
{
    int fd = open(PROFILE, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        fd = fd_move_high(fd);
    }
    if (fd < 0) {
        return;
    }
    shell_run_file(fd);
    close(fd);
    if (sh.flow == FLOW_ABORT) {
        sh.flow = FLOW_NONE;
    }
}

static void run_interactive(bool login)
{
    struct input in;

    sh.interactive = true;
    catch_interrupts();
    terminal_init();
    if (login) {
        run_profile();
    }
    if (sh.flow == FLOW_NONE) {
        input_from_terminal(&in);
        shell_run(&in);
    }
}

static void run_script(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        fd = fd_move_high(fd);
    }
    if (fd < 0) {
        shell_error("%s: %s", path, strerror(errno));
        sh.status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
        return;
    }
    shell_run_file(fd);
    close(fd);
}

static void set_params(char **args)
{
    for (; *args != NULL; args++) {
        strlist_push(&sh.params, mem_strdup(*args));
    }
}

/* What the command line asks for, behind its options. */
static void run(char **args, bool command_string, bool login)
{
    if (command_string) {
        const char *text = *args++;
        sh.name = *args != NULL ? *args++ : "sh";
        set_params(args);
        shell_run_string(text);
    } else if (*args != NULL) {
        sh.name = *args;
        set_params(args + 1);
        run_script(*args);
    } else if (isatty(STDIN_FILENO) == 1) {
        run_interactive(login);
    } else {
        struct input in;
        input_from_stdin(&in);
        shell_run(&in);
    }
}

static int usage(void)
{
    fputs("usage: sh [-eux] [-c command [name [arg...]] | file [arg...]]\n", stderr);
    return STATUS_ERROR;
}

static void release(void)
{
    free(sh.path);
    strlist_free(&sh.params);
    functions_free();
    history_free();
    jobs_free();
    vars_free();
}

/* $PWD may be missing, or be a lie of whoever started us. */
static void set_working_directory(void)
{
    char *path = getcwd(NULL, 0);

    if (path != NULL) {
        var_set("PWD", path);
    }
    free(path);
}

/* One argument of options; -c may stand among the letters. */
static bool parse_options(char *arg, bool *command_string)
{
    char *c = strchr(arg, 'c');

    if (c == NULL || arg[0] != '-') {
        return set_options(arg);
    }
    memmove(c, c + 1, strlen(c));
    *command_string = true;
    return arg[1] == '\0' || set_options(arg);
}

int main(int argc, char **argv)
{
    bool command_string = false;
    int i = 1;

    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+') && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (!parse_options(argv[i], &command_string)) {
            fprintf(stderr, "sh: unknown option '%s'\n", argv[i]);
            return usage();
        }
    }
    if (command_string && i >= argc) {
        return usage();
    }
    vars_init(environ);
    set_working_directory();
    const char *own_name = argc > 0 ? argv[0] : "sh";
    sh.path = own_path(own_name);
    run(argv + (i < argc ? i : argc), command_string, own_name[0] == '-');
    release();
    return sh.status;
}
