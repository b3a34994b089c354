/* SPDX-License-Identifier: MIT */
/*
 * Copying and filling without SIMD registers: 32 bytes a turn, which the compiler makes ldp/stp of,
 * then what is left. Normal memory takes unaligned words, so nothing is aligned first.
 */
#include <chcore/string.h>
#include <stdint.h>

/* A word anywhere, of any type. */
struct word {
    uint64_t v;
} __attribute__((packed, may_alias));

struct block {
    uint64_t v[4];
} __attribute__((packed, may_alias));

/* The compiler must not turn these loops into calls of the functions that they implement. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

static void copy_short(char *d, const char *s, size_t n)
{
    while (n >= sizeof(struct word)) {
        *(struct word *)d = *(const struct word *)s;
        d += sizeof(struct word);
        s += sizeof(struct word);
        n -= sizeof(struct word);
    }
    while (n > 0) {
        *d++ = *s++;
        n--;
    }
}

static void copy_forward(char *d, const char *s, size_t n)
{
    while (n >= sizeof(struct block)) {
        *(struct block *)d = *(const struct block *)s;
        d += sizeof(struct block);
        s += sizeof(struct block);
        n -= sizeof(struct block);
    }
    copy_short(d, s, n);
}

static void copy_backward(char *d, const char *s, size_t n)
{
    while (n >= sizeof(struct block)) {
        n -= sizeof(struct block);
        struct block moved = *(const struct block *)(s + n);
        *(struct block *)(d + n) = moved;
    }
    while (n > 0) {
        n--;
        d[n] = s[n];
    }
}

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
    copy_forward(dst, src, n);
    return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
    /* Forward is right unless dst lies inside the source; a block is read before it is written. */
    if ((uintptr_t)dst - (uintptr_t)src >= n) {
        copy_forward(dst, src, n);
    } else {
        copy_backward(dst, src, n);
    }
    return dst;
}

void *memset(void *dst, int byte, size_t n)
{
    char *d = dst;
    uint64_t word = (uint8_t)byte * 0x0101010101010101ull;

    while (n >= sizeof(struct block)) {
        *(struct block *)d = (struct block){{word, word, word, word}};
        d += sizeof(struct block);
        n -= sizeof(struct block);
    }
    while (n >= sizeof(struct word)) {
        ((struct word *)d)->v = word;
        d += sizeof(struct word);
        n -= sizeof(struct word);
    }
    while (n > 0) {
        *d++ = (char)byte;
        n--;
    }
    return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a;
    const unsigned char *q = b;

    while (n >= sizeof(struct word) && ((const struct word *)p)->v == ((const struct word *)q)->v) {
        p += sizeof(struct word);
        q += sizeof(struct word);
        n -= sizeof(struct word);
    }
    for (; n > 0; n--, p++, q++) {
        if (*p != *q) {
            return *p - *q;
        }
    }
    return 0;
}

void *memchr(const void *s, int byte, size_t n)
{
    const unsigned char *p = s;

    for (; n > 0; n--, p++) {
        if (*p == (unsigned char)byte) {
            return (void *)(uintptr_t)p;
        }
    }
    return NULL;
}
