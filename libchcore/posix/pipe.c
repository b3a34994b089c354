/* SPDX-License-Identifier: MIT */
/* pipe2: the reading end is a new pipe of /dev/pipe, the writing end the same file opened again. */
#include "state.h"

long px_pipe2(int fds[2], uint32_t flags)
{
    static const char device[] = "dev/pipe";
    struct px_place root, pipe;
    int ends[2];

    if (flags & ~(uint32_t)(FILE_O_CLOEXEC | FILE_O_NONBLOCK)) {
        return -EINVAL;
    }
    long result = px_place_root(&root);
    if (result != 0) {
        return result;
    }
    result = px_open_descriptor(root, device, sizeof(device) - 1, flags | FILE_O_RDONLY, 0);
    if (result < 0) {
        return result;
    }
    ends[0] = (int)result;
    result = px_fd_place(ends[0], &pipe);
    if (result == 0) {
        result = px_open_descriptor(pipe, "", 0, flags | FILE_O_WRONLY, 0);
    }
    if (result < 0) {
        px_close(ends[0]);
        return result;
    }
    ends[1] = (int)result;
    if (px_put(fds, ends, sizeof(ends)) < 0) {
        px_close(ends[0]);
        px_close(ends[1]);
        return -EFAULT;
    }
    return 0;
}
