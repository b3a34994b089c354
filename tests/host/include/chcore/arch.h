/* SPDX-License-Identifier: MIT */
/* In place of libchcore's inline assembly: calls go to the fake kernel of the test. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <uapi/syscall.h>

long fake_syscall(uint64_t nr, const uint64_t a[6]);
long fake_ipc_call(uint64_t connection, uint64_t token, uint64_t caps, uint64_t words[8],
                   uint64_t *handles);
extern void *fake_thread_block;
extern uint64_t fake_ticks;

#define svc0(nr)                   fake_syscall(nr, (const uint64_t[6]){0})
#define svc1(nr, a)                fake_syscall(nr, (const uint64_t[6]){a})
#define svc2(nr, a, b)             fake_syscall(nr, (const uint64_t[6]){a, b})
#define svc3(nr, a, b, c)          fake_syscall(nr, (const uint64_t[6]){a, b, c})
#define svc4(nr, a, b, c, d)       fake_syscall(nr, (const uint64_t[6]){a, b, c, d})
#define svc5(nr, a, b, c, d, e)    fake_syscall(nr, (const uint64_t[6]){a, b, c, d, e})
#define svc6(nr, a, b, c, d, e, f) fake_syscall(nr, (const uint64_t[6]){a, b, c, d, e, f})

static inline long arch_ipc_call(uint64_t connection, uint64_t deadline, uint64_t token,
                                 uint64_t caps, uint64_t words[8], uint64_t *handles)
{
    return fake_ipc_call(connection, token, caps, words, handles);
}

static inline void *arch_thread_block(void)
{
    return fake_thread_block;
}

static inline uint64_t arch_ticks(void)
{
    return fake_ticks;
}

static inline void arch_relax(void)
{
}
