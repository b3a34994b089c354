/* SPDX-License-Identifier: MIT */
/*
 * The line discipline: what happens to bytes between a serial line and the programs that read it.
 * No system call in here: tests/host types at it. The caller locks.
 */
#pragma once

#include <proto/tty.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TTY_INPUT_MAX 4096u /* entries that wait for a reader */
#define TTY_LINE_MAX  1024u /* bytes of a line being edited */

enum tty_entry {
    TTY_END_OF_LINE = 0x100, /* with the byte: a canonical read ends behind it */
    TTY_END_OF_FILE = 0x200, /* no byte: a canonical read ends here */
};

struct tty {
    struct tty_termios termios;
    struct tty_window window;
    uint32_t foreground; /* process group that signals go to, 0: none */
    uint32_t signal;     /* the last one that a key made, 0: none */
    void (*echo)(void *arg, const uint8_t *bytes, size_t n);
    void *echo_arg;

    uint8_t line[TTY_LINE_MAX];
    size_t line_length;
    uint16_t input[TTY_INPUT_MAX]; /* byte | enum tty_entry */
    size_t input_first, input_count;
    size_t input_ends; /* entries with a flag */
};

void tty_init(struct tty *tty, void (*echo)(void *, const uint8_t *, size_t), void *arg);

/* A byte came in. True: tty->signal was set. */
bool tty_input(struct tty *tty, uint8_t byte);

/* Whether a read would return at once. */
bool tty_readable(const struct tty *tty);

/* Bytes read, 0 for end of file, -EAGAIN. */
long tty_read(struct tty *tty, uint8_t *to, size_t n);

/* Forget what was typed and not read. */
void tty_flush_input(struct tty *tty);

/* A line being edited becomes readable when line editing is switched off. */
void tty_set_termios(struct tty *tty, const struct tty_termios *termios);

/*
 * Output processing: the bytes of `from` as they go to the line; at most `room` come out. Returns
 * how many of `from` were used, *out the bytes produced.
 */
size_t tty_output(const struct tty *tty, const uint8_t *from, size_t n, uint8_t *to, size_t room,
                  size_t *out);
