/* SPDX-License-Identifier: MIT */
/*
 * A line editor for terminals. It redraws the whole line after each change; only
 * a character added at the end, which is what typing mostly is, is just printed.
 * A character is a UTF-8 sequence and taken to be one column wide.
 */
#include "lineedit.h"

#include "history.h"
#include "mem.h"
#include "shell.h"
#include "vars.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { MAX_LINE_BYTES = 16384, DEFAULT_COLUMNS = 80, MIN_COLUMNS = 8 };

#define CONTROL(c) ((c)&0x1f)

/* After a character in the last column the cursor waits there: make it go to the next row. */
#define NEXT_ROW " \r\033[K"

/* Keys that are not one byte; what read_key returns besides bytes. */
enum key {
    KEY_END_OF_INPUT = 256,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_DELETE,
    KEY_NONE,
};

struct editor {
    const char *prompt; /* its last line */
    size_t prompt_width;
    size_t columns;
    struct str line;
    size_t cursor;      /* byte offset, at the beginning of a character */
    size_t cursor_row;  /* row of the cursor, counted from the prompt's */
    size_t history_pos; /* which line of history is shown; history_count(): the new one */
    char *new_line;     /* the new line, while one of history is shown */
};

static void put(const char *data, size_t len)
{
    while (len != 0) {
        ssize_t done = write(STDOUT_FILENO, data, len);
        if (done < 0 && errno != EINTR) {
            return;
        }
        if (done > 0) {
            data += done;
            len -= (size_t)done;
        }
    }
}

static void puts_now(const char *text)
{
    put(text, strlen(text));
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t width(const char *text, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len; i++) {
        columns += !continues_character(text[i]);
    }
    return columns;
}

