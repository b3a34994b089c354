/* SPDX-License-Identifier: MIT */
/* Run the tests of the .ktests section, in link order. */
#include <arch/exit.h>
#include <debug/ktest.h>
#include <lib/printf.h>
#include <plat/uart.h>

extern const struct ktest _ktests_start[], _ktests_end[];

static bool failed; /* the test that runs */

static void print(const char *fmt, ...) __printf_like(1);
static void print(const char *fmt, ...)
{
    char line[256];
    va_list args;

    va_start(args, fmt);
    size_t len = kvsnprintf(line, sizeof(line), fmt, args);

    va_end(args);
    uart_write(line, MIN(len, sizeof(line) - 1));
}

void ktest_fail(const char *file, int line, const char *what)
{
    failed = true;
    print("  %s:%d: not so: %s\r\n", file, line, what);
}

void ktest_fail_eq(const char *file, int line, const char *what, s64 seen, s64 expected)
{
    failed = true;
    print("  %s:%d: %s: expected %ld, seen %ld\r\n", file, line, what, expected, seen);
}

void ktest_run_all(void)
{
    size_t count = ((uintptr_t)_ktests_end - (uintptr_t)_ktests_start) / sizeof(struct ktest);

    if (count == 0) {
        return;
    }
    unsigned passes = 0;
    unsigned failures = 0;

    for (size_t i = 0; i < count; i++) {
        const struct ktest *test = &_ktests_start[i];

        failed = false;
        test->run();
        print("test %s %s\r\n", test->name, failed ? "FAIL" : "ok");
        passes += !failed;
        failures += failed;
    }
    print("tests %u passed %u failed\r\n", passes, failures);
    machine_exit(failures != 0);
}
