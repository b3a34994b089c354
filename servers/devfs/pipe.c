/* SPDX-License-Identifier: MIT */
/* Pipes: a ring of bytes between two descriptions; see pipe.h. */
#include "pipe.h"

#include <chcore/malloc.h>
#include <chcore/string.h>
#include <chcore/syscall.h>

enum end { READER, WRITER };

#define FIRST_INODE 0x10000u

struct pipe {
    struct fs_node base;
    struct mutex lock;
    /* Protected by lock: */
    uint64_t badge[2]; /* of the ends; 0: not there */
    uint32_t shown[2]; /* signal bits that their tokens have */
    size_t start, count;
    char *ring; /* PIPE_SIZE bytes; pages come when they are first used */
};

static struct {
    struct mutex lock;
    /* Protected by lock: */
    uint32_t count;
    uint64_t last_inode;
} pipes;

static struct pipe *pipe_of(struct fs_node *node)
{
    return (struct pipe *)node;
}

bool pipe_is(const struct fs_node *node)
{
    return (node->mode & FILE_TYPE_MASK) == FILE_FIFO;
}

static enum end end_of(const struct fs_description *d)
{
    return (d->flags & FILE_O_ACCMODE) == FILE_O_WRONLY ? WRITER : READER;
}

/* The signal bits as things are now. */
static uint32_t bits_of(const struct pipe *pipe, enum end end)
{
    if (end == READER) {
        return (pipe->count > 0 || !pipe->badge[WRITER] ? TOKEN_READABLE : 0) |
               (pipe->badge[WRITER] ? 0 : TOKEN_HANGUP);
    }
    return (PIPE_SIZE - pipe->count >= PIPE_ATOMIC || !pipe->badge[READER] ? TOKEN_WRITABLE : 0) |
           (pipe->badge[READER] ? 0 : TOKEN_ERROR);
}

/* Let both tokens' bits say how things are. Locked, so that no change is shown late. */
static void show(struct pipe *pipe)
{
    for (enum end end = READER; end <= WRITER; end++) {
        uint32_t bits = bits_of(pipe, end);

        if (pipe->badge[end] && bits != pipe->shown[end]) {
            sys_token_signal(server_handle(), pipe->badge[end], pipe->shown[end] & ~bits,
                             bits & ~pipe->shown[end]);
            pipe->shown[end] = bits;
        }
    }
}

/* The next number for a pipe, or 0 when there are too many. */
static uint64_t take_number(void)
{
    uint64_t number = 0;

    mutex_lock(&pipes.lock);
    if (pipes.count < PIPE_LIMIT) {
        pipes.count++;
        number = FIRST_INODE + ++pipes.last_inode;
    }
    mutex_unlock(&pipes.lock);
    return number;
}

static void give_number_back(void)
{
    mutex_lock(&pipes.lock);
    pipes.count--;
    mutex_unlock(&pipes.lock);
}

static struct pipe *pipe_make(uint64_t number)
{
    struct pipe *pipe = calloc(1, sizeof(*pipe));
    int64_t now = clock_realtime_ns();

    if (!pipe) {
        return NULL;
    }
    pipe->ring = malloc(PIPE_SIZE);
    if (!pipe->ring) {
        free(pipe);
        return NULL;
    }
    pipe->base.inode = number;
    pipe->base.mode = FILE_FIFO | 0600;
    pipe->base.access_ns = now;
    pipe->base.modify_ns = now;
    pipe->base.change_ns = now;
    return pipe;
}

static long set_end(struct fs_description *d, enum end end)
{
    struct pipe *pipe = pipe_of(d->node);
    long result = 0;

    mutex_lock(&pipe->lock);
    if (pipe->badge[end]) {
        result = -EBUSY;
    } else {
        pipe->badge[end] = d->badge;
        pipe->shown[end] = 0;
        show(pipe);
    }
    mutex_unlock(&pipe->lock);
    return result;
}

long pipe_create(struct fs_description *d)
{
    if ((d->flags & FILE_O_ACCMODE) != FILE_O_RDONLY) {
        return -EINVAL;
    }
    uint64_t number = take_number();
    struct pipe *pipe = number ? pipe_make(number) : NULL;
    if (!pipe) {
        if (number) {
            give_number_back();
        }
        return number ? -ENOMEM : -ENFILE;
    }
    mutex_lock(&d->fs->lock);
    d->node->opens--; /* /dev/pipe itself has a name: it stays */
    d->node = &pipe->base;
    pipe->base.opens = 1;
    mutex_unlock(&d->fs->lock);
    return set_end(d, READER);
}

long pipe_join(struct fs_description *d)
{
    return (d->flags & FILE_O_ACCMODE) == FILE_O_WRONLY ? set_end(d, WRITER) : -EINVAL;
}

/* Two pieces at most: up to the ring's end, and from its start. */
static void ring_read(struct pipe *pipe, char *to, size_t n)
{
    size_t first = PIPE_SIZE - pipe->start < n ? PIPE_SIZE - pipe->start : n;

    memcpy(to, pipe->ring + pipe->start, first);
    memcpy(to + first, pipe->ring, n - first);
    pipe->count -= n;
    /* An empty ring begins anew, so that little traffic uses few pages. */
    pipe->start = pipe->count ? (pipe->start + n) % PIPE_SIZE : 0;
}

static void ring_write(struct pipe *pipe, const char *from, size_t n)
{
    size_t at = (pipe->start + pipe->count) % PIPE_SIZE;
    size_t first = PIPE_SIZE - at < n ? PIPE_SIZE - at : n;

    memcpy(pipe->ring + at, from, first);
    memcpy(pipe->ring, from + first, n - first);
    pipe->count += n;
}

long pipe_read(struct fs_description *d, void *buf, size_t n)
{
    struct pipe *pipe = pipe_of(d->node);
    long result;

    mutex_lock(&pipe->lock);
    if (n == 0 || pipe->count > 0) {
        result = (long)(n < pipe->count ? n : pipe->count);
        ring_read(pipe, buf, (size_t)result);
        show(pipe);
    } else {
        result = pipe->badge[WRITER] ? -EAGAIN : 0;
    }
    mutex_unlock(&pipe->lock);
    return result;
}

long pipe_write(struct fs_description *d, const void *buf, size_t n)
{
    struct pipe *pipe = pipe_of(d->node);
    long result;

    mutex_lock(&pipe->lock);
    size_t room = PIPE_SIZE - pipe->count;
    if (!pipe->badge[READER]) {
        result = -EPIPE;
    } else if (n > 0 && room < PIPE_ATOMIC) {
        result = -EAGAIN;
    } else {
        result = (long)(n < room ? n : room);
        ring_write(pipe, buf, (size_t)result);
        show(pipe);
    }
    mutex_unlock(&pipe->lock);
    return result;
}

void pipe_close(struct fs_description *d)
{
    struct pipe *pipe = pipe_of(d->node);
    enum end end = end_of(d);

    mutex_lock(&pipe->lock);
    if (pipe->badge[end] == d->badge) {
        pipe->badge[end] = 0;
        show(pipe);
    }
    mutex_unlock(&pipe->lock);
}

void pipe_release(struct fs_node *node)
{
    struct pipe *pipe = pipe_of(node);

    free(pipe->ring);
    free(pipe);
    give_number_back();
}
