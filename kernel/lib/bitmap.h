/* SPDX-License-Identifier: MIT */
/* Bitmaps in arrays of 64-bit words; bit i is bit i % 64 of word i / 64. The caller locks. */
#pragma once

#include <lib/types.h>

#define BITMAP_WORDS(bits) (((bits) + 63) / 64)

static inline bool bitmap_test(const u64 *map, size_t bit)
{
    return (map[bit / 64] >> (bit % 64)) & 1;
}

static inline void bitmap_set(u64 *map, size_t bit)
{
    map[bit / 64] |= BIT(bit % 64);
}

static inline void bitmap_clear(u64 *map, size_t bit)
{
    map[bit / 64] &= ~BIT(bit % 64);
}

/* The first clear bit in [from, bits), or bits when there is none. */
static inline size_t bitmap_find_clear(const u64 *map, size_t bits, size_t from)
{
    while (from < bits) {
        u64 clear = ~map[from / 64] >> (from % 64);

        if (clear != 0) {
            size_t bit = from + (size_t)__builtin_ctzll(clear);

            return bit < bits ? bit : bits;
        }
        from = (from / 64 + 1) * 64;
    }
    return bits;
}
