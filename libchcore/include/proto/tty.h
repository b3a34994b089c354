/* SPDX-License-Identifier: MIT */
/*
 * Terminals: the requests of FILE_IOCTL that a description with FILE_IS_TTY understands (numbers
 * and structures of Linux for AArch64), and the methods between the console and the process
 * manager.
 */
#pragma once

#include <proto/message.h>

/* X(request, name, argument data) */
#define TTY_REQUESTS(X)                                                            \
    X(0x5401, TTY_TCGETS, "out: struct tty_termios")                               \
    X(0x5402, TTY_TCSETS, "in: struct tty_termios")                                \
    X(0x5403, TTY_TCSETSW, "in: struct tty_termios, after the output has drained") \
    X(0x5404, TTY_TCSETSF, "in: struct tty_termios, and the input is discarded")   \
    X(0x540b, TTY_TCFLSH, "argument word: 0 input, 1 output, 2 both")              \
    X(0x540e, TTY_TIOCSCTTY, "none")                                               \
    X(0x540f, TTY_TIOCGPGRP, "out: 32-bit foreground process group")               \
    X(0x5410, TTY_TIOCSPGRP, "in: 32-bit foreground process group")                \
    X(0x5413, TTY_TIOCGWINSZ, "out: struct tty_window")                            \
    X(0x5414, TTY_TIOCSWINSZ, "in: struct tty_window")                             \
    X(0x541b, TTY_FIONREAD, "out: 32-bit number of bytes that can be read")

enum tty_request {
#define X(nr, name, data) name = (nr),
    TTY_REQUESTS(X)
#undef X
};

/* X(number, name, arguments, buffer, capabilities, errors, idempotent) */
#define TTY_METHODS(X)                                                                        \
    X(0x301, TTY_TAKE_SIGNAL,                                                                 \
      "process manager only, after the console's notification -> w0 signal or 0, w1 process " \
      "group",                                                                                \
      "none", "", "EPERM", 0)

enum tty_method {
#define X(nr, name, args, buffer, caps, errors, idem) name = (nr),
    TTY_METHODS(X)
#undef X
};

enum tty_control_char {
    TTY_VINTR,
    TTY_VQUIT,
    TTY_VERASE,
    TTY_VKILL,
    TTY_VEOF,
    TTY_VTIME,
    TTY_VMIN,
    TTY_VSWTC,
    TTY_VSTART,
    TTY_VSTOP,
    TTY_VSUSP,
    TTY_VEOL,
    TTY_VREPRINT,
    TTY_VDISCARD,
    TTY_VWERASE,
    TTY_VLNEXT,
    TTY_VEOL2,
    TTY_CONTROL_CHARS = 19,
};

enum tty_input_flag { TTY_INLCR = 0100, TTY_IGNCR = 0200, TTY_ICRNL = 0400 };
enum tty_output_flag { TTY_OPOST = 1, TTY_ONLCR = 4 };
enum tty_control_flag { TTY_B115200 = 010002, TTY_CS8 = 060, TTY_CREAD = 0200 };
enum tty_local_flag {
    TTY_ISIG = 01,
    TTY_ICANON = 02,
    TTY_ECHO = 010,
    TTY_ECHOE = 020,
    TTY_ECHOK = 040,
    TTY_ECHONL = 0100,
    TTY_NOFLSH = 0200,
    TTY_ECHOCTL = 01000,
    TTY_ECHOKE = 04000,
    TTY_IEXTEN = 0100000,
};

struct tty_termios {
    uint32_t input, output, control, local;
    uint8_t line;
    uint8_t chars[TTY_CONTROL_CHARS];
};
_Static_assert(sizeof(struct tty_termios) == 36, "ABI");

struct tty_window {
    uint16_t rows, columns, x_pixels, y_pixels;
};
_Static_assert(sizeof(struct tty_window) == 8, "ABI");

/*
 * The streams of `chbuild run`. When the host runs one program, the UART carries escaped bytes both
 * ways, binary safe; /dev/host/stdin, stdout and stderr are its ends. The escape is TTY_DLE; behind
 * it one letter says what follows. After each burst the console goes back to TTY_STREAM_LOG.
 */
enum tty_stream {
    TTY_DLE = 0x10,
    TTY_STREAM_OUT = 'o',
    TTY_STREAM_ERR = 'e',
    TTY_STREAM_LOG = 'l',
    TTY_STREAM_EXIT = 'x', /* and three ASCII digits; init writes them by TTY_HOST_EXIT */
    TTY_STREAM_EOF = 'z',  /* host to guest: end of file */
};
#define TTY_HOST_EXIT \
    0x48455849u /* FILE_IOCTL on /dev/host/stdout: argument word is the status, 0 to 255 */

/* Badges of the console driver's permanent tokens. */
enum tty_badge {
    TTY_BADGE_CONSOLE = 1,
    TTY_BADGE_HOST_STDIN = 2,
    TTY_BADGE_HOST_STDOUT = 3,
    TTY_BADGE_HOST_STDERR = 4,
    TTY_BADGE_LOG = 5, /* where procmgr writes the kernel's log */
};
