/* SPDX-License-Identifier: MIT */
// sources: servers/procmgr/block.c servers/procmgr/stack.c servers/devfs/random.c
// flags: -Iservers
/* The parts of starting a process that need no kernel; and the random generator's cipher. */
#include <chcore/thread.h>
#include <devfs/random.h>
#include <procmgr/block.h>
#include <procmgr/image.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/errno.h>

#include "check.h"

#define STRINGS "/bin/prog\0prog\0arg\0A=1\0"

struct packed {
    struct spawn_head head;
    struct spawn_action actions[3];
    char strings[sizeof(STRINGS) - 1];
};

#define PACKED_SIZE (offsetof(struct packed, strings) + sizeof(STRINGS) - 1)

static struct packed good(void)
{
    struct packed packed = {
        .head = {.version = SPAWN_VERSION, .argc = 2, .envc = 1, .actions = 3},
        .actions = {{SPAWN_DUP, 5, 1, 0}, {SPAWN_DUP, 1, 2, 0}, {SPAWN_CLOSE, 0, 5, 0}},
    };

    memcpy(packed.strings, STRINGS, sizeof(packed.strings));
    return packed;
}

TEST(spawn_block_is_taken_apart)
{
    struct packed packed = good();
    struct spawn_block block;

    CHECK_EQ(spawn_block_parse(&packed, PACKED_SIZE, &block), 0);
    CHECK_STR_EQ(block.path, "/bin/prog");
    CHECK_STR_EQ(block.strings, "prog");
    CHECK_EQ(block.strings_size, 13);
}

TEST(spawn_block_truncated_or_wrong_is_refused)
{
    struct spawn_block block;

    for (size_t size = 0; size < PACKED_SIZE; size++) {
        uint8_t *copy = malloc(size ? size : 1);
        struct packed packed = good();

        memcpy(copy, &packed, size);
        CHECK_EQ(spawn_block_parse(copy, size, &block), -EINVAL);
        free(copy);
    }
    struct packed packed = good();
    packed.head.argc = UINT32_MAX;
    CHECK_EQ(spawn_block_parse(&packed, PACKED_SIZE, &block), -EINVAL);
    packed = good();
    packed.head.actions = UINT32_MAX;
    CHECK_EQ(spawn_block_parse(&packed, PACKED_SIZE, &block), -EINVAL);
    packed = good();
    packed.head.version = 2;
    CHECK_EQ(spawn_block_parse(&packed, PACKED_SIZE, &block), -EINVAL);
    packed = good();
    packed.head.flags = 1u << 31;
    CHECK_EQ(spawn_block_parse(&packed, PACKED_SIZE, &block), -EINVAL);
    CHECK_EQ(spawn_block_parse(&packed, PROC_BLOCK_MAX + 1, &block), -E2BIG);
}

TEST(spawn_actions_are_done_in_order)
{
    struct packed packed = good();
    struct spawn_block block;
    struct fd_change changes[PROC_MAX_ACTIONS];

    CHECK_EQ(spawn_block_parse(&packed, PACKED_SIZE, &block), 0);
    CHECK_EQ(spawn_actions_resolve(&block, changes), 3);
    CHECK_EQ(changes[0].to, 1);
    CHECK_EQ(changes[0].from, 5);
    CHECK_EQ(changes[1].to, 2);
    CHECK_EQ(changes[1].from, 5); /* 1 is the caller's 5 by then */
    CHECK_EQ(changes[2].to, 5);
    CHECK_EQ(changes[2].from, -1);

    packed.actions[1] = (struct spawn_action){SPAWN_PARENT, 1, 2, 0};
    CHECK_EQ(spawn_actions_resolve(&block, changes), 3);
    CHECK_EQ(changes[1].from, 1);
    packed.actions[1] = (struct spawn_action){SPAWN_DUP, CAP_NOFILE, 2, 0};
    CHECK_EQ(spawn_actions_resolve(&block, changes), -EBADF);
    packed.actions[1] = (struct spawn_action){SPAWN_CLOSE, 0, CAP_NOFILE, 0};
    CHECK_EQ(spawn_actions_resolve(&block, changes), -EBADF);
    packed.actions[1] = (struct spawn_action){SPAWN_CLOSE, 0, 5, 0};
    packed.actions[2] = (struct spawn_action){SPAWN_DUP, 5, 0, 0};
    CHECK_EQ(spawn_actions_resolve(&block, changes), -EBADF);
    packed.actions[2] = (struct spawn_action){77, 5, 0, 0};
    CHECK_EQ(spawn_actions_resolve(&block, changes), -EINVAL);
}

