/* SPDX-License-Identifier: MIT */
/*
 * Pipes. Each opening of /dev/pipe for reading makes one: a node without a name. Opening the new
 * description's own file for writing (an empty path) makes the other end. pipe2 is both.
 */
#pragma once

#include <lib/fs.h>

#define PIPE_SIZE   65536u
#define PIPE_ATOMIC 4096u /* a write of up to so many bytes is not mixed with others: PIPE_BUF */
#define PIPE_LIMIT  1024u /* pipes at a time */

bool pipe_is(const struct fs_node *node);

/* /dev/pipe was opened as d: d becomes the reading end of a new pipe. */
long pipe_create(struct fs_description *d);
/* A pipe was opened as d: d becomes its writing end. */
long pipe_join(struct fs_description *d);

/* -EAGAIN: wait for the end's TOKEN_READABLE or TOKEN_WRITABLE. 0 is the end, -EPIPE nobody reads.
 */
long pipe_read(struct fs_description *d, void *buf, size_t n);
long pipe_write(struct fs_description *d, const void *buf, size_t n);

void pipe_close(struct fs_description *d);
void pipe_release(struct fs_node *node);
