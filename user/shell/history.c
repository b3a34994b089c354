/* SPDX-License-Identifier: MIT */
/* The lines that were typed at the prompt. */
#include "history.h"

#include "mem.h"

#include <stdbool.h>
#include <string.h>

enum { HISTORY_LINES = 500 };

static struct strlist lines;
static size_t forgotten;

void history_add(const char *line)
{
    bool repeated = lines.count != 0 && strcmp(lines.items[lines.count - 1], line) == 0;

    if (line[strspn(line, " \t")] == '\0' || repeated) {
        return;
    }
    if (lines.count == HISTORY_LINES) {
        strlist_shift(&lines, 1);
        forgotten++;
    }
    strlist_push(&lines, mem_strdup(line));
}

size_t history_count(void)
{
    return lines.count;
}

size_t history_first_number(void)
{
    return forgotten + 1;
}

const char *history_line(size_t index)
{
    return lines.items[index];
}

void history_free(void)
{
    strlist_free(&lines);
}
