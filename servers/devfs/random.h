/* SPDX-License-Identifier: MIT */
/*
 * Random bytes: ChaCha20 (RFC 8439) in counter mode, the key replaced after each request. The seed
 * is the counter's jitter, as there is no better source on these boards: good against accidents,
 * not for keys (docs/caveats.md).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct random_state {
    uint32_t key[8];
    uint64_t counter;
};

/* Mix some words into the key. */
void random_stir(struct random_state *state, const uint64_t *words, size_t count);
/* n bytes; the key that made them cannot be found from what is left. */
void random_bytes(struct random_state *state, uint8_t *out, size_t n);
/* One block of the cipher: for the test against the RFC's vector. */
void chacha20_block(const uint32_t key[8], uint32_t counter, const uint32_t nonce[3],
                    uint8_t out[64]);