/* The width of a prompt; escape sequences (colours) take none. */
static size_t prompt_width(const char *prompt)
{
    size_t columns = 0;
    bool escape = false;

    for (const char *c = prompt; *c != '\0'; c++) {
        if (escape) {
            escape = !((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'));
        } else if (*c == '\033') {
            escape = true;
        } else {
            columns += !continues_character(*c);
        }
    }
    return columns;
}

static size_t terminal_columns(void)
{
    struct winsize size = {0};
    long columns = 0;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        columns = size.ws_col;
    }
    if (columns == 0) {
        columns = strtol(var_get_or("COLUMNS", "0"), NULL, 10);
    }
    return columns >= MIN_COLUMNS ? (size_t)columns : DEFAULT_COLUMNS;
}

/* ---- Drawing ---- */

static void refresh(struct editor *ed)
{
    struct str out = {0};
    size_t before = ed->prompt_width + width(str_text(&ed->line), ed->cursor);
    size_t total = ed->prompt_width + width(str_text(&ed->line), ed->line.len);

    if (ed->cursor_row != 0) {
        str_printf(&out, "\033[%zuA", ed->cursor_row);
    }
    str_printf(&out, "\r\033[J%s%s", ed->prompt, str_text(&ed->line));
    if (total % ed->columns == 0) {
        str_puts(&out, NEXT_ROW);
    }
    size_t rows_up = total / ed->columns - before / ed->columns;
    if (rows_up != 0) {
        str_printf(&out, "\033[%zuA", rows_up);
    }
    str_puts(&out, "\r");
    if (before % ed->columns != 0) {
        str_printf(&out, "\033[%zuC", before % ed->columns);
    }
    ed->cursor_row = before / ed->columns;
    put(out.data, out.len);
    str_free(&out);
}

static void bell(void)
{
    puts_now("\a");
}

/* ---- Editing ---- */

static size_t previous(const struct editor *ed, size_t at)
{
    while (at > 0 && continues_character(ed->line.data[--at])) {
    }
    return at;
}

static size_t next(const struct editor *ed, size_t at)
{
    while (at < ed->line.len && continues_character(ed->line.data[++at])) {
    }
    return at;
}

static void move_to(struct editor *ed, size_t at)
{
    if (at == ed->cursor) {
        bell();
        return;
    }
    ed->cursor = at;
    refresh(ed);
}

static void insert(struct editor *ed, char c)
{
    if (ed->line.len >= MAX_LINE_BYTES) {
        bell();
        return;
    }
    str_putc(&ed->line, c);
    ed->cursor++;
    if (ed->cursor == ed->line.len && (unsigned char)c < 0x80) {
        size_t total = ed->prompt_width + width(ed->line.data, ed->line.len);
        put(&c, 1);
        if (total % ed->columns == 0) {
            puts_now(NEXT_ROW);
        }
        ed->cursor_row = total / ed->columns;
        return;
    }
    memmove(ed->line.data + ed->cursor, ed->line.data + ed->cursor - 1, ed->line.len - ed->cursor);
    ed->line.data[ed->cursor - 1] = c;
    refresh(ed);
}

static void erase(struct editor *ed, size_t from, size_t to)
{
    if (from == to) {
        bell();
        return;
    }
    memmove(ed->line.data + from, ed->line.data + to, ed->line.len - to + 1);
    ed->line.len -= to - from;
    ed->cursor = from;
    refresh(ed);
}

static size_t word_start(const struct editor *ed)
{
    size_t at = ed->cursor;

    while (at > 0 && ed->line.data[at - 1] == ' ') {
        at--;
    }
    while (at > 0 && ed->line.data[at - 1] != ' ') {
        at--;
    }
    return at;
}

static void show_history(struct editor *ed, size_t pos)
{
    size_t count = history_count();

    if (pos == ed->history_pos || pos > count) {
        bell();
        return;
    }
    if (ed->history_pos == count) {
        ed->new_line = str_take(&ed->line);
    }
    str_clear(&ed->line);
    if (pos == count) {
        str_puts(&ed->line, ed->new_line);
        free(ed->new_line);
        ed->new_line = NULL;
    } else {
        str_puts(&ed->line, history_line(pos));
    }
    ed->history_pos = pos;
    ed->cursor = ed->line.len;
    refresh(ed);
}

/* ---- Keys ---- */

static int read_byte(void)
{
    char c = 0;
    ssize_t got = 0;

    /* One at a time: what is typed ahead belongs to the command that runs next. */
    do {
        got = read(STDIN_FILENO, &c, 1);
    } while (got < 0 && errno == EINTR && !sh.interrupted);
    return got == 1 ? (unsigned char)c : KEY_END_OF_INPUT;
}

/* ESC [ number ~ */
static int numbered_key(int number)
{
    switch (number) {
    case 1:
    case 7:
        return KEY_HOME;
    case 3:
        return KEY_DELETE;
    case 4:
    case 8:
        return KEY_END;
    default:
        return KEY_NONE;
    }
}

/* What follows ESC: a sequence is read to its end even if it means nothing to us. */
static int read_escape(void)
{
    int c = read_byte();
    int number = 0;

    if (c != '[' && c != 'O') {
        return c == KEY_END_OF_INPUT ? c : KEY_NONE;
    }
    for (c = read_byte(); (c >= '0' && c <= '9') || c == ';'; c = read_byte()) {
        number = c == ';' || number > 99 ? 100 : number * 10 + (c - '0');
    }
    switch (c) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    case '~':
        return numbered_key(number);
    default:
        return c == KEY_END_OF_INPUT ? c : KEY_NONE;
    }
}

static int read_key(void)
{
    int c = read_byte();

    switch (c) {
    case '\033':
        return read_escape();
    case CONTROL('A'):
        return KEY_HOME;
    case CONTROL('E'):
        return KEY_END;
    case CONTROL('B'):
        return KEY_LEFT;
    case CONTROL('F'):
        return KEY_RIGHT;
    case CONTROL('P'):
        return KEY_UP;
    case CONTROL('N'):
        return KEY_DOWN;
    default:
        return c;
    }
}

