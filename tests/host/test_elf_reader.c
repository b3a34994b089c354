/* SPDX-License-Identifier: MIT */
// sources: servers/lib/elf.c
// flags: -Iservers
/* The reader of ELF headers: a good program, and everything that may be wrong with one. */
#include <lib/elf.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/errno.h>
#include <uapi/vm.h>

#include "check.h"

#define FILE_SIZE 0x3000u

struct program {
    uint8_t head[64];
    uint8_t headers[4][56];
};

static void put(uint8_t *at, uint64_t value, size_t n)
{
    memcpy(at, &value, n);
}

static void set_header(uint8_t *ph, const uint64_t v[7])
{
    put(ph, v[0], 4);      /* type */
    put(ph + 4, v[1], 4);  /* flags */
    put(ph + 8, v[2], 8);  /* offset */
    put(ph + 16, v[3], 8); /* address */
    put(ph + 32, v[4], 8); /* file size */
    put(ph + 40, v[5], 8); /* memory size */
    put(ph + 48, v[6], 8);
}

/* Text at 0x400000 with the headers in it, data and bss at 0x411ff0. */
static struct program good(void)
{
    struct program p = {.head = {0x7f, 'E', 'L', 'F', 2, 1, 1}};

    put(p.head + 16, 2, 2);
    put(p.head + 18, 183, 2);
    put(p.head + 24, 0x400100, 8);
    put(p.head + 32, 64, 8);
    put(p.head + 54, 56, 2);
    put(p.head + 56, 2, 2);
    set_header(p.headers[0], (uint64_t[]){1, 5, 0, 0x400000, 0x1800, 0x1800, 0x1000});
    set_header(p.headers[1], (uint64_t[]){1, 6, 0x1ff0, 0x411ff0, 0x100, 0x2000, 0x1000});
    return p;
}

static int parse(const struct program *p, struct elf_image *image)
{
    return elf_parse(p->head, p->headers, FILE_SIZE, image);
}

TEST(elf_good_program_is_understood)
{
    struct program p = good();
    struct elf_image image;
    uint64_t offset, length;

    CHECK_EQ(elf_headers_extent(p.head, sizeof(p.head), &offset, &length), 0);
    CHECK_EQ(offset, 64);
    CHECK_EQ(length, 112);
    CHECK_EQ(parse(&p, &image), 0);
    CHECK_EQ(image.segment_count, 2);
    CHECK_EQ(image.entry, 0x400100);
    CHECK_EQ(image.low, 0x400000);
    CHECK_EQ(image.high, 0x414000);
    CHECK_EQ(image.phdr_address, 0x400040);
    CHECK_EQ(image.phdr_count, 2);
    CHECK_EQ(image.segment[0].flags, VM_READ | VM_EXEC);
    CHECK_EQ(image.segment[1].flags, VM_READ | VM_WRITE);
    CHECK_EQ(image.position_independent, 0);
}

TEST(elf_short_file_is_refused)
{
    struct program p = good();
    uint64_t offset, length;

    for (size_t size = 0; size < 64; size++) {
        CHECK_EQ(elf_headers_extent(p.head, size, &offset, &length), -ENOEXEC);
    }
}

TEST(elf_wrong_machine_class_type_are_refused)
{
    static const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {{0, 0},  {1, 'e'}, {4, 1},   {5, 2},   {6, 0},
                 {16, 1}, {16, 4},  {18, 62}, {54, 32}, {56, 0}};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct program p = good();
        struct elf_image image;

        p.head[wrong[i].at] = wrong[i].value;
        CHECK_EQ(parse(&p, &image), -ENOEXEC);
    }
}

/* Replace the data segment by one with these values; -ENOEXEC is expected. */
static void check_refused(const uint64_t v[7])
{
    struct program p = good();
    struct elf_image image;

    set_header(p.headers[1], v);
    CHECK_EQ(parse(&p, &image), -ENOEXEC);
}

TEST(elf_segments_that_cannot_be_mapped_are_refused)
{
    const uint64_t top = UINT64_MAX;

    check_refused(
        (uint64_t[]){1, 6, 0x1ff0, 0x411ff0, 0x2000, 0x2000, 0x1000});         /* file too short */
    check_refused((uint64_t[]){1, 6, 0x1ff0, 0x411ff0, 0x200, 0x100, 0x1000}); /* memory < file */
    check_refused((uint64_t[]){1, 6, top - 15, 0x411ff0, 0x100, 0x100, 0x1000});
    check_refused((uint64_t[]){1, 6, 0x1ff0, 0x411ff0, 0x100, top, 0x1000});
    check_refused((uint64_t[]){1, 6, 0x1ff0, top - 15, 0x10, 0x10, 0x1000});
    check_refused((uint64_t[]){1, 6, 0x1ff0, 0xffff000000001ff0, 0x100, 0x100, 0x1000});
    check_refused((uint64_t[]){1, 6, 0x1ff0, 0xff0, 0x100, 0x100, 0x1000}); /* page 0 */
    check_refused(
        (uint64_t[]){1, 6, 0x1ff0, 0x411ff8, 0x100, 0x100, 0x1000}); /* offsets disagree */
    check_refused((uint64_t[]){1, 7, 0x1ff0, 0x411ff0, 0x100, 0x100, 0x1000}); /* writable text */
    check_refused((uint64_t[]){1, 6, 0xff0, 0x400ff0, 0x100, 0x100, 0x1000});  /* overlap */
    check_refused((uint64_t[]){1, 6, 0xff0, 0x300ff0, 0x100, 0x100, 0x1000});  /* descending */
    check_refused((uint64_t[]){3, 6, 0x1ff0, 0x411ff0, 0x100, 0x100, 0x1000}); /* an interpreter */
}

TEST(elf_entry_must_be_executable_file_bytes)
{
    static const uint64_t entries[] = {0, 0x3fffff, 0x401800, 0x411ff0, UINT64_MAX};

    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        struct program p = good();
        struct elf_image image;

        put(p.head + 24, entries[i], 8);
        CHECK_EQ(parse(&p, &image), -ENOEXEC);
    }
}

TEST(elf_headers_outside_all_segments_have_no_address)
{
    struct program p = good();
    struct elf_image image;

    put(p.head + 32, 0x2f00, 8);
    CHECK_EQ(parse(&p, &image), 0);
    CHECK_EQ(image.phdr_address, 0);
}

TEST(elf_random_damage_never_escapes_the_bounds)
{
    srand(1);
    for (unsigned round = 0; round < 200000; round++) {
        struct program p = good();
        struct elf_image image;
        uint8_t *bytes = (uint8_t *)&p;

        for (unsigned i = 0; i < 1u + round % 4; i++) {
            bytes[(unsigned)rand() % (64 + 112)] = (uint8_t)rand();
        }
        put(p.head + 56, 1u + round % 4, 2);
        if (parse(&p, &image) != 0) {
            continue;
        }
        CHECK(image.segment_count > 0 && image.segment_count <= ELF_MAX_SEGMENTS);
        for (uint32_t i = 0; i < image.segment_count; i++) {
            const struct elf_segment *s = &image.segment[i];

            CHECK(s->file_size <= s->memory_size);
            CHECK(s->file_size == 0 || s->file_offset + s->file_size <= FILE_SIZE);
            CHECK(s->address + s->memory_size <= USER_LIMIT / 2);
        }
    }
}
