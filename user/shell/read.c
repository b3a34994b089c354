/* SPDX-License-Identifier: MIT */
/* The builtin read. */
#include "builtins.h"

#include "shell.h"
#include "vars.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A line, and for each of its bytes whether a backslash quoted it. */
struct input_line {
    struct str text;
    struct str quoted;
};

static void line_put(struct input_line *line, char c, bool quoted)
{
    if (c != '\0') {
        str_putc(&line->text, c);
        str_putc(&line->quoted, quoted ? 'q' : ' ');
    }
}

/* A byte at a time: what follows the line belongs to somebody else. EOF: the end or ^C. */
static int read_char(void)
{
    char c = 0;
    ssize_t got = 0;

    do {
        got = read(STDIN_FILENO, &c, 1);
    } while (got < 0 && errno == EINTR && !sh.interrupted);
    return got == 1 ? (unsigned char)c : EOF;
}

/* False: the input ended before a newline came. */
static bool read_line(struct input_line *line, bool raw)
{
    for (;;) {
        int c = read_char();
        if (c == EOF || c == '\n') {
            return c == '\n';
        }
        if (c == '\\' && !raw) {
            c = read_char();
            if (c != '\n' && c != EOF) {
                line_put(line, (char)c, true);
            }
        } else {
            line_put(line, (char)c, false);
        }
    }
}

static bool is_delimiter(const struct input_line *line, size_t i, const char *set)
{
    return i < line->text.len && line->quoted.data[i] == ' ' &&
           strchr(set, line->text.data[i]) != NULL;
}

/* Set a variable to the bytes from start up to end. */
static void set_part(const char *name, const struct input_line *line, size_t start, size_t end)
{
    struct str value = {0};

    if (end > start) {
        str_put(&value, line->text.data + start, end - start);
    }
    var_set(name, str_text(&value));
    str_free(&value);
}

/* Divide the line at IFS; the last variable takes all that is left. */
static void assign_fields(const struct input_line *line, int count, char **names)
{
    char ifs[64];
    char blanks[4] = "";
    size_t count_blanks = 0;
    size_t at = 0;

    snprintf(ifs, sizeof(ifs), "%s", var_get_or("IFS", " \t\n"));
    for (const char *c = " \t\n"; *c != '\0'; c++) {
        if (strchr(ifs, *c) != NULL) {
            blanks[count_blanks++] = *c;
        }
    }
    while (is_delimiter(line, at, blanks)) {
        at++;
    }
    for (int i = 0; i < count; i++) {
        size_t start = at;
        if (i + 1 == count) {
            at = line->text.len;
            while (at > start && is_delimiter(line, at - 1, blanks)) {
                at--;
            }
            set_part(names[i], line, start, at);
            return;
        }
        while (at < line->text.len && !is_delimiter(line, at, ifs)) {
            at++;
        }
        set_part(names[i], line, start, at);
        while (is_delimiter(line, at, blanks)) {
            at++;
        }
        if (is_delimiter(line, at, ifs)) {
            at++;
        }
        while (is_delimiter(line, at, blanks)) {
            at++;
        }
    }
}

int builtin_read(int argc, char **argv)
{
    bool raw = argc > 1 && strcmp(argv[1], "-r") == 0;
    struct input_line line = {0};
    char *reply[] = {"REPLY"};

    argc -= 1 + raw;
    argv += 1 + raw;
    bool complete = read_line(&line, raw);
    assign_fields(&line, argc > 0 ? argc : 1, argc > 0 ? argv : reply);
    str_free(&line.text);
    str_free(&line.quoted);
    if (sh.interrupted) {
        return STATUS_SIGNAL + SIGINT;
    }
    return complete ? 0 : 1;
}
