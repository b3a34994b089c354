/* SPDX-License-Identifier: MIT */
/*
 * Checks and decodes the head of an ELF executable (ELF-64 object file format; ELF for the Arm
 * 64-bit architecture, IHI 0056) into the list of what to map. The bytes may be hostile: after
 * elf_parse every number in struct elf_image is inside its bounds and no two segments overlap.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ELF_MAX_SEGMENTS 16ul
#define ELF_MAX_HEADERS  64ul /* program headers looked at */
#define ELF_HEAD_SIZE    64ul /* of the file header */
#define ELF_PHENT_SIZE   56ul

struct elf_segment {
    uint64_t address; /* as in the file: unaligned, not moved by the load bias */
    uint64_t memory_size;
    uint64_t file_offset;
    uint64_t file_size;
    uint32_t flags; /* VM_READ | VM_WRITE | VM_EXEC */
};

struct elf_image {
    uint64_t entry;
    uint64_t low, high;    /* pages that the segments cover: [low, high), page aligned */
    uint64_t phdr_address; /* where the program headers lie in memory, 0 if in no segment */
    uint32_t phdr_count;
    uint32_t segment_count;
    uint32_t position_independent; /* ET_DYN: may be moved as a whole */
    struct elf_segment segment[ELF_MAX_SEGMENTS];
};

/* Where the program headers lie: what has to be read before elf_parse. 0 or -ENOEXEC. */
int elf_headers_extent(const void *bytes, size_t size, uint64_t *offset, uint64_t *length);

/*
 * head_bytes: the file's first ELF_HEAD_SIZE bytes at least; headers: its program headers, as
 * elf_headers_extent said; file_size: of the whole file. 0, or -ENOEXEC for anything that is not a
 * static executable for this machine.
 */
int elf_parse(const void *head_bytes, const void *headers, uint64_t file_size,
              struct elf_image *image);
