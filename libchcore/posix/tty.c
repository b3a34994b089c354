/* SPDX-License-Identifier: MIT */
/*
 * ioctl. A row says how a request's argument travels; the rest is the server's. FIONBIO, FIOCLEX
 * and FIONCLEX are about the descriptor and stay here.
 */
#include "state.h"
#include <proto/tty.h>

enum how { BY_VALUE, IN, OUT };

struct request {
    uint32_t number;
    enum how how;
    uint32_t size; /* bytes behind the pointer */
};

static const struct request requests[] = {
    {TTY_TCGETS, OUT, sizeof(struct tty_termios)},
    {TTY_TCSETS, IN, sizeof(struct tty_termios)},
    {TTY_TCSETSW, IN, sizeof(struct tty_termios)},
    {TTY_TCSETSF, IN, sizeof(struct tty_termios)},
    {TTY_TCFLSH, BY_VALUE, 0},
    {TTY_TIOCSCTTY, BY_VALUE, 0},
    {TTY_TIOCGPGRP, OUT, sizeof(int32_t)},
    {TTY_TIOCSPGRP, IN, sizeof(int32_t)},
    {TTY_TIOCGWINSZ, OUT, sizeof(struct tty_window)},
    {TTY_TIOCSWINSZ, IN, sizeof(struct tty_window)},
    {TTY_FIONREAD, OUT, sizeof(int32_t)},
    {TTY_HOST_EXIT, BY_VALUE, 0},
};

enum { FIONCLEX = 0x5450, FIOCLEX = 0x5451, FIONBIO = 0x5421 };

static const struct request *find_request(uint32_t number)
{
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        if (requests[i].number == number) {
            return &requests[i];
        }
    }
    return NULL;
}

static long set_nonblock(int fd, bool on)
{
    long flags = px_fcntl(fd, LX_F_GETFL, 0);

    if (flags < 0) {
        return flags;
    }
    flags = on ? flags | FILE_O_NONBLOCK : flags & ~(long)FILE_O_NONBLOCK;
    return px_fcntl(fd, LX_F_SETFL, flags);
}

static long ask_server(int fd, const struct request *request, long argument)
{
    struct ipc_msg msg = {{FILE_IOCTL, request->number}};
    void *data = (void *)argument;
    struct px_place place;
    struct px_call call;
    long result = px_fd_place(fd, &place);

    if (result == 0) {
        result = px_call_begin(&call, place);
    }
    if (result != 0) {
        return result;
    }
    if (request->how == BY_VALUE) {
        msg.w[2] = (uint64_t)argument;
    } else if (request->how == IN) {
        msg.w[3] = request->size;
        result = px_get(call.data, data, request->size);
    }
    if (result == 0) {
        result = px_call_do(&call, &msg, NULL, NULL);
    }
    if (result >= 0 && request->how == OUT && px_put(data, call.data, request->size) < 0) {
        result = -EFAULT;
    }
    px_call_end(&call);
    return result;
}

long px_ioctl(int fd, uint32_t number, long argument)
{
    const struct request *request = find_request(number);
    uint32_t mode, is;
    int on;

    switch (number) {
    case FIONBIO:
        return px_get(&on, (const void *)argument, sizeof(on)) < 0 ? -EFAULT : set_nonblock(fd, on);
    case FIOCLEX:
        return px_fcntl(fd, LX_F_SETFD, LX_FD_CLOEXEC);
    case FIONCLEX:
        return px_fcntl(fd, LX_F_SETFD, 0);
    default:
        break;
    }
    if (!request) {
        long result = px_fd_kind(fd, &mode, &is);
        return result < 0 ? result : -ENOTTY;
    }
    return ask_server(fd, request, argument);
}
