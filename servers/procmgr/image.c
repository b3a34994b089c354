/* SPDX-License-Identifier: MIT */
/*
 * Mapping of programs (image.h). Nothing here touches a program's pages: text is mapped from the
 * file's own pmo and comes on demand, writable segments are copy-on-write clones.
 */
#include "image.h"

#include <chcore/malloc.h>
#include <chcore/syscall.h>

static uint64_t page_down(uint64_t n)
{
    return n & ~(uint64_t)(VM_PAGE_SIZE - 1);
}

static uint64_t page_up(uint64_t n)
{
    return page_down(n + VM_PAGE_SIZE - 1);
}

static long map(cap_t vmspace, cap_t pmo, uint64_t start, uint64_t length, uint64_t offset,
                uint64_t flags)
{
    long result = sys_vm_map(vmspace, pmo, start, length, offset, flags | VM_FIXED);

    return result < 0 ? result : 0;
}

/* The pages with file bytes, as a copy of their own whose last page is cleared behind them. */
static long map_cleared(cap_t vmspace, const struct image_source *source,
                        const struct elf_segment *segment, uint64_t start, uint64_t used)
{
    static const uint8_t zeroes[VM_PAGE_SIZE];
    uint64_t from = source->offset + page_down(segment->file_offset);
    uint64_t length = page_up(used);
    long result = 0;

    long pmo = sys_pmo_clone(source->pmo, from, length);
    if (pmo < 0) {
        return pmo;
    }
    if (length > used) {
        result = sys_pmo_write((cap_t)pmo, used, zeroes, length - used);
    }
    if (result >= 0) {
        result = map(vmspace, (cap_t)pmo, start, length, 0, segment->flags);
    }
    sys_cap_drop(CAP_SELF, (cap_t)pmo);
    return result < 0 ? result : 0;
}

static long map_segment(cap_t vmspace, const struct image_source *source,
                        const struct elf_segment *segment, uint64_t bias)
{
    uint64_t lead = segment->address % VM_PAGE_SIZE;
    uint64_t start = segment->address - lead + bias;
    uint64_t length = page_up(lead + segment->memory_size);
    uint64_t used = segment->file_size ? lead + segment->file_size : 0; /* bytes from the file */
    uint64_t filled = page_up(used);
    long result = 0;

    if (!(segment->flags & VM_WRITE) && segment->file_size == segment->memory_size) {
        return map(vmspace, source->pmo, start, length,
                   source->offset + page_down(segment->file_offset), segment->flags);
    }
    if (filled > 0) {
        result = map_cleared(vmspace, source, segment, start, used);
    }
    if (result == 0 && length > filled) {
        result = map(vmspace, CAP_NONE, start + filled, length - filled, 0, segment->flags);
    }
    return result;
}

long image_map(cap_t vmspace, const struct image_source *source, const struct elf_image *image,
               uint64_t bias)
{
    long result = 0;

    for (uint32_t i = 0; i < image->segment_count && result == 0; i++) {
        result = map_segment(vmspace, source, &image->segment[i], bias);
    }
    return result;
}

/* Size of the buffer that the top of the stack is built in. */
static size_t top_size(const struct stack_args *args)
{
    size_t n = args->strings_size + ((size_t)args->argc + args->envc) * 8;

    return page_up(n + VM_PAGE_SIZE / 2 + 1024);
}

long image_stack(cap_t vmspace, const struct stack_args *args, uint64_t *sp)
{
    size_t size = top_size(args);
    uint8_t *top = malloc(size);

    if (!top) {
        return -ENOMEM;
    }
    size_t at = stack_build(top, size, STACK_TOP, args);
    long pmo = at == 0 ? -E2BIG : sys_pmo_create(STACK_SIZE, PMO_ANON, 0, 0);
    if (pmo < 0) {
        free(top);
        return pmo;
    }
    long result = sys_pmo_write((cap_t)pmo, STACK_SIZE - (size - at), top + at, size - at);
    if (result >= 0) {
        result = sys_vm_map(vmspace, (cap_t)pmo, STACK_TOP - STACK_SIZE, STACK_SIZE, 0,
                            VM_READ | VM_WRITE | VM_FIXED | VM_GROWSDOWN);
    }
    sys_cap_drop(CAP_SELF, (cap_t)pmo);
    free(top);
    *sp = STACK_TOP - (size - at);
    return result < 0 ? result : 0;
}
