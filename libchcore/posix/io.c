/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing. Each turn moves what fits into a slot of buffer. Waiting is done here, in
 * the client: a server that cannot answer yet says -EAGAIN, and its token's signal bits tell when
 * it can.
 */
#include "state.h"

#define NO_OFFSET (-1l) /* the description's own */
#define WAKING    (TOKEN_ERROR | TOKEN_HANGUP | TOKEN_PEER_CLOSED)

/* A list of buffers, gone through once. */
struct cursor {
    const struct lx_iovec *iov;
    size_t index;
    size_t offset; /* into iov[index] */
};

enum direction { DIRECTION_READ, DIRECTION_WRITE };

/* Move n bytes between the slot and where the cursor stands; the list is that long. 0 or -EFAULT.
 */
static long copy(struct cursor *cursor, char *data, size_t n, enum direction direction)
{
    while (n > 0) {
        const struct lx_iovec *iov = &cursor->iov[cursor->index];
        /* The list is long enough, which clang-analyzer cannot see. */
        size_t left = iov->len - cursor->offset; /* NOLINT */
        size_t turn = n < left ? n : left;
        long result;

        if (direction == DIRECTION_READ) {
            result = px_put(iov->base + cursor->offset, data, turn);
        } else {
            result = px_get(data, iov->base + cursor->offset, turn);
        }
        if (result < 0) {
            return result;
        }
        data += turn;
        n -= turn;
        cursor->offset += turn;
        if (cursor->offset == iov->len) {
            cursor->index++;
            cursor->offset = 0;
        }
    }
    return 0;
}

/* Move the cursor on by n bytes. */
static void skip(struct cursor *cursor, size_t n)
{
    cursor->offset += n;
    while (cursor->offset > 0 && cursor->offset >= cursor->iov[cursor->index].len) {
        cursor->offset -= cursor->iov[cursor->index].len;
        cursor->index++;
    }
}

/* A read or write under way. */
struct transfer {
    int fd; /* to wait for; -1: do not wait */
    struct px_place place;
    struct cursor cursor;
    long offset; /* or NO_OFFSET */
    enum direction direction;
};

/* The program's buffer is bad: what was read from a file goes back. */
static long unread(const struct transfer *t, long n)
{
    struct ipc_msg msg = {{FILE_LSEEK, (uint64_t)-n, FILE_SEEK_CUR}};

    if (t->offset == NO_OFFSET) {
        px_word_call(t->place, &msg);
    }
    return -EFAULT;
}

/* One call for n <= FILE_IO_MAX bytes; the cursor moves by what the server took or gave. */
static long move_once(struct transfer *t, size_t n)
{
    static const uint32_t methods[2][2] = {{FILE_READ, FILE_WRITE}, {FILE_PREAD, FILE_PWRITE}};
    struct ipc_msg msg = {{methods[t->offset != NO_OFFSET][t->direction], n, (uint64_t)t->offset}};
    struct px_call call;
    long result = px_call_begin(&call, t->place);

    if (result != 0) {
        return result;
    }
    if (t->direction == DIRECTION_WRITE) {
        struct cursor ahead = t->cursor;
        result = copy(&ahead, call.data, n, DIRECTION_WRITE);
    }
    if (result == 0) {
        result = px_call_do(&call, &msg, NULL, NULL);
    }
    if (result > (long)n) {
        result = -EIO; /* the server is broken */
    }
    if (result > 0 && t->direction == DIRECTION_READ) {
        if (copy(&t->cursor, call.data, (size_t)result, DIRECTION_READ) < 0) {
            result = unread(t, result);
        }
    } else if (result > 0) {
        skip(&t->cursor, (size_t)result);
    }
    px_call_end(&call);
    return result;
}

/* After -EAGAIN: wait until it is worth asking again; -EAGAIN when the descriptor must not wait. */
static long wait_ready(int fd, enum direction direction)
{
    struct px_description description;
    long result = px_fd_describe(fd, &description);

    if (result != 0) {
        return result;
    }
    if (description.flags & FILE_O_NONBLOCK) {
        return -EAGAIN;
    }
    uint64_t bit = direction == DIRECTION_READ ? TOKEN_READABLE : TOKEN_WRITABLE;
    px_wait_begin();
    do {
        result = px_wait_call(SYS_wait, (cap_t)fd, bit | WAKING, DEADLINE_NONE, 0, 0);
    } while (result == -EINTR && px_wait_again());
    return result < 0 ? result : 0;
}

