/* SPDX-License-Identifier: MIT */
/* Lines to the kernel's log, and the end of a program that finds itself broken. */
#include <chcore/print.h>
#include <chcore/syscall.h>

#define STATUS_ABORTED 6 /* as wait(2) has it: ended by SIGABRT */

static void log_vprintf(const char *format, va_list args)
{
    char line[LOG_LINE_MAX];
    int length = chcore_vsnprintf(line, sizeof(line), format, args);

    if (length >= (int)sizeof(line)) {
        length = sizeof(line) - 1;
        line[length - 1] = '\n';
    }
    sys_log_write(line, (size_t)length);
}

void log_printf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vprintf(format, args);
    va_end(args);
}

void panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vprintf(format, args);
    va_end(args);
    for (;;) {
        sys_cap_group_kill(CAP_SELF, STATUS_ABORTED);
    }
}
