/* SPDX-License-Identifier: MIT */
/* Builtins that decide what runs next. */
#include "builtins.h"

#include "shell.h"
#include "vars.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The optional number that these builtins take; false after a message. */
static bool number_argument(int argc, char **argv, long *number)
{
    char *end = NULL;

    if (argc < 2) {
        return true;
    }
    errno = 0;
    *number = strtol(argv[1], &end, 10);
    if (argc > 2 || end == argv[1] || *end != '\0' || errno != 0 || *number < 0) {
        shell_error("%s: '%s' is not a number", argv[0], argv[1]);
        return false;
    }
    return true;
}

static int leave_loops(int argc, char **argv, enum flow flow)
{
    long levels = 1;

    if (!number_argument(argc, argv, &levels)) {
        return STATUS_ERROR;
    }
    if (levels == 0 || sh.loops == 0) {
        shell_error("%s: not in a loop", argv[0]);
        return levels == 0 ? STATUS_ERROR : 0;
    }
    sh.flow = flow;
    sh.flow_levels = (unsigned long)levels < sh.loops ? (unsigned)levels : sh.loops;
    return 0;
}

int builtin_break(int argc, char **argv)
{
    return leave_loops(argc, argv, FLOW_BREAK);
}

int builtin_continue(int argc, char **argv)
{
    return leave_loops(argc, argv, FLOW_CONTINUE);
}

int builtin_exit(int argc, char **argv)
{
    long status = sh.status;

    if (!number_argument(argc, argv, &status)) {
        status = STATUS_ERROR;
    }
    sh.flow = FLOW_EXIT;
    return (int)(status & 0xff);
}

int builtin_return(int argc, char **argv)
{
    long status = sh.status;

    if (!number_argument(argc, argv, &status)) {
        return STATUS_ERROR;
    }
    if (sh.functions == 0) {
        shell_error("return: not in a function or a file");
        return STATUS_ERROR;
    }
    sh.flow = FLOW_RETURN;
    return (int)(status & 0xff);
}

int builtin_eval(int argc, char **argv)
{
    struct str text = {0};

    for (int i = 1; i < argc; i++) {
        str_printf(&text, "%s%s", i > 1 ? " " : "", argv[i]);
    }
    sh.status = 0;
    shell_run_string(str_text(&text));
    str_free(&text);
    return sh.status;
}

/* A file for `.`: a name without a slash is looked for in PATH, too. */
static int open_source(const char *name)
{
    int fd = -1;

    if (strchr(name, '/') != NULL) {
        return open(name, O_RDONLY | O_CLOEXEC);
    }
    const char *dir = var_get_or("PATH", "");
    while (fd < 0 && *dir != '\0') {
        size_t len = strcspn(dir, ":");
        struct str path = {0};
        str_put(&path, dir, len);
        str_printf(&path, "/%s", name);
        fd = open(str_text(&path), O_RDONLY | O_CLOEXEC);
        str_free(&path);
        dir += len + (dir[len] == ':');
    }
    return fd >= 0 ? fd : open(name, O_RDONLY | O_CLOEXEC);
}

int builtin_dot(int argc, char **argv)
{
    if (argc != 2) {
        shell_error(".: needs the name of a file");
        return STATUS_ERROR;
    }
    int fd = open_source(argv[1]);
    if (fd < 0) {
        shell_error(".: %s: %s", argv[1], strerror(errno));
        return 1;
    }
    sh.functions++;
    sh.status = 0;
    shell_run_file(fd);
    close(fd);
    sh.functions--;
    if (sh.flow == FLOW_RETURN) {
        sh.flow = FLOW_NONE;
    }
    return sh.status;
}

int builtin_exec(int argc, char **argv)
{
    if (argc == 1) {
        return 0; /* the redirections are made, and stay */
    }
    shell_error("exec: %s: a running shell cannot be replaced by a program", argv[1]);
    return STATUS_NOT_EXECUTABLE;
}
