/* SPDX-License-Identifier: MIT */
/* Commands that the shell runs itself, because they change or show its own state. */
#pragma once

#include "mem.h"

#include <stdbool.h>

struct builtin {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage; /* what follows the name, for help */
    const char *purpose;
    bool keeps_redirections;
};

/* NULL if there is none. */
const struct builtin *builtin_find(const char *name);
/* Run it, write what it prints to standard output, and return its status. */
int builtin_run(const struct builtin *builtin, const struct strlist *argv);

/* For the builtins: print, collected until builtin_run writes it. */
void out(const char *format, ...) __attribute__((format(printf, 1, 2)));
void out_quoted(const char *text);

/* The builtins, by file. */

/* builtins.c */
int builtin_cd(int argc, char **argv);
int builtin_false(int argc, char **argv);
int builtin_help(int argc, char **argv);
int builtin_history(int argc, char **argv);
int builtin_pwd(int argc, char **argv);
int builtin_true(int argc, char **argv);
int builtin_type(int argc, char **argv);
int builtin_wait(int argc, char **argv);

/* flow.c */
int builtin_break(int argc, char **argv);
int builtin_continue(int argc, char **argv);
int builtin_dot(int argc, char **argv);
int builtin_eval(int argc, char **argv);
int builtin_exec(int argc, char **argv);
int builtin_exit(int argc, char **argv);
int builtin_return(int argc, char **argv);

/* state.c */
int builtin_export(int argc, char **argv);
int builtin_set(int argc, char **argv);
int builtin_shift(int argc, char **argv);
int builtin_unset(int argc, char **argv);
/* Apply -e, +x and their like, as set and the command line have them; false: unknown. */
bool set_options(const char *arg);

/* read.c */
int builtin_read(int argc, char **argv);

/* test.c */
int builtin_test(int argc, char **argv);
