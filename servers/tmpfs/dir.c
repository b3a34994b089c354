/* SPDX-License-Identifier: MIT */
/* Directory entries (dir.h). */
#include "dir.h"

#include <chcore/malloc.h>
#include <chcore/string.h>
#include <uapi/errno.h>

#define FIRST_SIZE 8u

/* FNV-1a: short names, no attacker worth a keyed hash (a bad choice costs time only in one's own
 * tree). */
static uint32_t hash_name(struct fs_name name)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < name.length; i++) {
        hash = (hash ^ (uint8_t)name.text[i]) * 16777619u;
    }
    return hash;
}

static struct dir_entry **bucket_of(const struct dir *dir, uint32_t hash)
{
    return &dir->bucket[hash & (dir->bucket_count - 1)];
}

static struct dir_entry **find_link(const struct dir *dir, struct fs_name name)
{
    uint32_t hash = hash_name(name);

    if (dir->bucket_count == 0) {
        return NULL;
    }
    for (struct dir_entry **at = bucket_of(dir, hash); *at; at = &(*at)->next) {
        if ((*at)->hash == hash && (*at)->length == name.length &&
            memcmp((*at)->name, name.text, name.length) == 0) {
            return at;
        }
    }
    return NULL;
}

struct dir_entry *dir_find(const struct dir *dir, struct fs_name name)
{
    struct dir_entry **at = find_link(dir, name);

    return at ? *at : NULL;
}

/* Twice the buckets once there are as many entries. */
static int grow_buckets(struct dir *dir)
{
    if (dir->live < dir->bucket_count) {
        return 0;
    }
    size_t count = dir->bucket_count ? dir->bucket_count * 2 : FIRST_SIZE;
    struct dir_entry **fresh = calloc(
        count, sizeof(struct dir_entry *)); // NOLINT(bugprone-sizeof-expression): of a pointer
    if (!fresh) {
        return dir->bucket_count ? 0 : -ENOMEM; /* long chains will do */
    }
    struct dir old = *dir;
    dir->bucket = fresh;
    dir->bucket_count = count;
    for (size_t i = 0; i < old.bucket_count; i++) {
        struct dir_entry *next;

        for (struct dir_entry *entry = old.bucket[i]; entry; entry = next) {
            struct dir_entry **to = bucket_of(dir, entry->hash);

            next = entry->next;
            entry->next = *to;
            *to = entry;
        }
    }
    free(old.bucket);
    return 0;
}

/* Close the gaps of removed entries. */
static void compact(struct dir *dir)
{
    size_t kept = 0;

    for (size_t i = 0; i < dir->place_count; i++) {
        if (dir->place[i].entry) {
            dir->place[kept++] = dir->place[i];
        }
    }
    dir->place_count = kept;
}

static int make_place(struct dir *dir)
{
    if (dir->place_count < dir->place_room) {
        return 0;
    }
    if (dir->live <= dir->place_room / 2 && dir->place_room > 0) {
        compact(dir);
        return 0;
    }
    size_t room = dir->place_room ? dir->place_room * 2 : FIRST_SIZE;
    struct dir_place *fresh = realloc(dir->place, room * sizeof(*fresh));
    if (!fresh) {
        return -ENOMEM;
    }
    dir->place = fresh;
    dir->place_room = room;
    return 0;
}

int dir_add(struct dir *dir, struct fs_name name, struct fs_node *node)
{
    struct dir_entry *entry = malloc(sizeof(*entry) + name.length);

    if (!entry || grow_buckets(dir) || make_place(dir)) {
        free(entry);
        return -ENOMEM;
    }
    if (dir->last_cookie < FS_FIRST_COOKIE) {
        dir->last_cookie = FS_FIRST_COOKIE;
    }
    entry->node = node;
    entry->cookie = ++dir->last_cookie;
    entry->hash = hash_name(name);
    entry->length = (uint32_t)name.length;
    memcpy(entry->name, name.text, name.length);
    struct dir_entry **at = bucket_of(dir, entry->hash);
    entry->next = *at;
    *at = entry;
    dir->place[dir->place_count++] = (struct dir_place){.cookie = entry->cookie, .entry = entry};
    dir->live++;
    return 0;
}

/* Index of the first place with a cookie >= cursor. */
static size_t place_at(const struct dir *dir, uint64_t cursor)
{
    size_t low = 0, high = dir->place_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (dir->place[middle].cookie < cursor) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void dir_remove(struct dir *dir, struct fs_name name)
{
    struct dir_entry **at = find_link(dir, name);

    if (at) {
        struct dir_entry *entry = *at;

        *at = entry->next;
        dir->place[place_at(dir, entry->cookie)].entry = NULL;
        dir->live--;
        free(entry);
    }
}

struct dir_entry *dir_next(const struct dir *dir, uint64_t cursor)
{
    for (size_t i = place_at(dir, cursor); i < dir->place_count; i++) {
        if (dir->place[i].entry) {
            return dir->place[i].entry;
        }
    }
    return NULL;
}

void dir_destroy(struct dir *dir)
{
    for (size_t i = 0; i < dir->place_count; i++) {
        free(dir->place[i].entry);
    }
    free(dir->place);
    free(dir->bucket);
    *dir = (struct dir){0};
}
