/* SPDX-License-Identifier: MIT */
/* Terminals: what is one, and its settings. */
#define _GNU_SOURCE
#include "check.h"

#include <sys/ioctl.h>
#include <termios.h>

TEST(files_and_devices_are_no_terminals)
{
    struct termios settings;
    struct winsize size;
    const int fd = open("plain", O_CREAT | O_RDWR, 0644);
    CHECK_EQ(isatty(fd), 0);
    CHECK_EQ(errno, ENOTTY);
    CHECK_FAILS(tcgetattr(fd, &settings), ENOTTY);
    CHECK_FAILS(ioctl(fd, TIOCGWINSZ, &size), ENOTTY);
    close(fd);
    const int null = open("/dev/null", O_RDWR);
    CHECK_EQ(isatty(null), 0);
    close(null);
    CHECK_EQ(isatty(1000), 0);
    CHECK_EQ(errno, EBADF);
}

TEST(terminal_settings_are_kept)
{
    struct termios before, raw, seen;
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY);
    if (tty < 0 && (errno == ENXIO || errno == ENOENT)) {
        return; /* a session without a terminal, as on a build machine */
    }
    CHECK(tty >= 0);
    CHECK_EQ(isatty(tty), 1);
    CHECK_EQ(tcgetattr(tty, &before), 0);
    raw = before;
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    CHECK_EQ(tcsetattr(tty, TCSANOW, &raw), 0);
    CHECK_EQ(tcgetattr(tty, &seen), 0);
    CHECK_EQ(tcsetattr(tty, TCSADRAIN, &before), 0);
    CHECK_EQ(seen.c_lflag & (ECHO | ICANON | ISIG), 0);
    CHECK_EQ(seen.c_oflag & OPOST, 0);
    CHECK_EQ(seen.c_cc[VMIN], 1);
    CHECK_EQ(tcgetattr(tty, &seen), 0);
    CHECK_EQ(seen.c_lflag, before.c_lflag);
    CHECK_EQ(seen.c_iflag, before.c_iflag);
    CHECK_FAILS(tcsetattr(tty, 99, &before), EINVAL);
    close(tty);
}
