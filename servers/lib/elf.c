/* SPDX-License-Identifier: MIT */
/* Decoding of ELF executables (elf.h). */
#include "elf.h"

#include <stdbool.h>
#include <uapi/errno.h>
#include <uapi/vm.h>

struct elf_header {
    uint8_t magic[4];
    uint8_t class;
    uint8_t data;
    uint8_t version;
    uint8_t padding[9];
    uint16_t type;
    uint16_t machine;
    uint32_t file_version;
    uint64_t entry;
    uint64_t phoff;
    uint64_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};
_Static_assert(sizeof(struct elf_header) == ELF_HEAD_SIZE, "ELF-64");

struct program_header {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t filesz;
    uint64_t memsz;
    uint64_t align;
};
_Static_assert(sizeof(struct program_header) == ELF_PHENT_SIZE, "ELF-64");

enum { ELFCLASS64 = 2, ELFDATA2LSB = 1, ET_EXEC = 2, ET_DYN = 3, EM_AARCH64 = 183 };
enum { PT_LOAD = 1, PT_INTERP = 3 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };

/* The parser copies structures out byte by byte: the buffers need no alignment. */
static void copy_bytes(void *to, const void *from, size_t n)
{
    uint8_t *d = to;
    const uint8_t *s = from;

    for (size_t i = 0; i < n; i++) {
        d[i] = s[i];
    }
}

static int check_head(const struct elf_header *head)
{
    bool ours = head->magic[0] == 0x7f && head->magic[1] == 'E' && head->magic[2] == 'L' &&
                head->magic[3] == 'F' && head->class == ELFCLASS64 && head->data == ELFDATA2LSB &&
                head->version == 1 && head->machine == EM_AARCH64 &&
                (head->type == ET_EXEC || head->type == ET_DYN);

    if (!ours || head->phentsize != ELF_PHENT_SIZE || head->phnum == 0 ||
        head->phnum > ELF_MAX_HEADERS) {
        return -ENOEXEC;
    }
    return 0;
}

int elf_headers_extent(const void *bytes, size_t size, uint64_t *offset, uint64_t *length)
{
    struct elf_header head;

    if (size < sizeof(head)) {
        return -ENOEXEC;
    }
    copy_bytes(&head, bytes, sizeof(head));
    int error = check_head(&head);
    if (error) {
        return error;
    }
    *offset = head.phoff;
    *length = (uint64_t)head.phnum * ELF_PHENT_SIZE;
    return *offset > UINT64_MAX - *length ? -ENOEXEC : 0;
}

static uint64_t page_down(uint64_t address)
{
    return address & ~(uint64_t)(VM_PAGE_SIZE - 1);
}

static uint64_t page_up(uint64_t address)
{
    return page_down(address + VM_PAGE_SIZE - 1);
}

static uint32_t segment_flags(uint32_t flags)
{
    return (flags & PF_R ? VM_READ : 0) | (flags & PF_W ? VM_WRITE : 0) |
           (flags & PF_X ? VM_EXEC : 0);
}

/* Whether a PT_LOAD can be mapped: inside the file, inside user space, page offsets agreeing. */
static bool segment_valid(const struct program_header *ph, uint64_t file_size, bool movable)
{
    uint64_t lowest = movable ? 0 : USER_BASE;

    return ph->filesz <= ph->memsz && ph->offset <= file_size &&
           ph->filesz <= file_size - ph->offset && ph->vaddr >= lowest &&
           ph->vaddr < USER_LIMIT / 2 && ph->memsz < USER_LIMIT / 2 - ph->vaddr &&
           (ph->filesz == 0 || (ph->offset - ph->vaddr) % VM_PAGE_SIZE == 0) &&
           (ph->flags & (PF_W | PF_X)) != (PF_W | PF_X);
}

static int add_segment(struct elf_image *image, const struct program_header *ph, uint64_t file_size)
{
    if (!segment_valid(ph, file_size, image->position_independent)) {
        return -ENOEXEC;
    }
    if (ph->memsz == 0) {
        return 0;
    }
    /* The format wants ascending addresses; with that, one comparison finds every overlap. */
    if (image->segment_count == ELF_MAX_SEGMENTS ||
        (image->segment_count > 0 && page_down(ph->vaddr) < image->high)) {
        return -ENOEXEC;
    }
    if (image->segment_count == 0) {
        image->low = page_down(ph->vaddr);
    }
    image->high = page_up(ph->vaddr + ph->memsz);
    image->segment[image->segment_count++] = (struct elf_segment){
        .address = ph->vaddr,
        .memory_size = ph->memsz,
        .file_offset = ph->offset,
        .file_size = ph->filesz,
        .flags = segment_flags(ph->flags),
    };
    return 0;
}

/* The address at which file bytes [offset, offset + length) appear in memory, 0 if nowhere. */
static uint64_t address_of(const struct elf_image *image, uint64_t offset, uint64_t length)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segment[i];

        if (offset >= s->file_offset && offset - s->file_offset <= s->file_size &&
            length <= s->file_size - (offset - s->file_offset)) {
            return s->address + (offset - s->file_offset);
        }
    }
    return 0;
}

static bool entry_executable(const struct elf_image *image)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segment[i];

        if ((s->flags & VM_EXEC) && image->entry >= s->address &&
            image->entry - s->address < s->file_size) {
            return true;
        }
    }
    return false;
}

int elf_parse(const void *head_bytes, const void *headers, uint64_t file_size,
              struct elf_image *image)
{
    struct elf_header head;
    struct program_header ph;

    copy_bytes(&head, head_bytes, sizeof(head));
    int error = check_head(&head);
    if (error) {
        return error;
    }
    *image = (struct elf_image){
        .entry = head.entry,
        .phdr_count = head.phnum,
        .position_independent = head.type == ET_DYN,
    };
    for (uint32_t i = 0; i < head.phnum; i++) {
        copy_bytes(&ph, (const uint8_t *)headers + i * ELF_PHENT_SIZE, sizeof(ph));
        if (ph.type == PT_INTERP) {
            return -ENOEXEC; /* there is no dynamic loader */
        }
        if (ph.type == PT_LOAD) {
            error = add_segment(image, &ph, file_size);
            if (error) {
                return error;
            }
        }
    }
    if (image->segment_count == 0 || !entry_executable(image)) {
        return -ENOEXEC;
    }
    image->phdr_address = address_of(image, head.phoff, (uint64_t)head.phnum * ELF_PHENT_SIZE);
    return 0;
}