/* A call for n bytes that waits when it may. */
static long move_turn(struct transfer *t, size_t n, bool may_wait)
{
    for (;;) {
        long result = move_once(t, n);
        if (result != -EAGAIN || !may_wait) {
            return result;
        }
        result = wait_ready(t->fd, t->direction);
        if (result < 0) {
            return result;
        }
    }
}

/* A read ends at the first short answer; a write goes on until all is written or it must not wait.
 */
static long move(struct transfer *t, size_t total)
{
    bool is_read = t->direction == DIRECTION_READ;
    size_t done = 0;

    for (;;) {
        size_t turn = total - done < FILE_IO_MAX ? total - done : FILE_IO_MAX;
        long result = move_turn(t, turn, done == 0 || !is_read);
        if (result == -EPIPE && !is_read) {
            px_signal_self(LX_SIGPIPE);
        }
        if (result < 0) {
            return done > 0 ? (long)done : result;
        }
        done += (size_t)result;
        if (done == total || result == 0 || (is_read && (size_t)result < turn)) {
            return (long)done;
        }
        if (t->offset != NO_OFFSET) {
            t->offset += result;
        }
    }
}

/* Is the list itself readable? */
static long probe(const struct lx_iovec *iov, size_t count)
{
    struct lx_iovec entry;

    for (size_t i = 0; i < count; i++) {
        if (px_get(&entry, &iov[i], sizeof(entry)) < 0) {
            return -EFAULT;
        }
    }
    return 0;
}

static long move_vector(int fd, const struct lx_iovec *iov, size_t count, long offset,
                        enum direction direction)
{
    size_t total = 0;

    if (count > LX_IOV_MAX) {
        return -EINVAL;
    }
    if (probe(iov, count) < 0) {
        return -EFAULT;
    }
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(total, iov[i].len, &total) || total > INT64_MAX) {
            return -EINVAL;
        }
    }
    struct transfer transfer = {
        .fd = fd, .cursor = {iov, 0, 0}, .offset = offset, .direction = direction};
    long result = px_fd_place(fd, &transfer.place);
    return result != 0 ? result : move(&transfer, total);
}

static long move_one(int fd, char *buf, size_t n, long offset, enum direction direction)
{
    struct lx_iovec iov = {buf, n};

    return move_vector(fd, &iov, 1, offset, direction);
}

long px_read(int fd, char *buf, size_t n)
{
    return move_one(fd, buf, n, NO_OFFSET, DIRECTION_READ);
}

long px_write(int fd, char *buf, size_t n)
{
    return move_one(fd, buf, n, NO_OFFSET, DIRECTION_WRITE);
}

long px_readv(int fd, const struct lx_iovec *iov, size_t count)
{
    return move_vector(fd, iov, count, NO_OFFSET, DIRECTION_READ);
}

long px_writev(int fd, const struct lx_iovec *iov, size_t count)
{
    return move_vector(fd, iov, count, NO_OFFSET, DIRECTION_WRITE);
}

long px_pread64(int fd, char *buf, size_t n, long offset)
{
    return offset < 0 ? -EINVAL : move_one(fd, buf, n, offset, DIRECTION_READ);
}

long px_pwrite64(int fd, char *buf, size_t n, long offset)
{
    return offset < 0 ? -EINVAL : move_one(fd, buf, n, offset, DIRECTION_WRITE);
}

long px_preadv(int fd, const struct lx_iovec *iov, size_t count, long offset)
{
    return offset < 0 ? -EINVAL : move_vector(fd, iov, count, offset, DIRECTION_READ);
}

long px_pwritev(int fd, const struct lx_iovec *iov, size_t count, long offset)
{
    return offset < 0 ? -EINVAL : move_vector(fd, iov, count, offset, DIRECTION_WRITE);
}

static long read_place(struct px_place place, void *buf, size_t n, long offset)
{
    struct lx_iovec iov = {buf, n};
    struct transfer transfer = {-1, place, {&iov, 0, 0}, offset, DIRECTION_READ};

    return move_once(&transfer, n);
}

long px_read_place(struct px_place place, void *buf, size_t n)
{
    return read_place(place, buf, n, NO_OFFSET);
}

long px_pread_place(struct px_place place, void *buf, size_t n, uint64_t offset)
{
    return read_place(place, buf, n, (long)offset);
}
