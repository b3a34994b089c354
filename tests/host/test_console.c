/* SPDX-License-Identifier: MIT */
// sources: servers/drivers/uart/tty.c servers/drivers/uart/stream.c
// flags: -Iservers
/* The line discipline and the escaped streams, typed at. */
#include <drivers/uart/stream.h>
#include <drivers/uart/tty.h>
#include <string.h>
#include <uapi/errno.h>

#include "check.h"

static char screen[65536];
static size_t screen_length;
static struct tty tty;

static void on_screen(void *arg, const uint8_t *bytes, size_t n)
{
    (void)arg;
    memcpy(screen + screen_length, bytes, n);
    screen_length += n;
    screen[screen_length] = 0;
}

static void type(const char *keys)
{
    while (*keys) {
        tty_input(&tty, (uint8_t)*keys++);
    }
}

static void start(void)
{
    tty_init(&tty, on_screen, NULL);
}

static void check_line(const char *expected)
{
    uint8_t buf[2048];
    long n = tty_read(&tty, buf, sizeof(buf) - 1);

    CHECK(n >= 0);
    buf[n] = 0;
    CHECK_STR_EQ((const char *)buf, expected);
}

TEST(tty_line_is_readable_when_it_ends)
{
    start();
    type("hel");
    CHECK(!tty_readable(&tty));
    uint8_t byte;
    CHECK_EQ(tty_read(&tty, &byte, 1), -EAGAIN);
    type("lo\rnext\r");
    CHECK_STR_EQ(screen, "hello\r\nnext\r\n");
    check_line("hello\n");
    check_line("next\n");
    CHECK(!tty_readable(&tty));
}

TEST(tty_short_reads_leave_the_rest_of_the_line)
{
    uint8_t buf[4];

    start();
    type("abcdef\r");
    CHECK_EQ(tty_read(&tty, buf, 4), 4);
    CHECK(tty_readable(&tty));
    check_line("ef\n");
}

TEST(tty_erase_word_and_kill_edit_the_line)
{
    start();
    type("abx\x7f\x7f"
         "c\r");
    check_line("ac\n");
    type("one two  \x17three\r");
    check_line("one three\n");
    type("garbage\x15ok\r");
    check_line("ok\n");
    type("\x7f\x7f\x15\x17\r");
    check_line("\n");
}

TEST(tty_erase_takes_a_whole_utf8_character)
{
    start();
    type("a\xc3\xa4\x7f\r");
    check_line("a\n");
    CHECK_STR_EQ(screen, "a\xc3\xa4\b \b\r\n");
}

TEST(tty_control_characters_are_shown_and_erased_as_two)
{
    start();
    type("\x01\x7f");
    CHECK_STR_EQ(screen, "^A\b \b\b \b");
}

TEST(tty_control_d_ends_a_line_or_the_file)
{
    uint8_t byte;

    start();
    type("ab\x04");
    check_line("ab");
    type("\x04");
    CHECK(tty_readable(&tty));
    CHECK_EQ(tty_read(&tty, &byte, 1), 0);
    CHECK_EQ(tty_read(&tty, &byte, 1), -EAGAIN);
}

TEST(tty_control_c_signals_and_forgets_the_line)
{
    start();
    type("abc");
    CHECK(tty_input(&tty, 3));
    CHECK_EQ(tty.signal, 2);
    CHECK_STR_EQ(screen, "abc^C");
    type("x\r");
    check_line("x\n");
}

TEST(tty_raw_mode_gives_bytes_at_once)
{
    struct tty_termios raw;
    uint8_t buf[8];

    start();
    type("half");
    raw = tty.termios;
    raw.local &= ~(uint32_t)(TTY_ICANON | TTY_ECHO | TTY_ISIG);
    raw.input &= ~(uint32_t)TTY_ICRNL;
    tty_set_termios(&tty, &raw);
    CHECK_EQ(tty_read(&tty, buf, 8), 4); /* what was being edited */
    type("\x03\r");
    CHECK_EQ(tty_read(&tty, buf, 8), 2);
    CHECK_EQ(memcmp(buf, "\x03\r", 2), 0);
    CHECK_EQ(tty_read(&tty, buf, 8), -EAGAIN);
    CHECK_STR_EQ(screen, "half");
    raw.chars[TTY_VMIN] = 0;
    tty_set_termios(&tty, &raw);
    CHECK(tty_readable(&tty));
    CHECK_EQ(tty_read(&tty, buf, 8), 0);
}

TEST(tty_input_that_nobody_reads_is_bounded)
{
    unsigned lines = 0;
    uint8_t buf[64];

    start();
    for (unsigned i = 0; i < 3000; i++) {
        type("abc\r");
    }
    while (tty_readable(&tty)) {
        CHECK_EQ(tty_read(&tty, buf, sizeof(buf)), 4);
        CHECK_EQ(memcmp(buf, "abc\n", 4), 0);
        lines++;
    }
    CHECK(lines > 900 && lines < 1100);
    for (unsigned i = 0; i < 5000; i++) {
        type("x");
    }
    type("\r");
    uint8_t line[4096];
    CHECK_EQ(tty_read(&tty, line, sizeof(line)), TTY_LINE_MAX);
}

TEST(tty_output_adds_returns_only_where_they_fit)
{
    uint8_t out[4];
    size_t produced;

    start();
    CHECK_EQ(tty_output(&tty, (const uint8_t *)"a\nb\n", 4, out, 4, &produced), 3);
    CHECK_EQ(produced, 4);
    CHECK_EQ(memcmp(out, "a\r\nb", 4), 0);
}

TEST(stream_bursts_escape_and_return_to_the_log)
{
    uint8_t out[16];
    size_t produced;

    CHECK_EQ(stream_burst(TTY_STREAM_OUT, (const uint8_t *)"a\x10z", 3, out, 16, &produced), 3);
    CHECK_EQ(produced, 8);
    CHECK_EQ(memcmp(out, "\x10oa\x10\x10z\x10l", 8), 0);
    CHECK_EQ(stream_burst(TTY_STREAM_ERR, (const uint8_t *)"abcdef", 6, out, 8, &produced), 4);
    CHECK_EQ(produced, 8);
    CHECK_EQ(stream_burst(TTY_STREAM_ERR, (const uint8_t *)"abcdef", 6, out, 5, &produced), 0);
}

TEST(stream_input_is_binary_safe_and_ends)
{
    struct stream_input input = {.end = false};
    static const uint8_t line[] = {'a', 0x10, 0x10, 0, 0x10, 'z'};
    uint8_t buf[8];

    CHECK_EQ(stream_read(&input, buf, 8), -EAGAIN);
    for (size_t i = 0; i < sizeof(line); i++) {
        stream_receive(&input, line[i]);
    }
    CHECK_EQ(stream_read(&input, buf, 2), 2);
    CHECK_EQ(memcmp(buf, "a\x10", 2), 0);
    CHECK_EQ(stream_read(&input, buf, 8), 1);
    CHECK_EQ(stream_read(&input, buf, 8), 0);
    CHECK_EQ(stream_read(&input, buf, 8), 0);
}
