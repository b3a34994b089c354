/* SPDX-License-Identifier: MIT */
/*
 * Clocks, read from the counter and the time page without a call, and sleeping until a deadline in
 * ticks of that counter.
 */
#include "state.h"
#include <chcore/time.h>

#define NS_PER_SEC 1000000000ull

uint64_t chcore_ticks(void)
{
    return arch_ticks();
}

/* One image of the time page, not torn by the kernel's writing. */
static struct time_page read_time_page(void)
{
    const struct time_page *page = (const struct time_page *)chcore_start_info()->time_page;
    struct time_page copy;
    uint32_t before;

    do {
        /* Acquire pairs with the kernel's release of the even count; the fence keeps the copy
         * before the second look, and pairs with the kernel's store of the odd one. */
        while ((before = __atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE)) & 1) {
            arch_relax();
        }
        copy.frequency = __atomic_load_n(&page->frequency, __ATOMIC_RELAXED);
        copy.mult = __atomic_load_n(&page->mult, __ATOMIC_RELAXED);
        copy.shift = __atomic_load_n(&page->shift, __ATOMIC_RELAXED);
        copy.realtime_offset = __atomic_load_n(&page->realtime_offset, __ATOMIC_RELAXED);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while (__atomic_load_n(&page->sequence, __ATOMIC_RELAXED) != before);
    copy.sequence = before;
    copy.reserved = 0;
    return copy;
}

static uint64_t ticks_to_ns(const struct time_page *page, uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)ticks * page->mult >> page->shift);
}

/* Rounded up, so that nobody is woken too early; UINT64_MAX when it is beyond the counter. */
static uint64_t ns_to_ticks(const struct time_page *page, uint64_t ns)
{
    uint64_t whole;

    if (__builtin_mul_overflow(ns / NS_PER_SEC, page->frequency, &whole)) {
        return UINT64_MAX;
    }
    uint64_t part = (ns % NS_PER_SEC * page->frequency + NS_PER_SEC - 1) / NS_PER_SEC;
    return whole > UINT64_MAX - part ? UINT64_MAX : whole + part;
}

uint64_t px_ticks_to_ns(uint64_t ticks)
{
    struct time_page page = read_time_page();

    return ticks_to_ns(&page, ticks);
}

uint64_t chcore_monotonic_ns(void)
{
    return px_ticks_to_ns(chcore_ticks());
}

uint64_t chcore_realtime_ns(void)
{
    struct time_page page = read_time_page();

    return ticks_to_ns(&page, chcore_ticks()) + page.realtime_offset;
}

deadline_t chcore_deadline_after(uint64_t ns)
{
    struct time_page page = read_time_page();
    uint64_t now = chcore_ticks();
    uint64_t ticks = ns_to_ticks(&page, ns);

    return ticks > DEADLINE_NONE - now ? DEADLINE_NONE : now + ticks;
}

/* Nanoseconds of a time; -EINVAL when it is malformed, UINT64_MAX when it is too far away. */
static long timespec_to_ns(const struct lx_timespec *time, uint64_t *ns)
{
    if (time->nsec < 0 || time->nsec >= (int64_t)NS_PER_SEC || time->sec < 0) {
        return -EINVAL;
    }
    bool far = (uint64_t)time->sec >= UINT64_MAX / NS_PER_SEC;
    *ns = far ? UINT64_MAX : (uint64_t)time->sec * NS_PER_SEC + (uint64_t)time->nsec;
    return 0;
}

static struct lx_timespec ns_to_timespec(uint64_t ns)
{
    return (struct lx_timespec){(int64_t)(ns / NS_PER_SEC), (int64_t)(ns % NS_PER_SEC)};
}

static struct lx_timeval ns_to_timeval(uint64_t ns)
{
    return (struct lx_timeval){(int64_t)(ns / NS_PER_SEC), (int64_t)(ns % NS_PER_SEC / 1000)};
}

long px_deadline_relative(const struct lx_timespec *timeout, deadline_t *deadline)
{
    struct lx_timespec time;
    uint64_t ns;

    if (!timeout) {
        *deadline = DEADLINE_NONE;
        return 0;
    }
    long result = px_get(&time, timeout, sizeof(time));
    if (result == 0) {
        result = timespec_to_ns(&time, &ns);
    }
    if (result == 0) {
        *deadline = ns == 0 ? DEADLINE_POLL : chcore_deadline_after(ns);
    }
    return result;
}

long px_deadline_absolute(int clock, const struct lx_timespec *when, deadline_t *deadline)
{
    struct time_page page = read_time_page();
    struct lx_timespec time;
    uint64_t ns;
    long result = px_get(&time, when, sizeof(time));

    if (result == 0) {
        result = timespec_to_ns(&time, &ns);
    }
    if (result != 0) {
        return result;
    }
    if (clock == LX_CLOCK_REALTIME && ns != UINT64_MAX) {
        ns = ns > page.realtime_offset ? ns - page.realtime_offset : 0;
    }
    *deadline = ns_to_ticks(&page, ns);
    return 0;
}

