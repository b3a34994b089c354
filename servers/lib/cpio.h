/* SPDX-License-Identifier: MIT */
/*
 * Reads cpio archives of the "newc" format (cpio(5)), one entry after the other, in memory that may
 * hold anything: no field is believed before it is checked. Archives may be concatenated, with
 * zeroes between them, as for the initial ramdisk of Linux.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct cpio_reader {
    const uint8_t *base;
    size_t size;
    size_t at; /* offset of the next entry */
};

struct cpio_entry {
    const char
        *name; /* not terminated at name_length if the archive says otherwise: use the length */
    size_t name_length;
    const uint8_t *data;
    size_t data_offset; /* in the archive */
    size_t size;
    uint32_t mode, inode, uid, gid, links, mtime;
};

void cpio_open(struct cpio_reader *reader, const void *base, size_t size);

/* 1 and the next entry; 0 at the end; -EILSEQ when the archive is damaged here. */
int cpio_next(struct cpio_reader *reader, struct cpio_entry *entry);

/* 1 and the entry of that name (without leading "/" or "./"), else as cpio_next. The last one
 * counts. */
int cpio_find(const void *base, size_t size, const char *name, struct cpio_entry *entry);
