/* SPDX-License-Identifier: MIT */
/*
 * The initial stack, from its top down: the thread's block, start_info, strings, 16 random bytes,
 * auxv, envp, argv, argc. Without a system call: tests/host builds it, too.
 */
#include "image.h"

#include <chcore/string.h>
#include <chcore/thread.h>
#include <uapi/vm.h>

enum auxv_type {
    AT_NULL = 0,
    AT_PHDR = 3,
    AT_PHENT = 4,
    AT_PHNUM = 5,
    AT_PAGESZ = 6,
    AT_ENTRY = 9,
    AT_UID = 11,
    AT_EUID = 12,
    AT_GID = 13,
    AT_EGID = 14,
    AT_HWCAP = 16,
    AT_SECURE = 23,
    AT_RANDOM = 25,
    AT_EXECFN = 31,
};
#define HWCAP_FP_ASIMD 3u
#define AUXV_COUNT     16ul

struct builder {
    uint8_t *buffer;
    size_t at;     /* everything from here on is in use */
    uint64_t base; /* address of buffer[0] */
};

static uint64_t put(struct builder *b, const void *from, size_t n, size_t align)
{
    b->at = (b->at - n) & ~(align - 1);
    memcpy(b->buffer + b->at, from, n);
    return b->base + b->at;
}

/* The next of the packed strings. */
static const char *next_string(const char *s)
{
    return s + strlen(s) + 1;
}

static uint64_t *put_pointers(uint64_t *to, uint64_t strings, const char **s, const char *first,
                              uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        *to++ = strings + (uint64_t)(*s - first);
        *s = next_string(*s);
    }
    *to++ = 0;
    return to;
}

static uint64_t *put_auxv(uint64_t *to, const struct stack_args *args, const uint64_t fixed[3])
{
    const uint64_t auxv[AUXV_COUNT][2] = {
        {AT_PHDR, args->phdr},
        {AT_PHENT, ELF_PHENT_SIZE},
        {AT_PHNUM, args->phnum},
        {AT_PAGESZ, VM_PAGE_SIZE},
        {AT_ENTRY, args->entry},
        {AT_UID, args->uid},
        {AT_EUID, args->euid},
        {AT_GID, args->gid},
        {AT_EGID, args->egid},
        {AT_HWCAP, HWCAP_FP_ASIMD},
        {AT_SECURE, 0},
        {AT_RANDOM, fixed[0]},
        {AT_EXECFN, fixed[1]},
        {AT_CHCORE_START, fixed[2]},
        {AT_NULL, 0},
    };

    memcpy(to, auxv, sizeof(auxv));
    return to + 2 * AUXV_COUNT;
}

static size_t bytes_needed(const struct stack_args *args)
{
    size_t pointers = 1 + args->argc + 1 + args->envc + 1 + 2 * AUXV_COUNT;

    return sizeof(struct chcore_thread) + sizeof(struct start_info) + args->strings_size +
           strlen(args->execfn) + 1 + sizeof(args->random) + pointers * 8 + 64;
}

size_t stack_build(uint8_t *buffer, size_t size, uint64_t top, const struct stack_args *args)
{
    struct builder b = {.buffer = buffer, .at = size, .base = top - size};
    size_t words = 1 + args->argc + 1 + args->envc + 1 + 2 * AUXV_COUNT;
    struct chcore_thread thread = {.tid = args->pid, .pid = args->pid};
    uint64_t fixed[3];

    if (bytes_needed(args) > size) {
        return 0;
    }
    memset(buffer, 0, size);
    thread.self = (struct chcore_thread *)(uintptr_t)stack_thread_block(top);
    thread.start =
        (const struct start_info *)(uintptr_t)(stack_thread_block(top) - sizeof(struct start_info));
    put(&b, &thread, sizeof(thread), 16);
    fixed[2] = put(&b, &args->start, sizeof(args->start), 16);
    fixed[1] = put(&b, args->execfn, strlen(args->execfn) + 1, 1);
    uint64_t strings = put(&b, args->strings, args->strings_size, 1);
    fixed[0] = put(&b, args->random, sizeof(args->random), 16);

    b.at = (b.at - words * 8) & ~(size_t)15;
    uint64_t *to = (uint64_t *)(buffer + b.at);
    const char *s = args->strings;
    *to++ = args->argc;
    to = put_pointers(to, strings, &s, args->strings, args->argc);
    to = put_pointers(to, strings, &s, args->strings, args->envc);
    put_auxv(to, args, fixed);
    return b.at;
}
