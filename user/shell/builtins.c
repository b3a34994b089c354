/* SPDX-License-Identifier: MIT */
/* The table of builtins, and the small ones. */
#include "builtins.h"

#include "functions.h"
#include "history.h"
#include "jobs.h"
#include "shell.h"
#include "spawn.h"
#include "vars.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct builtin builtins[] = {
    {":", builtin_true, "", "do nothing", false},
    {".", builtin_dot, "file", "run the commands of a file in this shell", false},
    {"[", builtin_test, "expression ]", "the same as test", false},
    {"break", builtin_break, "[n]", "leave n loops", false},
    {"cd", builtin_cd, "[dir | -]", "change the working directory", false},
    {"continue", builtin_continue, "[n]", "start the next turn of the n-th loop", false},
    {"eval", builtin_eval, "[word...]", "run the words as a command", false},
    {"exec", builtin_exec, "[command]", "keep redirections; replace the shell", true},
    {"exit", builtin_exit, "[status]", "leave the shell", false},
    {"export", builtin_export, "[name[=value]...]", "hand variables to programs", false},
    {"false", builtin_false, "", "fail", false},
    {"help", builtin_help, "", "show this list", false},
    {"history", builtin_history, "", "show the lines that were typed", false},
    {"pwd", builtin_pwd, "", "print the working directory", false},
    {"read", builtin_read, "[-r] name...", "read a line into variables", false},
    {"return", builtin_return, "[status]", "leave a function or a file", false},
    {"set", builtin_set, "[-eux] [--] [arg...]", "options: fail early, unset fails, trace", false},
    {"shift", builtin_shift, "[n]", "drop the first n positional parameters", false},
    {"test", builtin_test, "expression", "compare strings and numbers, look at files", false},
    {"true", builtin_true, "", "succeed", false},
    {"type", builtin_type, "name...", "say what a command's name stands for", false},
    {"unset", builtin_unset, "[-f] name...", "forget variables or functions", false},
    {"wait", builtin_wait, "[pid...]", "wait for commands in the background", false},
};

static struct str output;

const struct builtin *builtin_find(const char *name)
{
    for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
        if (strcmp(builtins[i].name, name) == 0) {
            return &builtins[i];
        }
    }
    return NULL;
}

static bool write_all(const char *data, size_t len)
{
    while (len != 0) {
        ssize_t done = write(STDOUT_FILENO, data, len);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        if (done > 0) {
            data += done;
            len -= (size_t)done;
        }
    }
    return true;
}

int builtin_run(const struct builtin *builtin, const struct strlist *argv)
{
    int status = builtin->run((int)argv->count, argv->items);

    if (output.len != 0 && !write_all(output.data, output.len)) {
        shell_error("%s: %s", builtin->name, strerror(errno));
        status = 1;
    }
    str_free(&output);
    return status;
}

void out(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    str_vprintf(&output, format, args);
    va_end(args);
}

void out_quoted(const char *text)
{
    str_put_quoted(&output, text);
}

int builtin_true(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int builtin_false(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 1;
}

/* The working directory, the caller's; NULL and a message if it cannot be told. */
static char *current_directory(void)
{
    char *path = getcwd(NULL, 0);

    if (path == NULL) {
        shell_error("cannot tell the working directory: %s", strerror(errno));
    }
    return path;
}

int builtin_pwd(int argc, char **argv)
{
    char *path = current_directory();

    (void)argc;
    (void)argv;
    if (path == NULL) {
        return 1;
    }
    out("%s\n", path);
    free(path);
    return 0;
}

int builtin_cd(int argc, char **argv)
{
    const char *target = argc > 1 ? argv[1] : var_get("HOME");
    bool back = argc > 1 && strcmp(argv[1], "-") == 0;

    if (argc > 2) {
        shell_error("cd: too many arguments");
        return STATUS_ERROR;
    }
    if (back) {
        target = var_get("OLDPWD");
    }
    if (target == NULL) {
        shell_error("cd: %s is not set", back ? "OLDPWD" : "HOME");
        return 1;
    }
    if (chdir(target) != 0) {
        shell_error("cd: %s: %s", target, strerror(errno));
        return 1;
    }
    char *path = current_directory();
    if (path == NULL) {
        return 1;
    }
    const char *old = var_get("PWD");
    if (old != NULL) {
        var_set("OLDPWD", old);
    }
    var_set("PWD", path);
    if (back) {
        out("%s\n", path);
    }
    free(path);
    return 0;
}

int builtin_wait(int argc, char **argv)
{
    int status = 0;

    if (argc == 1) {
        jobs_wait_all();
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        status = jobs_wait((pid_t)strtol(argv[i], NULL, 10));
    }
    return status;
}

int builtin_history(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < history_count(); i++) {
        out("%5zu  %s\n", history_first_number() + i, history_line(i));
    }
    return 0;
}

int builtin_type(int argc, char **argv)
{
    int status = 0;

    for (int i = 1; i < argc; i++) {
        int found = 0;
        if (function_find(argv[i]) != NULL) {
            out("%s is a function\n", argv[i]);
        } else if (builtin_find(argv[i]) != NULL) {
            out("%s is a shell builtin\n", argv[i]);
        } else {
            char *path = spawn_find_program(argv[i], &found);
            out("%s%s%s\n", argv[i], path != NULL ? " is " : ": not found",
                path != NULL ? path : "");
            free(path);
        }
        status = found != 0 ? 1 : status;
    }
    return status;
}

int builtin_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    out("Commands of the shell itself:\n");
    for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
        int width = 26 - (int)strlen(builtins[i].name);
        out("  %s %-*s %s\n", builtins[i].name, width, builtins[i].usage, builtins[i].purpose);
    }
    out("\nAlso: if while until for case { } ( ) functions  a | b  a && b  a || b  a &  ! a\n"
        "      < > >> 2>&1  $x ${x:-y} $(a) $((1+2))  'a' \"b\" \\c  * ? [a-z]\n"
        "\nPrograms are in /bin; /bin/help lists them.\n");
    return 0;
}
