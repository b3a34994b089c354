/* SPDX-License-Identifier: MIT */
/* The scalar types and the few macros that every kernel file uses. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lib/annotate.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

typedef u64 paddr_t;       /* a physical address */
typedef uintptr_t vaddr_t; /* a virtual address, kernel's or user's */
typedef u64 pfn_t;         /* a physical address divided by PAGE_SIZE */

enum { PAGE_SHIFT = 12, PAGE_SIZE = 1 << PAGE_SHIFT };

#define KiB(n) ((u64)(n) << 10)
#define MiB(n) ((u64)(n) << 20)
#define GiB(n) ((u64)(n) << 30)

#define BIT(n)        (UINT64_C(1) << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* align is a power of two; the result has the type of x. */
#define ALIGN_DOWN(x, align) ((__typeof__(x))((x) & ~((__typeof__(x))(align)-1)))
#define ALIGN_UP(x, align) \
    ((__typeof__(x))(((x) + ((__typeof__(x))(align)-1)) & ~((__typeof__(x))(align)-1)))
#define IS_ALIGNED(x, align) (((x) & ((__typeof__(x))(align)-1)) == 0)

#define MIN(a, b)                          \
    __extension__({                        \
        __typeof__(a) min_a_ = (a);        \
        __typeof__(b) min_b_ = (b);        \
        min_a_ < min_b_ ? min_a_ : min_b_; \
    })
#define MAX(a, b)                          \
    __extension__({                        \
        __typeof__(a) max_a_ = (a);        \
        __typeof__(b) max_b_ = (b);        \
        max_a_ > max_b_ ? max_a_ : max_b_; \
    })

/* The struct of the given type whose field `member` is at ptr. */
#define container_of(ptr, type, member)                            \
    __extension__({                                                \
        const __typeof__(((type){0}).member) *member_ptr_ = (ptr); \
        (type *)((uintptr_t)member_ptr_ - offsetof(type, member)); \
    })

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
