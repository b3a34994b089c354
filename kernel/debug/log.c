/* SPDX-License-Identifier: MIT */
/* The kernel's log: a ring of bytes, and the UART until the console server has it. */
#include <arch/timer.h>
#include <debug/log.h>
#include <lib/lock.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <plat/uart.h>

enum { RING_SIZE = 1 << 16, LINE_MAX = 192 };

static struct spinlock log_lock = SPINLOCK_INIT(LOCK_LOG);

/* Protected by log_lock: */
static char ring[RING_SIZE];
static u64 ring_end; /* bytes ever written; byte i lies at i % RING_SIZE */

static bool console_owned = true; /* cleared once, at boot's end */

static void ring_write(const char *bytes, size_t n)
{
    size_t at = ring_end % RING_SIZE;
    size_t first = MIN(n, RING_SIZE - at);

    memcpy(ring + at, bytes, first);
    memcpy(ring, bytes + first, n - first);
    ring_end += n;
}

static void ring_read(u64 pos, char *buf, size_t n)
{
    size_t at = pos % RING_SIZE;
    size_t first = MIN(n, RING_SIZE - at);

    memcpy(buf, ring + at, first);
    memcpy(buf + first, ring, n - first);
}

void log_info(const char *scope, const char *fmt, ...)
{
    char line[LINE_MAX];
    u64 us = timer_ticks_to_ns(timer_now()) / 1000;
    size_t len =
        ksnprintf(line, sizeof(line), "%3lu.%06lu %-7s ", us / 1000000, us % 1000000, scope);
    va_list args;

    va_start(args, fmt);
    len += kvsnprintf(line + len, sizeof(line) - len, fmt, args);
    va_end(args);
    len = MIN(len, sizeof(line) - 2);

    spin_lock(&log_lock);
    line[len] = '\n';
    ring_write(line, len + 1);
    if (console_owned) {
        uart_write(line, len);
        uart_write("\r\n", 2);
    }
    spin_unlock(&log_lock);
}

void log_console_release(void)
{
    spin_lock(&log_lock);
    console_owned = false;
    spin_unlock(&log_lock);
}

bool log_console_owned(void)
{
    return load_relaxed(&console_owned);
}

size_t log_read(u64 *pos, char *buf, size_t n)
{
    spin_lock(&log_lock);
    u64 oldest = ring_end > RING_SIZE ? ring_end - RING_SIZE : 0;

    *pos = MIN(MAX(*pos, oldest), ring_end);
    n = MIN(n, ring_end - *pos);
    ring_read(*pos, buf, n);
    *pos += n;
    spin_unlock(&log_lock);
    return n;
}
