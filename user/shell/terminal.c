/* SPDX-License-Identifier: MIT */
/* Who owns the terminal. */
#include "terminal.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

static bool has_groups;
static bool has_settings;
static struct termios settings;

void terminal_init(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    has_settings = tcgetattr(STDIN_FILENO, &settings) == 0;
    /* Setting the foreground group from a background one, as terminal_take does, is SIGTTOU. */
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGTTOU, &ignore, NULL);
    if (getpgrp() != getpid()) {
        setpgid(0, 0);
    }
    has_groups = tcsetpgrp(STDIN_FILENO, getpgrp()) == 0;
}

bool terminal_has_groups(void)
{
    return has_groups;
}

void terminal_give(pid_t group)
{
    if (has_groups) {
        tcsetpgrp(STDIN_FILENO, group);
    }
}

void terminal_take(void)
{
    terminal_give(getpgrp());
}

void terminal_restore_settings(void)
{
    if (has_settings) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings);
    }
}