TEST(stack_has_what_a_program_starts_from)
{
    static uint8_t buffer[8192] __attribute__((aligned(16)));
    const uint64_t top = 0x7fff0000;
    struct stack_args args = {
        .execfn = "/bin/prog",
        .strings = "prog\0arg\0A=1",
        .strings_size = 13,
        .argc = 2,
        .envc = 1,
        .pid = 42,
        .uid = 7,
        .entry = 0x400100,
        .start = {.version = 1, .self = 99},
    };
    size_t at = stack_build(buffer, sizeof(buffer), top, &args);
    const uint64_t *sp = (const uint64_t *)(buffer + at);
    const uint64_t base = top - sizeof(buffer);

#define AT(address) (buffer + ((address)-base))
    CHECK(at > 0);
    CHECK_EQ((base + at) % 16, 0);
    CHECK_EQ(sp[0], 2);
    CHECK_STR_EQ((const char *)AT(sp[1]), "prog");
    CHECK_STR_EQ((const char *)AT(sp[2]), "arg");
    CHECK_EQ(sp[3], 0);
    CHECK_STR_EQ((const char *)AT(sp[4]), "A=1");
    CHECK_EQ(sp[5], 0);
    unsigned seen = 0;
    for (const uint64_t *aux = sp + 6; aux[0]; aux += 2) {
        switch (aux[0]) {
        case 9:
            CHECK_EQ(aux[1], 0x400100);
            seen++;
            break;
        case 11:
            CHECK_EQ(aux[1], 7);
            seen++;
            break;
        case 31:
            CHECK_STR_EQ((const char *)AT(aux[1]), "/bin/prog");
            seen++;
            break;
        case AT_CHCORE_START:
            CHECK_EQ(((const struct start_info *)AT(aux[1]))->self, 99);
            seen++;
            break;
        default:
            break;
        }
    }
    CHECK_EQ(seen, 4);
    const struct chcore_thread *block = (const struct chcore_thread *)AT(stack_thread_block(top));
    CHECK_EQ((uintptr_t)block->self, stack_thread_block(top));
    CHECK_EQ(block->tid, 42);
    CHECK_EQ(((const struct start_info *)AT((uint64_t)(uintptr_t)block->start))->version, 1);
}

TEST(stack_that_does_not_fit_is_refused)
{
    static uint8_t buffer[512];
    struct stack_args args = {.execfn = "x", .strings = "x", .strings_size = 2, .argc = 1};

    CHECK_EQ(stack_build(buffer, sizeof(buffer), 0x10000, &args), 0);
}

TEST(random_cipher_is_chacha20)
{
    /* RFC 8439, 2.3.2 */
    uint32_t key[8];
    uint8_t out[64];
    const uint32_t nonce[3] = {0x09000000, 0x4a000000, 0};
    static const uint8_t first[8] = {0x10, 0xf1, 0xe7, 0xe4, 0xd1, 0x3b, 0x59, 0x15};

    for (unsigned i = 0; i < 8; i++) {
        key[i] = 0x03020100 + i * 0x04040404;
    }
    chacha20_block(key, 1, nonce, out);
    CHECK_EQ(memcmp(out, first, sizeof(first)), 0);
}
