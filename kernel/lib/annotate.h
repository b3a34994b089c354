/* SPDX-License-Identifier: MIT */
/*
 * Contracts in signatures. clang checks them (-Wthread-safety, noderef); gcc, which builds the
 * kernel, only sees the ones it knows.
 */
#pragma once

#if defined(__clang__)
#define THREAD_SAFETY(x) __attribute__((x))
#define __user           __attribute__((noderef)) /* a user address: only uaccess follows it */
#else
#define THREAD_SAFETY(x)
#define __user
#endif

#define LOCKABLE                  THREAD_SAFETY(capability("lock"))
#define REQUIRES(...)             THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define EXCLUDES(...)             THREAD_SAFETY(locks_excluded(__VA_ARGS__))
#define ACQUIRES(...)             THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define RELEASES(...)             THREAD_SAFETY(release_capability(__VA_ARGS__))
#define TRY_ACQUIRES(result, ...) THREAD_SAFETY(try_acquire_capability(result, __VA_ARGS__))
/* For functions that lock what clang cannot follow (two locks in address order, a loop). */
#define NO_THREAD_SAFETY THREAD_SAFETY(no_thread_safety_analysis)

#define __must_check     __attribute__((warn_unused_result))
#define __printf_like(f) __attribute__((format(printf, f, (f) + 1)))
#define __section(name)  __attribute__((section(name), used))
#define __aligned(n)     __attribute__((aligned(n)))
#define __unused         __attribute__((unused))
#define __noreturn       __attribute__((noreturn))
