/* SPDX-License-Identifier: MIT */
/*
 * All inline assembly of the user side but the entries in .S files: entering the kernel, the
 * thread's own block, the counter. The host tests put a fake kernel in place of this file.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <uapi/syscall.h>

/*
 * One `svc #1`. x0-x7 go in, x0 comes out, x1-x18 are dead afterwards: those that carry arguments
 * are outputs too, the rest are clobbers.
 */
#define SVC_ARG(n, value) register uint64_t x##n __asm__("x" #n) = (value)
#define SVC_NUMBER        register uint64_t x8 __asm__("x8") = nr
#define SVC_DEAD          "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "memory", "cc"

static inline __attribute__((always_inline)) long svc0(uint64_t nr)
{
    register uint64_t x0 __asm__("x0");
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "=r"(x0), "+r"(x8)
                     :
                     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", SVC_DEAD);
    return (long)x0;
}

static inline __attribute__((always_inline)) long svc1(uint64_t nr, uint64_t a0)
{
    SVC_ARG(0, a0);
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x8)
                     :
                     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", SVC_DEAD);
    return (long)x0;
}

static inline __attribute__((always_inline)) long svc2(uint64_t nr, uint64_t a0, uint64_t a1)
{
    SVC_ARG(0, a0);
    SVC_ARG(1, a1);
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x8)
                     :
                     : "x2", "x3", "x4", "x5", "x6", "x7", SVC_DEAD);
    return (long)x0;
}

static inline __attribute__((always_inline)) long svc3(uint64_t nr, uint64_t a0, uint64_t a1,
                                                       uint64_t a2)
{
    SVC_ARG(0, a0);
    SVC_ARG(1, a1);
    SVC_ARG(2, a2);
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x8)
                     :
                     : "x3", "x4", "x5", "x6", "x7", SVC_DEAD);
    return (long)x0;
}

static inline __attribute__((always_inline)) long svc4(uint64_t nr, uint64_t a0, uint64_t a1,
                                                       uint64_t a2, uint64_t a3)
{
    SVC_ARG(0, a0);
    SVC_ARG(1, a1);
    SVC_ARG(2, a2);
    SVC_ARG(3, a3);
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x8)
                     :
                     : "x4", "x5", "x6", "x7", SVC_DEAD);
    return (long)x0;
}

static inline __attribute__((always_inline)) long svc5(uint64_t nr, uint64_t a0, uint64_t a1,
                                                       uint64_t a2, uint64_t a3, uint64_t a4)
{
    SVC_ARG(0, a0);
    SVC_ARG(1, a1);
    SVC_ARG(2, a2);
    SVC_ARG(3, a3);
    SVC_ARG(4, a4);
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x8)
                     :
                     : "x5", "x6", "x7", SVC_DEAD);
    return (long)x0;
}

/* NOLINTBEGIN(readability-function-size): a system call has seven words */
static inline __attribute__((always_inline)) long
svc6(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    SVC_ARG(0, a0);
    SVC_ARG(1, a1);
    SVC_ARG(2, a2);
    SVC_ARG(3, a3);
    SVC_ARG(4, a4);
    SVC_ARG(5, a5);
    SVC_NUMBER;
    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x8)
                     :
                     : "x6", "x7", SVC_DEAD);
    return (long)x0;
}
/* NOLINTEND(readability-function-size) */

/* FP and SIMD registers are dead across a call, but only code that may use them can say so. */
#if defined(__ARM_NEON)
#define IPC_CLOBBERS                                                                              \
    "x13", "x14", "x15", "x16", "x17", "x18", "memory", "cc", "v0", "v1", "v2", "v3", "v4", "v5", \
        "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26",  \
        "v27", "v28", "v29", "v30", "v31"
#else
#define IPC_CLOBBERS "x13", "x14", "x15", "x16", "x17", "x18", "memory", "cc"
#endif

/* ipc_call with all its registers (uapi/ipc.h); handles may be NULL -> the kernel's status. */
static inline __attribute__((always_inline)) long arch_ipc_call(uint64_t connection,
                                                                uint64_t deadline, uint64_t token,
                                                                uint64_t caps, uint64_t words[8],
                                                                uint64_t *handles)
{
    register uint64_t x0 __asm__("x0") = words[0];
    register uint64_t x1 __asm__("x1") = words[1];
    register uint64_t x2 __asm__("x2") = words[2];
    register uint64_t x3 __asm__("x3") = words[3];
    register uint64_t x4 __asm__("x4") = words[4];
    register uint64_t x5 __asm__("x5") = words[5];
    register uint64_t x6 __asm__("x6") = words[6];
    register uint64_t x7 __asm__("x7") = words[7];
    register uint64_t x8 __asm__("x8") = SYS_ipc_call;
    register uint64_t x9 __asm__("x9") = connection;
    register uint64_t x10 __asm__("x10") = deadline;
    register uint64_t x11 __asm__("x11") = token;
    register uint64_t x12 __asm__("x12") = caps;

    __asm__ volatile("svc #1"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),
                       "+r"(x7), "+r"(x8), "+r"(x9), "+r"(x10), "+r"(x11), "+r"(x12)
                     :
                     : IPC_CLOBBERS);

    words[0] = x0;
    words[1] = x1;
    words[2] = x2;
    words[3] = x3;
    words[4] = x4;
    words[5] = x5;
    words[6] = x6;
    words[7] = x7;
    if (handles) {
        handles[0] = x9;
        handles[1] = x10;
        handles[2] = x11;
        handles[3] = x12;
    }
    return (long)x8;
}

/* TPIDRRO_EL0: the address of the calling thread's own block. */
static inline void *arch_thread_block(void)
{
    void *block;

    __asm__("mrs %0, tpidrro_el0" : "=r"(block));
    return block;
}

static inline uint64_t arch_ticks(void)
{
    uint64_t ticks;

    /* isb: the counter is not read ahead of what stands before (DDI 0487, D11.2.2). */
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}

/* In a loop that waits for another CPU. */
static inline void arch_relax(void)
{
    __asm__ volatile("yield");
}
