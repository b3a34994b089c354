/* SPDX-License-Identifier: MIT */
/*
 * Who owns the terminal. A shell at a terminal starts each command in a process
 * group of its own and makes that the foreground group, so ^C ends the command
 * and not the shell. Where the terminal knows no groups, all this does nothing.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Take the terminal for this shell. */
void terminal_init(void);
/* Whether commands are to be put into groups of their own. */
bool terminal_has_groups(void);
/* Make a command's group the foreground group. */
void terminal_give(pid_t group);
/* Make the shell's own group the foreground group again. */
void terminal_take(void);
/* Put back the settings of the start: a program that was killed may have left others. */
void terminal_restore_settings(void);
