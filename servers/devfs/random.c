/* SPDX-License-Identifier: MIT */
/* ChaCha20 as a generator (random.h). */
#include "random.h"

#include <chcore/string.h>

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static void quarter(uint32_t s[16], unsigned a, unsigned b, unsigned c, unsigned d)
{
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 7);
}

void chacha20_block(const uint32_t key[8], uint32_t counter, const uint32_t nonce[3],
                    uint8_t out[64])
{
    const uint32_t start[16] = {
        0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0],  key[1],   key[2],   key[3],
        key[4],     key[5],     key[6],     key[7],     counter, nonce[0], nonce[1], nonce[2],
    };
    uint32_t s[16];

    memcpy(s, start, sizeof(s));
    for (unsigned round = 0; round < 10; round++) {
        quarter(s, 0, 4, 8, 12);
        quarter(s, 1, 5, 9, 13);
        quarter(s, 2, 6, 10, 14);
        quarter(s, 3, 7, 11, 15);
        quarter(s, 0, 5, 10, 15);
        quarter(s, 1, 6, 11, 12);
        quarter(s, 2, 7, 8, 13);
        quarter(s, 3, 4, 9, 14);
    }
    for (unsigned i = 0; i < 16; i++) {
        s[i] += start[i];
    }
    memcpy(out, s, sizeof(s)); /* both sides are little-endian */
}

static void next_block(struct random_state *state, uint8_t out[64])
{
    const uint32_t nonce[3] = {(uint32_t)(state->counter >> 32), 0, 0};

    chacha20_block(state->key, (uint32_t)state->counter, nonce, out);
    state->counter++;
}

static void replace_key(struct random_state *state)
{
    uint8_t block[64];

    next_block(state, block);
    memcpy(state->key, block, sizeof(state->key));
}

void random_stir(struct random_state *state, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        state->key[2 * i % 8] ^= (uint32_t)words[i];
        state->key[(2 * i + 1) % 8] ^= (uint32_t)(words[i] >> 32);
        replace_key(state);
    }
}

void random_bytes(struct random_state *state, uint8_t *out, size_t n)
{
    uint8_t block[64];

    while (n > 0) {
        size_t part = n < sizeof(block) ? n : sizeof(block);

        next_block(state, block);
        memcpy(out, block, part);
        out += part;
        n -= part;
    }
    replace_key(state);
}
