/* SPDX-License-Identifier: MIT */
/* Reading of cpio "newc" archives (cpio.h). */
#include "cpio.h"

#include <stdbool.h>
#include <uapi/errno.h>

#define HEADER_SIZE 110ul
#define FIELD_SIZE  8ul
#define NAME_MAX    8192ul /* names may be filled up with NULs to align the data */

enum field {
    FIELD_INODE,
    FIELD_MODE,
    FIELD_UID,
    FIELD_GID,
    FIELD_LINKS,
    FIELD_MTIME,
    FIELD_SIZE_LOW,
    FIELD_DEV_MAJOR,
    FIELD_DEV_MINOR,
    FIELD_RDEV_MAJOR,
    FIELD_RDEV_MINOR,
    FIELD_NAME_SIZE,
    FIELD_CHECK,
    FIELD_COUNT,
};

static const char magic[6] = {'0', '7', '0', '7', '0', '1'};
static const char trailer[] = "TRAILER!!!";

void cpio_open(struct cpio_reader *reader, const void *base, size_t size)
{
    reader->base = base;
    reader->size = size;
    reader->at = 0;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_field(const uint8_t *header, enum field field, uint32_t *value)
{
    const uint8_t *digits = header + sizeof(magic) + field * FIELD_SIZE;
    uint32_t result = 0;

    for (size_t i = 0; i < FIELD_SIZE; i++) {
        int digit = hex_digit(digits[i]);

        if (digit < 0) {
            return false;
        }
        result = result << 4 | (uint32_t)digit;
    }
    *value = result;
    return true;
}

static size_t align4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

static bool bytes_equal(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;

    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return false;
        }
    }
    return true;
}

/* Length of the name: the field may be filled up with NULs. */
static size_t name_length(const char *name, size_t field)
{
    size_t n = 0;

    while (n < field && name[n]) {
        n++;
    }
    return n;
}

/* Parse the entry at reader->at, of which at least a header is there. */
static int parse_entry(struct cpio_reader *reader, struct cpio_entry *entry)
{
    const uint8_t *header = reader->base + reader->at;
    size_t left = reader->size - reader->at;
    uint32_t value[FIELD_COUNT];

    if (!bytes_equal(header, magic, sizeof(magic))) {
        return -EILSEQ;
    }
    for (enum field field = 0; field < FIELD_COUNT; field++) {
        if (!read_field(header, field, &value[field])) {
            return -EILSEQ;
        }
    }
    size_t name_size = value[FIELD_NAME_SIZE];
    if (name_size == 0 || name_size > NAME_MAX || name_size > left - HEADER_SIZE) {
        return -EILSEQ;
    }
    size_t data = align4(HEADER_SIZE + name_size);
    size_t size = value[FIELD_SIZE_LOW];
    if (data > left || size > left - data || header[HEADER_SIZE + name_size - 1] != 0) {
        return -EILSEQ;
    }

    entry->name = (const char *)header + HEADER_SIZE;
    entry->name_length = name_length(entry->name, name_size);
    entry->data_offset = reader->at + data;
    entry->data = header + data;
    entry->size = size;
    entry->mode = value[FIELD_MODE];
    entry->inode = value[FIELD_INODE];
    entry->uid = value[FIELD_UID];
    entry->gid = value[FIELD_GID];
    entry->links = value[FIELD_LINKS];
    entry->mtime = value[FIELD_MTIME];

    size_t next = align4(entry->data_offset + size);
    reader->at = next < reader->size ? next : reader->size;
    return 1;
}

static bool is_trailer(const struct cpio_entry *entry)
{
    return entry->name_length == sizeof(trailer) - 1 &&
           bytes_equal(entry->name, trailer, sizeof(trailer) - 1);
}

int cpio_next(struct cpio_reader *reader, struct cpio_entry *entry)
{
    for (;;) {
        /* Zeroes fill the space between two archives and behind the last one. */
        while (reader->at < reader->size && reader->base[reader->at] == 0) {
            reader->at++;
        }
        if (reader->at == reader->size) {
            return 0;
        }
        if (reader->size - reader->at < HEADER_SIZE) {
            return -EILSEQ;
        }
        int found = parse_entry(reader, entry);
        if (found != 1 || !is_trailer(entry)) {
            return found;
        }
    }
}

/* Without leading "/" and "./". */
static void strip_lead(const char **name, size_t *length)
{
    while (*length > 0 &&
           ((*name)[0] == '/' || ((*name)[0] == '.' && *length > 1 && (*name)[1] == '/'))) {
        (*name)++;
        (*length)--;
    }
}

int cpio_find(const void *base, size_t size, const char *name, struct cpio_entry *entry)
{
    struct cpio_reader reader;
    struct cpio_entry candidate;
    size_t wanted = 0;
    int found, result = 0;

    while (name[wanted]) {
        wanted++;
    }
    cpio_open(&reader, base, size);
    while ((found = cpio_next(&reader, &candidate)) == 1) {
        const char *other = candidate.name;
        size_t length = candidate.name_length;

        strip_lead(&other, &length);
        if (length == wanted && bytes_equal(other, name, wanted)) {
            *entry = candidate;
            result = 1;
        }
    }
    return result ? result : found;
}
