/* SPDX-License-Identifier: MIT */
/*
 * Words of the source to what a command gets: ~, $x, $(x), $((x)), splitting
 * into fields at IFS, file name patterns, and the removal of quotes.
 *
 * All functions print a message, call for FLOW_ABORT, and return false or NULL
 * when the expansion fails.
 */
#pragma once

#include "ast.h"

/* All of it: each word becomes any number of fields. */
bool expand_words(const struct word *words, struct strlist *fields);
/* Without splitting and file names: values of variables, targets of redirections. */
char *expand_string(const char *raw);
/* The same as a pattern for fnmatch, in which a backslash marks what was quoted. */
char *expand_pattern(const char *raw);
/* A prompt: as if between double quotes. Never NULL: without a value it is "". */
char *expand_prompt(const char *raw);
