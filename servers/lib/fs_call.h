/* SPDX-License-Identifier: MIT */
/* What fs_call.c (content) and fs_names.c (paths) share. */
#pragma once

#include "fs.h"

struct fs_call {
    struct fs *fs;
    struct server_request *request;
    uint8_t *slot;            /* shared with the client, or NULL */
    struct fs_description *d; /* of the call's token */
};

/*
 * Copy the path of `length` bytes at slot offset `at` into path[FILE_PATH_MAX] and prepare the
 * walk. Then, locked, walk from `start`: 0; -errno; or a redirect > 0, for which the reply is
 * complete (which: 0 for the first path, 1 for the second).
 */
long fs_path_begin(struct fs_call *call, size_t at, uint64_t length, char *path,
                   struct fs_walk *walk, bool follow_last);
long fs_path_walk(struct fs_call *call, struct fs_node *start, struct fs_walk *walk, int which);

/* Locked. A new file named as walk says, its parent's times and links kept. */
long fs_make(struct fs_call *call, const struct fs_walk *walk, uint32_t mode, struct fs_name target,
             struct fs_node **out);

long fs_do_stat(struct fs_call *call);
long fs_do_getdents(struct fs_call *call);
long fs_do_mkdir(struct fs_call *call);
long fs_do_unlink(struct fs_call *call);
long fs_do_rename(struct fs_call *call);
long fs_do_link(struct fs_call *call);
long fs_do_symlink(struct fs_call *call);
long fs_do_readlink(struct fs_call *call);
long fs_do_chmod(struct fs_call *call);
long fs_do_chown(struct fs_call *call);
long fs_do_utimens(struct fs_call *call);
long fs_do_statfs(struct fs_call *call);
