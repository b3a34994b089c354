/* SPDX-License-Identifier: MIT */
/* The servers that procmgr starts at boot, out of the ramdisk. */
#pragma once

#include "child.h"

struct service {
    const char *name;
    const char *path; /* in the archive */
    uint32_t pid;
    /* Fill start_info.arg[0..2] with what this server needs; may be NULL. */
    long (*arguments)(const struct child *child, uint64_t arg[3]);
};

/* The server object of a started service, all rights; the caller keeps it. -errno. */
long service_start(const struct service *service);
