/* SPDX-License-Identifier: MIT */
/* Where commands come from. */
#include "input.h"

#include "expand.h"
#include "history.h"
#include "jobs.h"
#include "lineedit.h"
#include "shell.h"
#include "vars.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 4096 };

static ssize_t read_retrying(int fd, char *buf, size_t len)
{
    ssize_t got;

    do {
        got = read(fd, buf, len);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Text is made of C strings from here on, so NUL bytes are left out, as other shells do. */
static void append_text(struct input *in, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] != '\0') {
            str_putc(&in->buffer, data[i]);
        }
    }
}

static bool more_from_file(struct input *in)
{
    char buf[READ_BYTES];
    ssize_t got = read_retrying(in->fd, buf, sizeof(buf));

    if (got <= 0) {
        return false;
    }
    append_text(in, buf, (size_t)got);
    return true;
}

static bool more_from_stdin(struct input *in)
{
    bool some = false;
    char c = '\0';

    while (c != '\n' && read_retrying(STDIN_FILENO, &c, 1) == 1) {
        append_text(in, &c, 1);
        some = true;
    }
    return some;
}

static bool more_from_terminal(struct input *in)
{
    bool first = in->len == 0;
    char *line = NULL;

    if (first) {
        jobs_report();
    }
    char *prompt = expand_prompt(var_get_or(first ? "PS1" : "PS2", first ? "$ " : "> "));
    enum lineedit_result result = lineedit_read(prompt, &line);
    free(prompt);
    if (result == LINEEDIT_LINE) {
        history_add(line);
        str_puts(&in->buffer, line);
        str_putc(&in->buffer, '\n');
        free(line);
        return true;
    }
    in->cancelled = result == LINEEDIT_CANCELLED;
    return false;
}

static void input_init(struct input *in, int fd, bool (*more)(struct input *))
{
    *in = (struct input){.text = "", .line = 1, .fd = fd, .more = more};
}

void input_from_string(struct input *in, const char *text, size_t len)
{
    input_init(in, -1, NULL);
    in->text = text;
    in->len = len;
}

void input_from_file(struct input *in, int fd)
{
    input_init(in, fd, more_from_file);
}

void input_from_stdin(struct input *in)
{
    input_init(in, STDIN_FILENO, more_from_stdin);
}

void input_from_terminal(struct input *in)
{
    input_init(in, STDIN_FILENO, more_from_terminal);
    in->terminal = true;
}

void input_free(struct input *in)
{
    str_free(&in->buffer);
}

/* Get at least one more byte. */
static bool input_grow(struct input *in)
{
    size_t before = in->len;

    while (in->len == before) {
        if (in->ended || in->more == NULL || !in->more(in)) {
            in->ended = true;
            return false;
        }
        in->text = str_text(&in->buffer);
        in->len = in->buffer.len;
    }
    return true;
}

int input_peek(struct input *in)
{
    if (in->pos == in->len && !input_grow(in)) {
        return INPUT_END;
    }
    return (unsigned char)in->text[in->pos];
}

int input_peek_second(struct input *in)
{
    int c = input_peek(in);

    if (c == INPUT_END || c == '\n' || (in->pos + 1 == in->len && !input_grow(in))) {
        return INPUT_END;
    }
    return (unsigned char)in->text[in->pos + 1];
}

int input_next(struct input *in)
{
    int c = input_peek(in);

    if (c != INPUT_END) {
        in->pos++;
        in->line += c == '\n';
    }
    return c;
}

void input_drop_read(struct input *in)
{
    struct str *buf = &in->buffer;

    /* Moving the rest costs its length, so wait until at least as much was read. */
    if (in->more == NULL || in->pos < in->len - in->pos) {
        return;
    }
    buf->len -= in->pos;
    if (buf->data != NULL) {
        memmove(buf->data, buf->data + in->pos, buf->len + 1);
    }
    in->text = str_text(buf);
    in->len = buf->len;
    in->pos = 0;
}

void input_drop_all(struct input *in)
{
    str_clear(&in->buffer);
    in->text = "";
    in->len = 0;
    in->pos = 0;
    in->ended = false;
    in->cancelled = false;
}