/* CPU time of the process or of the calling thread, in ticks, or -errno. */
static long cpu_ticks(int clock)
{
    struct group_info info = {0};

    if (clock == LX_CLOCK_THREAD_CPUTIME) {
        return sys_thread_control(CAP_THREAD, THREAD_GET_CPU_TIME, 0);
    }
    long result = sys_object_info(CAP_SELF, INFO_GROUP, 0, &info, sizeof(info));
    return result < 0 ? result : (long)info.cpu_ticks;
}

/* The time of a clock in nanoseconds, or -errno. */
static long clock_ns(int clock)
{
    long ticks;

    switch (clock) {
    case LX_CLOCK_REALTIME:
    case LX_CLOCK_REALTIME_COARSE:
        return (long)chcore_realtime_ns();
    case LX_CLOCK_MONOTONIC:
    case LX_CLOCK_MONOTONIC_RAW:
    case LX_CLOCK_MONOTONIC_COARSE:
    case LX_CLOCK_BOOTTIME:
        return (long)chcore_monotonic_ns();
    case LX_CLOCK_PROCESS_CPUTIME:
    case LX_CLOCK_THREAD_CPUTIME:
        ticks = cpu_ticks(clock);
        return ticks < 0 ? ticks : (long)px_ticks_to_ns((uint64_t)ticks);
    default:
        return -EINVAL;
    }
}

long px_clock_gettime(int clock, struct lx_timespec *out)
{
    long ns = clock_ns(clock);

    if (ns < 0) {
        return ns;
    }
    struct lx_timespec time = ns_to_timespec((uint64_t)ns);
    return px_put(out, &time, sizeof(time));
}

long px_clock_getres(int clock, struct lx_timespec *out)
{
    struct time_page page = read_time_page();
    struct lx_timespec step = {0, (int64_t)((NS_PER_SEC + page.frequency - 1) / page.frequency)};
    long ns = clock_ns(clock);

    if (ns < 0) {
        return ns;
    }
    return out ? px_put(out, &step, sizeof(step)) : 0;
}

long px_gettimeofday(struct lx_timeval *out)
{
    struct lx_timeval now = ns_to_timeval(chcore_realtime_ns());

    return out ? px_put(out, &now, sizeof(now)) : 0;
}

/* Sleep; when a signal ends it early, say what is left of it. */
static long sleep_until(deadline_t deadline, struct lx_timespec *left)
{
    uint32_t before = chcore_self()->handlers_run;
    long result;

    do {
        result = px_wait_call(SYS_sleep_until, deadline, 0, 0, 0, 0);
    } while (result == -EINTR && px_wait_undisturbed(before));
    if (result == -EINTR && left) {
        uint64_t now = chcore_ticks();
        struct lx_timespec rest =
            ns_to_timespec(px_ticks_to_ns(deadline > now ? deadline - now : 0));
        result = px_put(left, &rest, sizeof(rest)) < 0 ? -EFAULT : result;
    }
    return result == -ETIMEDOUT ? 0 : result;
}

long px_nanosleep(const struct lx_timespec *time, struct lx_timespec *left)
{
    deadline_t deadline = DEADLINE_NONE;
    long result = px_deadline_relative(time, &deadline);

    return result < 0 ? result : sleep_until(deadline, left);
}

long px_clock_nanosleep(int clock, uint32_t flags, const struct lx_timespec *time,
                        struct lx_timespec *left)
{
    deadline_t deadline = DEADLINE_NONE;

    if (clock != LX_CLOCK_REALTIME && clock != LX_CLOCK_MONOTONIC && clock != LX_CLOCK_BOOTTIME) {
        return clock == LX_CLOCK_PROCESS_CPUTIME ? -ENOTSUP : -EINVAL;
    }
    if (!(flags & LX_TIMER_ABSTIME)) {
        return px_nanosleep(time, left);
    }
    long result = px_deadline_absolute(clock, time, &deadline);
    return result < 0 ? result : sleep_until(deadline, NULL);
}

long px_times(struct lx_tms *out)
{
    long ticks = cpu_ticks(LX_CLOCK_PROCESS_CPUTIME);

    if (ticks < 0) {
        return ticks;
    }
    /* A clock tick is 10 ms here (sysconf(_SC_CLK_TCK) is 100). */
    struct lx_tms times = {.utime = (int64_t)(px_ticks_to_ns((uint64_t)ticks) / 10000000)};
    if (out && px_put(out, &times, sizeof(times)) < 0) {
        return -EFAULT;
    }
    return (long)(chcore_monotonic_ns() / 10000000);
}

long px_getrusage(int who, struct lx_rusage *out)
{
    enum { SELF = 0, THREAD = 1 };

    if (who != SELF && who != THREAD) {
        return -EINVAL;
    }
    long ticks = cpu_ticks(who == THREAD ? LX_CLOCK_THREAD_CPUTIME : LX_CLOCK_PROCESS_CPUTIME);
    if (ticks < 0) {
        return ticks;
    }
    struct lx_rusage usage = {.utime = ns_to_timeval(px_ticks_to_ns((uint64_t)ticks))};
    return px_put(out, &usage, sizeof(usage));
}
