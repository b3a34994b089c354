/* SPDX-License-Identifier: MIT */
/* The root file system: its nodes, and what its files share. */
#pragma once

#include <lib/fs.h>
#include <uapi/types.h>

#include "dir.h"

/*
 * Content of a regular file: a pmo, or the pages of the ramdisk that it came in as long as nobody
 * writes or maps it, or nothing yet (all holes).
 */
struct content {
    struct mutex lock;
    /* Protected by lock (and the node's size): */
    cap_t pmo;           /* CAP_NONE: none yet */
    uint64_t pmo_size;   /* whole pages */
    bool archived;       /* and no pmo: the bytes lie in the ramdisk */
    uint64_t archive_at; /* offset there */
};

struct tmpfs_node {
    struct fs_node base;
    union {
        struct dir dir;
        struct content content;
        struct {
            char *text;
            size_t length;
        } target;
    };
};

static inline struct tmpfs_node *tmpfs_node(struct fs_node *node)
{
    return (struct tmpfs_node *)node;
}

/* tmpfs.c */
extern struct fs tmpfs;
void tmpfs_init(void);
/* A node without a name; -ENOSPC. */
long tmpfs_make(uint32_t mode, struct fs_name target, struct tmpfs_node **out);

/* content.c. Results in bytes, or -errno. */
void content_set_archive(const uint8_t *base);
void content_init(struct content *content);
void content_init_archived(struct content *content, uint64_t at);
void content_destroy(struct content *content);
long content_read(struct tmpfs_node *file, uint64_t offset, void *buf, size_t n);
long content_write(struct tmpfs_node *file, uint64_t *offset, bool append, const void *buf,
                   size_t n);
long content_truncate(struct tmpfs_node *file, uint64_t size);
long content_pmo(struct tmpfs_node *file);
uint64_t content_bytes(struct tmpfs_node *file);

/* main.c: asks the kernel what is free. */
void tmpfs_statfs(struct fs *fs, struct file_statfs *out);

/* load.c: make the tree of a cpio archive; entries that cannot be are reported in the log. */
void tmpfs_load(const void *archive, size_t size);
