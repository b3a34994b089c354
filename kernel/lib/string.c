/* SPDX-License-Identifier: MIT */
/*
 * Memory and string functions. memcpy and memset work 16 bytes at a time (which the compiler turns
 * into ldp/stp) and leave unaligned addresses to the CPU: both sides are normal memory. Compiled so
 * that the compiler does not turn a loop here into a call of the function that it is in.
 */
#include <lib/string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

struct word_pair {
    u64 lo, hi;
} __attribute__((packed, may_alias));

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
    u8 *d = dst;
    const u8 *s = src;

    for (; n >= sizeof(struct word_pair); n -= sizeof(struct word_pair)) {
        *(struct word_pair *)d = *(const struct word_pair *)s;
        d += sizeof(struct word_pair);
        s += sizeof(struct word_pair);
    }
    while (n-- != 0) {
        *d++ = *s++;
    }
    return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
    u8 *d = (u8 *)dst + n;
    const u8 *s = (const u8 *)src + n;

    /* Forwards unless the destination begins inside the source. */
    if ((uintptr_t)dst - (uintptr_t)src >= n) {
        return memcpy(dst, src, n);
    }
    while (n-- != 0) {
        *--d = *--s;
    }
    return dst;
}

void *memset(void *dst, int byte, size_t n)
{
    u64 word = (u8)byte * UINT64_C(0x0101010101010101);
    u8 *d = dst;

    for (; n >= sizeof(struct word_pair); n -= sizeof(struct word_pair)) {
        *(struct word_pair *)d = (struct word_pair){word, word};
        d += sizeof(struct word_pair);
    }
    while (n-- != 0) {
        *d++ = (u8)byte;
    }
    return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const u8 *x = a;
    const u8 *y = b;

    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return x[i] - y[i];
        }
    }
    return 0;
}

size_t strnlen(const char *s, size_t max)
{
    size_t n = 0;

    while (n < max && s[n] != '\0') {
        n++;
    }
    return n;
}

size_t strlen(const char *s)
{
    return strnlen(s, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i] || a[i] == '\0') {
            return (u8)a[i] - (u8)b[i];
        }
    }
    return 0;
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

size_t strlcpy(char *dst, const char *src, size_t size)
{
    size_t len = strlen(src);
    size_t n = MIN(len, size - 1);

    memcpy(dst, src, n);
    dst[n] = '\0';
    return len;
}

void strlcpy_printable(char *dst, const char *src, size_t size)
{
    size_t i = 0;

    for (; i + 1 < size && src[i] != '\0'; i++) {
        dst[i] = (u8)src[i] >= ' ' && (u8)src[i] < 0x7f ? src[i] : '?';
    }
    dst[i] = '\0';
}
