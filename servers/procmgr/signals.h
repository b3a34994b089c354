/* SPDX-License-Identifier: MIT */
/* Numbers of signals, as on Linux for AArch64. */
#pragma once

enum signal_number {
    SIGNAL_ILL = 4,
    SIGNAL_TRAP = 5,
    SIGNAL_BUS = 7,
    SIGNAL_FPE = 8,
    SIGNAL_KILL = 9,
    SIGNAL_SEGV = 11,
    SIGNAL_CHLD = 17,
    SIGNAL_CONT = 18,
    SIGNAL_STOP = 19,
    SIGNAL_TTOU = 22, /* the last of those that stop */
    SIGNAL_URG = 23,
    SIGNAL_WINCH = 28,
    SIGNAL_SYS = 31,
};
