/* SPDX-License-Identifier: MIT */
/* The state that all parts of the shell share. */
#pragma once

#include "mem.h"

#include <signal.h>
#include <stdbool.h>

enum {
    STATUS_ERROR = 2, /* syntax error, misuse of a builtin, a failed expansion */
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128, /* plus the signal's number */
};

/* Why commands are being skipped. */
enum flow {
    FLOW_NONE,
    FLOW_BREAK,
    FLOW_CONTINUE,
    FLOW_RETURN,
    FLOW_ABORT, /* an error, or ^C: back to the prompt; ends a script */
    FLOW_EXIT,
};

struct shell {
    const char *name;      /* $0 */
    char *path;            /* how to start this shell once more */
    struct strlist params; /* $1 and so on */
    int status;            /* $? */
    int last_background;   /* $!, 0 for none */
    int group;             /* process group that the next program joins, 0: one of its own */
    bool interactive;
    bool exit_on_error; /* set -e */
    bool trace;         /* set -x */
    bool unset_fails;   /* set -u */
    enum flow flow;
    unsigned flow_levels; /* loops that break or continue still has to leave */
    unsigned loops;       /* loops around the current command */
    unsigned functions;   /* functions and sourced files around it */
    unsigned tested;      /* conditions around it: set -e does not apply */
    unsigned captures;    /* command substitutions so far */
    unsigned depth;       /* compound commands being executed, functions included */
    volatile sig_atomic_t interrupted;
};

extern struct shell sh;

/* Print "sh: message" on standard error. */
void shell_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, and give up what runs, with STATUS_ERROR. */
void shell_abort(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct input;
/* Run all commands of an input, until its end or sh.flow says otherwise. */
void shell_run(struct input *in);
/* Run the commands of a string or of an open file. */
void shell_run_string(const char *text);
void shell_run_file(int fd);
