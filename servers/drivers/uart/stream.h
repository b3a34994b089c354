/* SPDX-License-Identifier: MIT */
/*
 * The streams of `chbuild run` on one serial line (proto/tty.h): escaping, both ways. No system
 * call in here. The caller locks.
 */
#pragma once

#include <proto/tty.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_INPUT_MAX 4096u

struct stream_input {
    bool escaped; /* a TTY_DLE came last */
    bool end;     /* end of file after what is buffered */
    uint8_t bytes[STREAM_INPUT_MAX];
    size_t first, count;
};

/* A byte of the line; the caller has seen that there is room (count < STREAM_INPUT_MAX). */
void stream_receive(struct stream_input *input, uint8_t byte);
/* Bytes, 0 for end of file, -EAGAIN. */
long stream_read(struct stream_input *input, uint8_t *to, size_t n);

/*
 * One burst: the escape that switches to `stream`, as many bytes of `from` as fit, each TTY_DLE
 * doubled, and the escape back to the log. Returns how many were used, *out the bytes produced.
 */
size_t stream_burst(enum tty_stream stream, const uint8_t *from, size_t n, uint8_t *to, size_t room,
                    size_t *out);
