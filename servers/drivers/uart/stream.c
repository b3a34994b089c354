/* SPDX-License-Identifier: MIT */
/* Escaped streams (stream.h). */
#include "stream.h"

#include <uapi/errno.h>

void stream_receive(struct stream_input *input, uint8_t byte)
{
    if (!input->escaped && byte == TTY_DLE) {
        input->escaped = true;
        return;
    }
    if (input->escaped) {
        input->escaped = false;
        if (byte != TTY_DLE) {
            input->end = input->end || byte == TTY_STREAM_EOF;
            return;
        }
    }
    input->bytes[(input->first + input->count++) % STREAM_INPUT_MAX] = byte;
}

long stream_read(struct stream_input *input, uint8_t *to, size_t n)
{
    size_t done = 0;

    while (done < n && input->count > 0) {
        to[done++] = input->bytes[input->first];
        input->first = (input->first + 1) % STREAM_INPUT_MAX;
        input->count--;
    }
    return done > 0 || input->end || n == 0 ? (long)done : -EAGAIN;
}

size_t stream_burst(enum tty_stream stream, const uint8_t *from, size_t n, uint8_t *to, size_t room,
                    size_t *out)
{
    size_t used = 0, at = 0;

    *out = 0;
    if (room < 6) {
        return 0; /* both escapes and one escaped byte */
    }
    room -= 2;
    to[at++] = TTY_DLE;
    to[at++] = (uint8_t)stream;
    while (used < n) {
        uint8_t byte = from[used];

        if (room - at < (byte == TTY_DLE ? 2u : 1u)) {
            break;
        }
        if (byte == TTY_DLE) {
            to[at++] = TTY_DLE;
        }
        to[at++] = byte;
        used++;
    }
    to[at++] = TTY_DLE;
    to[at++] = TTY_STREAM_LOG;
    *out = at;
    return used;
}
