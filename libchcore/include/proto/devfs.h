/* SPDX-License-Identifier: MIT */
/*
 * devfs: the directory of devices. A node is opened by opening its driver's description: the client
 * gets a token of the driver and speaks the file protocol with it from then on.
 */
#pragma once

#include <proto/message.h>

#define DEV_NAME_MAX 24u /* "name" or "folder/name" */

/* X(number, name, arguments, buffer, capabilities, errors, idempotent) */
#define DEV_METHODS(X)                                                                       \
    X(0x501, DEV_ADD,                                                                        \
      "process manager only: w1 length of the name, w2-w4 its bytes, w5 mode with type, w6 " \
      "device number",                                                                       \
      "none", "in: cap 0 the driver's token for it", "EPERM EEXIST EINVAL ENOMEM", 0)

enum dev_method {
#define X(nr, name, args, buffer, caps, errors, idem) name = (nr),
    DEV_METHODS(X)
#undef X
};

/* Device numbers as on Linux: major << 8 | minor. */
enum dev_number {
    DEV_NULL = 0x0103,
    DEV_ZERO = 0x0105,
    DEV_FULL = 0x0107,
    DEV_RANDOM = 0x0108,
    DEV_URANDOM = 0x0109,
    DEV_TTY = 0x0500,
    DEV_CONSOLE = 0x0501,
    DEV_HOST = 0xf000,
    DEV_PIPE = 0xf100, /* each opening for reading makes a pipe: servers/devfs/pipe.h */
};
