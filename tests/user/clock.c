/* SPDX-License-Identifier: MIT */
/* Clocks and sleeping. */
#define _GNU_SOURCE
#include "check.h"

#include <stdint.h>
#include <sys/time.h>
#include <time.h>

static int64_t now_ns(clockid_t clock)
{
    struct timespec ts;
    CHECK_EQ(clock_gettime(clock, &ts), 0);
    CHECK(ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

TEST(monotonic_time_never_goes_back)
{
    int64_t last = now_ns(CLOCK_MONOTONIC);
    int moved = 0;
    for (int i = 0; i < 20000; i++) {
        const int64_t now = now_ns(CLOCK_MONOTONIC);
        CHECK(now >= last);
        moved |= now > last;
        last = now;
    }
    CHECK(moved);
}

TEST(the_wall_clocks_agree)
{
    struct timeval tv;
    const int64_t before = now_ns(CLOCK_REALTIME);
    CHECK_EQ(gettimeofday(&tv, NULL), 0);
    const time_t seconds = time(NULL);
    const int64_t after = now_ns(CLOCK_REALTIME);
    const int64_t us = (int64_t)tv.tv_sec * 1000000 + tv.tv_usec;
    CHECK(us >= before / 1000 && us <= after / 1000);
    CHECK(seconds >= before / 1000000000 && seconds <= after / 1000000000);
}

TEST(resolutions_are_told)
{
    struct timespec ts;
    CHECK_EQ(clock_getres(CLOCK_MONOTONIC, &ts), 0);
    CHECK(ts.tv_sec == 0 && ts.tv_nsec > 0 && ts.tv_nsec <= 1000000);
    CHECK_FAILS(clock_gettime(77, &ts), EINVAL);
    CHECK_FAILS(clock_getres(77, &ts), EINVAL);
}

TEST(sleep_lasts_long_enough)
{
    const struct timespec nap = {0, 20000000};
    const int64_t before = now_ns(CLOCK_MONOTONIC);
    CHECK_EQ(nanosleep(&nap, NULL), 0);
    const int64_t slept = now_ns(CLOCK_MONOTONIC) - before;
    CHECK(slept >= 20000000);
    CHECK_EQ(usleep(1000), 0);
    CHECK_EQ(sleep(0), 0);
}

TEST(sleep_until_a_moment)
{
    const int64_t until = now_ns(CLOCK_MONOTONIC) + 15000000;
    const struct timespec ts = {until / 1000000000, until % 1000000000};
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL), 0);
    CHECK(now_ns(CLOCK_MONOTONIC) >= until);
    const struct timespec past = {0, 1};
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL), 0);
    const struct timespec wrong = {0, 1000000000};
    CHECK_FAILS(nanosleep(&wrong, NULL), EINVAL);
    const struct timespec negative = {-1, 0};
    CHECK_FAILS(nanosleep(&negative, NULL), EINVAL);
}

TEST(processor_time_is_used_by_work_only)
{
    const int64_t before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    volatile unsigned work = 0;
    int64_t after = before;
    for (int i = 0; i < 1000 && after == before; i++) {
        for (int k = 0; k < 100000; k++) {
            work += (unsigned)k;
        }
        after = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    }
    CHECK(after > before);
    const struct timespec nap = {0, 300000000};
    const int64_t start = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    CHECK_EQ(nanosleep(&nap, NULL), 0);
    CHECK(now_ns(CLOCK_PROCESS_CPUTIME_ID) - start < 200000000);
    CHECK(clock() != (clock_t)-1);
}

TEST(calendar_dates)
{
    const time_t moment = 1234567890;
    struct tm tm;
    char text[64];
    CHECK(gmtime_r(&moment, &tm));
    CHECK(strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %a %j", &tm));
    CHECK_STR_EQ(text, "2009-02-13 23:31:30 Fri 044");
    CHECK_EQ(timegm(&tm), moment);
    CHECK(asctime_r(&tm, text));
    CHECK_STR_EQ(text, "Fri Feb 13 23:31:30 2009\n");
}
