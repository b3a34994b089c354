/* SPDX-License-Identifier: MIT */
/* The line discipline (tty.h), as POSIX general terminal interface and Linux have it. */
#include "tty.h"

#include <chcore/string.h>
#include <uapi/errno.h>

enum { SIGNAL_INT = 2, SIGNAL_QUIT = 3 };
enum { BELL = 7, BACKSPACE = 8, TAB = 9, DELETE = 0x7f };

static const struct tty_termios default_termios = {
    .input = TTY_ICRNL,
    .output = TTY_OPOST | TTY_ONLCR,
    .control = TTY_B115200 | TTY_CS8 | TTY_CREAD,
    .local = TTY_ISIG | TTY_ICANON | TTY_ECHO | TTY_ECHOE | TTY_ECHOK | TTY_ECHOCTL | TTY_ECHOKE |
             TTY_IEXTEN,
    .chars =
        {
            [TTY_VINTR] = 3,
            [TTY_VQUIT] = 28,
            [TTY_VERASE] = DELETE,
            [TTY_VKILL] = 21,
            [TTY_VEOF] = 4,
            [TTY_VMIN] = 1,
            [TTY_VSTART] = 17,
            [TTY_VSTOP] = 19,
            [TTY_VSUSP] = 26,
            [TTY_VREPRINT] = 18,
            [TTY_VWERASE] = 23,
            [TTY_VLNEXT] = 22,
        },
};

void tty_init(struct tty *tty, void (*echo)(void *, const uint8_t *, size_t), void *arg)
{
    memset(tty, 0, sizeof(*tty));
    tty->termios = default_termios;
    tty->window = (struct tty_window){.rows = 24, .columns = 80};
    tty->echo = echo;
    tty->echo_arg = arg;
}

static bool local(const struct tty *tty, uint32_t flags)
{
    return (tty->termios.local & flags) == flags;
}

/* Whether the byte is that control character; 0 switches one off. */
static bool is_char(const struct tty *tty, enum tty_control_char which, uint8_t byte)
{
    return byte != 0 && tty->termios.chars[which] == byte;
}

/* Echo goes through output processing like everything else. */
static void echo_bytes(struct tty *tty, const uint8_t *bytes, size_t n)
{
    uint8_t out[64];
    size_t produced;

    while (n > 0) {
        size_t used = tty_output(tty, bytes, n, out, sizeof(out), &produced);

        tty->echo(tty->echo_arg, out, produced);
        bytes += used;
        n -= used;
    }
}

static bool shown_as_control(const struct tty *tty, uint8_t byte)
{
    return local(tty, TTY_ECHOCTL) && (byte < 32 || byte == DELETE) && byte != '\n' && byte != TAB;
}

static void echo_char(struct tty *tty, uint8_t byte)
{
    if (shown_as_control(tty, byte)) {
        const uint8_t text[2] = {'^', byte ^ 0x40};

        echo_bytes(tty, text, 2);
    } else {
        echo_bytes(tty, &byte, 1);
    }
}

static void echo_if_on(struct tty *tty, uint8_t byte)
{
    if (local(tty, TTY_ECHO) || (byte == '\n' && local(tty, TTY_ICANON | TTY_ECHONL))) {
        echo_char(tty, byte);
    }
}

static bool push(struct tty *tty, uint16_t entry)
{
    if (tty->input_count == TTY_INPUT_MAX) {
        return false;
    }
    tty->input[(tty->input_first + tty->input_count++) % TTY_INPUT_MAX] = entry;
    tty->input_ends += entry > 0xff;
    return true;
}

static uint16_t pop(struct tty *tty)
{
    uint16_t entry = tty->input[tty->input_first];

    tty->input_first = (tty->input_first + 1) % TTY_INPUT_MAX;
    tty->input_count--;
    tty->input_ends -= entry > 0xff;
    return entry;
}

static void bell(struct tty *tty)
{
    const uint8_t byte = BELL;

    tty->echo(tty->echo_arg, &byte, 1);
}

/* Line editing. */

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80; /* UTF-8 */
}

/* Take the last character off the line and off the screen. Tabs are shown as they come: one column.
 */
static void erase_char(struct tty *tty)
{
    if (tty->line_length == 0) {
        return;
    }
    uint8_t byte = tty->line[--tty->line_length];
    while (is_continuation(byte) && tty->line_length > 0) {
        byte = tty->line[--tty->line_length];
    }
    if (local(tty, TTY_ECHO | TTY_ECHOE)) {
        static const uint8_t rub[3] = {BACKSPACE, ' ', BACKSPACE};

        echo_bytes(tty, rub, sizeof(rub));
        if (shown_as_control(tty, byte)) {
            echo_bytes(tty, rub, sizeof(rub));
        }
    } else if (local(tty, TTY_ECHO)) {
        echo_char(tty, tty->termios.chars[TTY_VERASE]);
    }
}

static bool ends_in_blank(const struct tty *tty)
{
    uint8_t last = tty->line[tty->line_length - 1];

    return last == ' ' || last == TAB;
}

static void erase_word(struct tty *tty)
{
    while (tty->line_length > 0 && ends_in_blank(tty)) {
        erase_char(tty);
    }
    while (tty->line_length > 0 && !ends_in_blank(tty)) {
        erase_char(tty);
    }
}

static void kill_line(struct tty *tty)
{
    while (tty->line_length > 0) {
        erase_char(tty);
    }
}

