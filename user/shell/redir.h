/* SPDX-License-Identifier: MIT */
/*
 * Redirection. The shell opens the files itself and keeps them high up and
 * close-on-exec; what remains is a plan of moves "descriptor a becomes b". A
 * program gets the plan as file actions of posix_spawn, a builtin gets it applied
 * to the shell and undone afterwards.
 */
#pragma once

#include "ast.h"

#include <spawn.h>

enum { USER_FDS = 10 }; /* descriptors that a script can name: 0 to 9 */

struct redir_move {
    int from; /* -1: close `to` */
    int to;
    bool owned; /* from is ours to close with the plan */
};

/* All zero is the empty plan. */
struct redir_plan {
    struct redir_move *moves;
    size_t count;
};

/* Add a move of a descriptor that the caller keeps. */
void redir_plan_move(struct redir_plan *plan, int from, int to);
/* Expand and open what a command names; false after a message on standard error. */
bool redir_plan_add(struct redir_plan *plan, const struct redir *redirs);
/* Read from /dev/null. */
void redir_plan_no_input(struct redir_plan *plan);
void redir_plan_free(struct redir_plan *plan);

/* The plan as file actions; an errno value on failure. */
int redir_plan_to_actions(const struct redir_plan *plan, posix_spawn_file_actions_t *actions);

/* What redir_apply replaced: 0 nothing, -1 it was closed, else a copy of it. */
struct redir_saved {
    int copies[USER_FDS];
};

/* Apply the plan to the shell itself; false after a message. saved may be NULL: for good. */
bool redir_apply(const struct redir_plan *plan, struct redir_saved *saved);
void redir_undo(struct redir_saved *saved);

/* Move a descriptor out of the way of 0 to 9, close-on-exec; -1 on failure. Closes fd. */
int fd_move_high(int fd);
