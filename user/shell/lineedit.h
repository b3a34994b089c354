/* SPDX-License-Identifier: MIT */
/*
 * A line editor for terminals: arrows, Home, End, Delete, ^A ^E ^B ^F, ^U ^K ^W,
 * ^L, history by up, down, ^P and ^N. Where the terminal cannot be made raw it
 * reads plain lines.
 */
#pragma once

enum lineedit_result {
    LINEEDIT_LINE,      /* *line is the text without its newline, the caller's */
    LINEEDIT_CANCELLED, /* ^C */
    LINEEDIT_END,       /* ^D on an empty line, or the terminal is gone */
};

enum lineedit_result lineedit_read(const char *prompt, char **line);
