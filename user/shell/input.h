/* SPDX-License-Identifier: MIT */
/*
 * Where commands come from: a string, a file, or the terminal. The lexer sees
 * one text that grows at its end when it asks for more. Commands that are still
 * being read stay in memory as a whole, so a node of the syntax tree can name
 * its own source text by two offsets.
 */
#pragma once

#include "mem.h"

#include <stdbool.h>

enum { INPUT_END = -1 };

struct input {
    const char *text; /* what is there so far: buffer's, or the string that was given */
    size_t len;
    size_t pos; /* next byte to read */
    struct str buffer;
    unsigned line; /* line of pos, from 1 */
    int fd;
    bool terminal;  /* a person types it: errors do not end it */
    bool ended;     /* more() said that nothing follows */
    bool cancelled; /* the user dropped the command by ^C */
    /* Append something to buffer, or return false at the end. NULL: the text is complete. */
    bool (*more)(struct input *in);
};

/* The text stays the caller's and must outlive the input. */
void input_from_string(struct input *in, const char *text, size_t len);
/* A script; the descriptor stays the caller's. */
void input_from_file(struct input *in, int fd);
/*
 * Standard input without a terminal: read byte by byte and never past the end of
 * a line, because the commands that we start read from the same descriptor.
 */
void input_from_stdin(struct input *in);
/* The line editor, with prompts. */
void input_from_terminal(struct input *in);
void input_free(struct input *in);

/* The next byte (0 to 255) or INPUT_END; peek leaves it in place. */
int input_peek(struct input *in);
int input_next(struct input *in);
/* The byte after the next one, if that is on the same line, else INPUT_END. */
int input_peek_second(struct input *in);

/* Forget the text before pos; all offsets into it become invalid. */
void input_drop_read(struct input *in);
/* Forget everything that was read so far, pos included: after an error at the prompt. */
void input_drop_all(struct input *in);
