/* SPDX-License-Identifier: MIT */
/*
 * Starting programs. The system has posix_spawn and the shell needs no fork: what
 * would run in a forked copy of the shell (a command substitution, a part of a
 * pipeline that is no program) is handed as source text to a new shell, preceded
 * by the text that makes its variables and functions.
 */
#pragma once

#include "redir.h"

#include <sys/types.h>

/*
 * Start a program. Returns its pid, or -1 after a message, with sh.status 127 (no
 * such program) or 126 (it cannot be run).
 */
pid_t spawn_program(char **argv, const struct redir_plan *plan);
/* Start a shell like this one that runs text; the same results. */
pid_t spawn_subshell(const char *text, const struct redir_plan *plan);
/* Wait for a process that we started; returns what $? becomes. */
int spawn_wait(pid_t pid);
/* $? for a status of waitpid. Says on standard error what signal ended a program. */
int spawn_exit_status(int wait_status);

/* Run text in a shell and append what it prints to output; false after a message. */
bool spawn_capture(const char *text, struct str *output);
/* A pipe out of the way of 0 to 9: fds[0] to read, fds[1] to write; false after a message. */
bool spawn_pipe(int fds[2]);

/* The file to run for a command's name, the caller's; NULL: *status is 126 or 127. */
char *spawn_find_program(const char *name, int *status);