static void edit(struct editor *ed, int key)
{
    switch (key) {
    case KEY_LEFT:
        move_to(ed, previous(ed, ed->cursor));
        break;
    case KEY_RIGHT:
        move_to(ed, next(ed, ed->cursor));
        break;
    case KEY_HOME:
        move_to(ed, 0);
        break;
    case KEY_END:
        move_to(ed, ed->line.len);
        break;
    case KEY_UP:
        show_history(ed, ed->history_pos > 0 ? ed->history_pos - 1 : 0);
        break;
    case KEY_DOWN:
        show_history(ed, ed->history_pos + 1);
        break;
    case KEY_DELETE:
    case CONTROL('D'):
        erase(ed, ed->cursor, next(ed, ed->cursor));
        break;
    case CONTROL('H'):
    case 0x7f:
        erase(ed, previous(ed, ed->cursor), ed->cursor);
        break;
    case CONTROL('U'):
        erase(ed, 0, ed->cursor);
        break;
    case CONTROL('K'):
        erase(ed, ed->cursor, ed->line.len);
        break;
    case CONTROL('W'):
        erase(ed, word_start(ed), ed->cursor);
        break;
    case CONTROL('L'):
        puts_now("\033[H\033[2J");
        ed->cursor_row = 0;
        refresh(ed);
        break;
    default:
        if (key >= ' ' && key < KEY_END_OF_INPUT) {
            insert(ed, (char)key);
        } else {
            bell();
        }
    }
}

/* Read keys until the line is complete. */
static enum lineedit_result edit_line(struct editor *ed)
{
    for (;;) {
        int key = read_key();
        if (key == '\r' || key == '\n') {
            if (ed->cursor != ed->line.len) {
                move_to(ed, ed->line.len);
            }
            puts_now("\r\n");
            return LINEEDIT_LINE;
        }
        if (key == CONTROL('C')) {
            puts_now("^C\r\n");
            return LINEEDIT_CANCELLED;
        }
        if (key == KEY_END_OF_INPUT || (key == CONTROL('D') && ed->line.len == 0)) {
            puts_now("\r\n");
            return LINEEDIT_END;
        }
        edit(ed, key);
    }
}

/* Without raw mode: the terminal's own line editing. */
static enum lineedit_result read_plain(struct str *line)
{
    for (;;) {
        int c = read_byte();
        if (sh.interrupted) {
            sh.interrupted = 0;
            return LINEEDIT_CANCELLED;
        }
        if (c == '\n' || (c == KEY_END_OF_INPUT && line->len != 0)) {
            return LINEEDIT_LINE;
        }
        if (c == KEY_END_OF_INPUT) {
            return LINEEDIT_END;
        }
        if (c != '\0') {
            str_putc(line, (char)c);
        }
    }
}

static bool make_raw(struct termios *before)
{
    const char *term = var_get("TERM");

    if ((term != NULL && strcmp(term, "dumb") == 0) || tcgetattr(STDIN_FILENO, before) != 0) {
        return false;
    }
    struct termios raw = *before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    /* ICRNL stays: what is typed ahead for a program then has its newlines. */
    raw.c_iflag &= ~(tcflag_t)(INLCR | IGNCR | IXON | ISTRIP);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

enum lineedit_result lineedit_read(const char *prompt, char **line)
{
    const char *newline = strrchr(prompt, '\n');
    const char *last_line = newline != NULL ? newline + 1 : prompt;
    struct editor ed = {
        .prompt = last_line,
        .prompt_width = prompt_width(last_line),
        .columns = terminal_columns(),
        .history_pos = history_count(),
    };
    struct termios before;
    enum lineedit_result result = LINEEDIT_END;

    put(prompt, (size_t)(last_line - prompt));
    if (make_raw(&before)) {
        refresh(&ed);
        result = edit_line(&ed);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    } else {
        puts_now(last_line);
        result = read_plain(&ed.line);
    }
    free(ed.new_line);
    if (result == LINEEDIT_LINE) {
        *line = str_take(&ed.line);
    }
    str_free(&ed.line);
    return result;
}
