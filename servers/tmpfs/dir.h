/* SPDX-License-Identifier: MIT */
/*
 * The entries of one directory: a hash table for look-up, and all entries in order of creation for
 * getdents. An entry's cookie is its place in that order and never changes, so a reader's cursor
 * stays right whatever is created or removed meanwhile. The caller locks (fs->lock).
 */
#pragma once

#include <lib/fs.h>

struct dir_entry {
    struct dir_entry *next; /* in its bucket */
    struct fs_node *node;
    uint64_t cookie;
    uint32_t hash;
    uint32_t length;
    char name[];
};

/* A place in the order; entry is NULL when it was removed. */
struct dir_place {
    uint64_t cookie;
    struct dir_entry *entry;
};

struct dir {
    struct dir_entry **bucket; /* bucket_count of them, a power of two, or NULL */
    size_t bucket_count;
    struct dir_place *place; /* ascending cookies */
    size_t place_count, place_room;
    size_t live; /* entries */
    uint64_t last_cookie;
};

struct dir_entry *dir_find(const struct dir *dir, struct fs_name name);
/* 0 or -ENOMEM. The name must be new. */
int dir_add(struct dir *dir, struct fs_name name, struct fs_node *node);
/* The name must be there. */
void dir_remove(struct dir *dir, struct fs_name name);
/* The first entry with a cookie >= cursor, or NULL. */
struct dir_entry *dir_next(const struct dir *dir, uint64_t cursor);
/* Free an empty or dying directory's memory. */
void dir_destroy(struct dir *dir);
