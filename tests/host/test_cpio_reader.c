/* SPDX-License-Identifier: MIT */
// sources: servers/lib/cpio.c
// flags: -Iservers
/* The reader of cpio archives, against whole, damaged and truncated ones. */
#include <lib/cpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/errno.h>

#include "check.h"

struct archive {
    uint8_t bytes[4096];
    size_t size;
};

static void add(struct archive *archive, const char *name, uint32_t mode, const char *data)
{
    char header[111];
    size_t name_size = strlen(name) + 1, size = strlen(data);

    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
             7, mode, 1, 2, 1, 1234, size, 0, 0, 0, 0, name_size, 0);
    memcpy(archive->bytes + archive->size, header, 110);
    memcpy(archive->bytes + archive->size + 110, name, name_size);
    archive->size = (archive->size + 110 + name_size + 3) & ~(size_t)3;
    memcpy(archive->bytes + archive->size, data, size);
    archive->size = (archive->size + size + 3) & ~(size_t)3;
}

static struct archive two_files(void)
{
    struct archive archive = {.size = 0};

    add(&archive, "etc/first", 0100644, "one");
    add(&archive, "second", 0100755, "two two");
    add(&archive, "TRAILER!!!", 0, "");
    return archive;
}

/* A copy that ends exactly where the archive does, so that the sanitizer sees a read too far. */
static uint8_t *exact(const struct archive *archive, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    memcpy(copy, archive->bytes, size);
    return copy;
}

TEST(cpio_gives_entries_in_order)
{
    struct archive archive = two_files();
    struct cpio_reader reader;
    struct cpio_entry entry;

    cpio_open(&reader, archive.bytes, archive.size);
    CHECK_EQ(cpio_next(&reader, &entry), 1);
    CHECK_EQ(entry.name_length, 9);
    CHECK_EQ(entry.size, 3);
    CHECK_EQ(memcmp(entry.data, "one", 3), 0);
    CHECK_EQ(entry.mode, 0100644);
    CHECK_EQ(entry.uid, 1);
    CHECK_EQ(entry.gid, 2);
    CHECK_EQ(entry.mtime, 1234);
    CHECK_EQ(cpio_next(&reader, &entry), 1);
    CHECK_EQ(entry.size, 7);
    CHECK_EQ(cpio_next(&reader, &entry), 0);
    CHECK_EQ(cpio_next(&reader, &entry), 0);
}

TEST(cpio_goes_on_in_the_next_archive)
{
    struct archive archive = two_files();
    struct cpio_entry entry;

    archive.size += 512 - archive.size % 512; /* zeroes between */
    add(&archive, "./second", 0100644, "newer");
    add(&archive, "TRAILER!!!", 0, "");
    CHECK_EQ(cpio_find(archive.bytes, archive.size, "second", &entry), 1);
    CHECK_EQ(entry.size, 5);
    CHECK_EQ(cpio_find(archive.bytes, archive.size, "etc/first", &entry), 1);
    CHECK_EQ(cpio_find(archive.bytes, archive.size, "third", &entry), 0);
}

TEST(cpio_name_may_be_filled_up_with_nuls)
{
    struct archive archive = {.size = 0};
    char header[111];
    struct cpio_entry entry;

    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
             7, 0100644, 0, 0, 1, 0, 4, 0, 0, 0, 0, 402, 0);
    memcpy(archive.bytes, header, 110);
    memcpy(archive.bytes + 110, "name", 4);
    memcpy(archive.bytes + 512, "data", 4);
    CHECK_EQ(cpio_find(archive.bytes, 516, "name", &entry), 1);
    CHECK_EQ(entry.data_offset, 512);
}

TEST(cpio_survives_truncation_everywhere)
{
    struct archive archive = two_files();

    for (size_t size = 0; size < archive.size; size++) {
        uint8_t *copy = exact(&archive, size);
        struct cpio_reader reader;
        struct cpio_entry entry;
        int found;

        cpio_open(&reader, copy, size);
        while ((found = cpio_next(&reader, &entry)) == 1) {
            CHECK(entry.data_offset + entry.size <= size);
            CHECK(entry.name_length < size);
        }
        CHECK(found == 0 || found == -EILSEQ);
        free(copy);
    }
}

TEST(cpio_survives_any_changed_byte)
{
    static const uint8_t values[] = {0, '0', '9', 'f', 'F', 'g', 0xff};
    struct archive archive = two_files();

    for (size_t at = 0; at < archive.size; at++) {
        for (size_t v = 0; v < sizeof(values); v++) {
            uint8_t *copy = exact(&archive, archive.size);
            struct cpio_reader reader;
            struct cpio_entry entry;
            unsigned entries = 0;

            copy[at] = values[v];
            cpio_open(&reader, copy, archive.size);
            while (cpio_next(&reader, &entry) == 1) {
                CHECK(entry.data_offset + entry.size <= archive.size);
                CHECK(++entries < 10);
            }
            free(copy);
        }
    }
}
