/* SPDX-License-Identifier: MIT */
/* What the tools share. Complaints are made by warn() and warnx() of <err.h>. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { TOOL_MISUSE = 2 }; /* exit status: called wrongly */

/* The end of each main: status, or 1 after a complaint if the output could not be written. */
int tool_end(int status);
/* Print how a tool is called; returns TOOL_MISUSE. */
int tool_usage(const char *usage);

/* A whole decimal number between min and max; false without a word if text is none. */
bool tool_number(const char *text, int64_t min, int64_t max, int64_t *number);
/* Memory or the end of the program. */
void *tool_alloc(void *old, size_t size);
char *tool_strdup(const char *text);

/*
 * Call use for each file that the arguments (ended by NULL) name, or once for standard input if
 * there is none; "-" is standard input, too. Returns the largest result, at least 1 if a file
 * could not be opened or read. `name` is as given, "-" for standard input.
 */
typedef int tool_input_fn(FILE *in, const char *name, void *context);
int tool_for_each_input(char *const *paths, tool_input_fn *use, void *context);

/* Names of a directory without "." and "..", in order. */
struct tool_names {
    char **names;
    size_t count;
};
/* 0, or -1 with errno. */
int tool_read_dir(const char *path, struct tool_names *list);
void tool_names_free(struct tool_names *list);
/* "dir/name", the caller's. */
char *tool_join(const char *dir, const char *name);
/* What follows the last slash, except at the end. The caller's. */
char *tool_base_name(const char *path);
/* Where cp, mv and ln put `source`: target itself, or inside it if it is a directory. The caller's.
 */
char *tool_target(const char *source, const char *target);

/* "drwxr-xr-x" */
void tool_mode_text(mode_t mode, char text[11]);
/* "1.5K", at most 5 characters. */
void tool_size_text(uint64_t bytes, char text[8]);

/* Copy a file or a link, and with `recursive` a directory, to target; 0, or 1 after complaints. */
int tool_copy(const char *source, const char *target, bool recursive);
/* Remove a directory with all that is in it; 0, or 1 after complaints. */
int tool_remove_tree(const char *path);

/* Start a program found in PATH, wait for it; its status, 126 or 127 after a complaint. */
int tool_run(char **argv);
