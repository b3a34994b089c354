/* SPDX-License-Identifier: MIT */
/* A program's image in a new address space: segments, stack, time page. */
#pragma once

#include <lib/elf.h>
#include <stddef.h>
#include <uapi/boot.h>
#include <uapi/types.h>

#define STACK_TOP    0x7ffff0000000ul
#define STACK_SIZE   (8ul << 20)
#define TIME_PAGE    0x7ffff0010000ul
#define MOVABLE_BASE 0x400000ul /* where position independent programs go */

/* Bytes of a file as a pmo: the ramdisk for servers, the file itself for programs. */
struct image_source {
    cap_t pmo;
    uint64_t offset; /* of the file in the pmo, page aligned */
};

/* Map all segments. 0 or -errno; the caller drops the vmspace when it fails. */
long image_map(cap_t vmspace, const struct image_source *source, const struct elf_image *image,
               uint64_t bias);

/* What goes onto the initial stack. Strings are packed, each with its NUL. */
struct stack_args {
    const char *execfn;
    const char *strings; /* argc arguments, then envc of environment */
    size_t strings_size;
    uint32_t argc, envc;
    uint32_t pid;
    uint32_t uid, gid, euid, egid;
    uint64_t entry, phdr, phnum;
    uint8_t random[16];
    struct start_info start;
};

/*
 * stack.c (pure): the bytes from the returned offset of buffer[size] on are the top of the stack,
 * whose end is at address `top`. The offset is the stack pointer's; 0 when they do not fit.
 */
size_t stack_build(uint8_t *buffer, size_t size, uint64_t top, const struct stack_args *args);

/* Where stack_build puts the first thread's block. */
static inline uint64_t stack_thread_block(uint64_t top)
{
    return top - 256;
}

/* Make and map the stack. *sp is set. 0 or -errno. */
long image_stack(cap_t vmspace, const struct stack_args *args, uint64_t *sp);