/* The edited bytes become readable; `last` is the flag of the last one. */
static void finish_line(struct tty *tty, uint16_t last)
{
    if (tty->input_count + tty->line_length + 1 > TTY_INPUT_MAX) {
        bell(tty); /* nobody reads: the line is lost */
    } else if (tty->line_length == 0) {
        if (last == TTY_END_OF_LINE) {
            push(tty, TTY_END_OF_FILE);
        }
    } else {
        for (size_t i = 0; i + 1 < tty->line_length; i++) {
            push(tty, tty->line[i]);
        }
        push(tty, tty->line[tty->line_length - 1] | last);
    }
    tty->line_length = 0;
}

static void canonical_input(struct tty *tty, uint8_t byte)
{
    if (is_char(tty, TTY_VERASE, byte) || byte == BACKSPACE) {
        erase_char(tty);
    } else if (is_char(tty, TTY_VKILL, byte)) {
        kill_line(tty);
    } else if (local(tty, TTY_IEXTEN) && is_char(tty, TTY_VWERASE, byte)) {
        erase_word(tty);
    } else if (is_char(tty, TTY_VEOF, byte)) {
        finish_line(tty, TTY_END_OF_LINE);
    } else if (tty->line_length == TTY_LINE_MAX - 1 && byte != '\n') {
        bell(tty);
    } else {
        tty->line[tty->line_length++] = byte;
        echo_if_on(tty, byte);
        if (byte == '\n' || is_char(tty, TTY_VEOL, byte)) {
            finish_line(tty, TTY_END_OF_LINE);
        }
    }
}

/* Whether the byte became a signal. */
static bool signal_input(struct tty *tty, uint8_t byte)
{
    uint32_t signal = 0;

    if (is_char(tty, TTY_VINTR, byte)) {
        signal = SIGNAL_INT;
    } else if (is_char(tty, TTY_VQUIT, byte)) {
        signal = SIGNAL_QUIT;
    }
    if (signal == 0 || !local(tty, TTY_ISIG)) {
        return false;
    }
    echo_if_on(tty, byte);
    if (!local(tty, TTY_NOFLSH)) {
        tty_flush_input(tty);
    }
    tty->signal = signal;
    return true;
}

bool tty_input(struct tty *tty, uint8_t byte)
{
    if (byte == '\r' && (tty->termios.input & TTY_IGNCR)) {
        return false;
    }
    if (byte == '\r' && (tty->termios.input & TTY_ICRNL)) {
        byte = '\n';
    } else if (byte == '\n' && (tty->termios.input & TTY_INLCR)) {
        byte = '\r';
    }
    if (signal_input(tty, byte)) {
        return true;
    }
    if (local(tty, TTY_ICANON)) {
        canonical_input(tty, byte);
    } else if (push(tty, byte)) {
        echo_if_on(tty, byte);
    } else {
        bell(tty);
    }
    return false;
}

/* Reading. */

bool tty_readable(const struct tty *tty)
{
    if (local(tty, TTY_ICANON)) {
        return tty->input_ends > 0;
    }
    return tty->input_count > 0 || tty->termios.chars[TTY_VMIN] == 0;
}

static long read_line(struct tty *tty, uint8_t *to, size_t n)
{
    size_t done = 0;

    while (done < n) {
        uint16_t entry = pop(tty);

        if (entry == TTY_END_OF_FILE) {
            break;
        }
        to[done++] = (uint8_t)entry;
        if (entry & TTY_END_OF_LINE) {
            break;
        }
    }
    return (long)done;
}

static long read_raw(struct tty *tty, uint8_t *to, size_t n)
{
    size_t done = 0;

    while (done < n && tty->input_count > 0) {
        uint16_t entry = pop(tty);

        if (entry != TTY_END_OF_FILE) {
            to[done++] = (uint8_t)entry;
        }
    }
    return done == 0 && tty->termios.chars[TTY_VMIN] > 0 ? -EAGAIN : (long)done;
}

long tty_read(struct tty *tty, uint8_t *to, size_t n)
{
    if (n == 0) {
        return 0;
    }
    if (!tty_readable(tty)) {
        return -EAGAIN;
    }
    return local(tty, TTY_ICANON) ? read_line(tty, to, n) : read_raw(tty, to, n);
}

void tty_flush_input(struct tty *tty)
{
    tty->line_length = 0;
    tty->input_count = 0;
    tty->input_ends = 0;
}

void tty_set_termios(struct tty *tty, const struct tty_termios *termios)
{
    bool was_canonical = local(tty, TTY_ICANON);

    tty->termios = *termios;
    if (was_canonical && !local(tty, TTY_ICANON)) {
        finish_line(tty, 0);
    }
}

size_t tty_output(const struct tty *tty, const uint8_t *from, size_t n, uint8_t *to, size_t room,
                  size_t *out)
{
    bool add_return = (tty->termios.output & (TTY_OPOST | TTY_ONLCR)) == (TTY_OPOST | TTY_ONLCR);
    size_t used = 0;

    *out = 0;
    while (used < n) {
        uint8_t byte = from[used];
        bool pair = byte == '\n' && add_return;

        if (room - *out < (pair ? 2u : 1u)) {
            break;
        }
        if (pair) {
            to[(*out)++] = '\r';
        }
        to[(*out)++] = byte;
        used++;
    }
    return used;
}
