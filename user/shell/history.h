/* SPDX-License-Identifier: MIT */
/* The lines that were typed at the prompt, oldest first. */
#pragma once

#include <stddef.h>

void history_add(const char *line);
size_t history_count(void);
/* Number of the oldest line that is still kept, from 1. */
size_t history_first_number(void);
/* The line at index, from 0; index is less than history_count(). */
const char *history_line(size_t index);
void history_free(void);
