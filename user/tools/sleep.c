/* SPDX-License-Identifier: MIT */
/* sleep seconds: wait; fractions are allowed. */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

int main(int argc, char **argv)
{
    char *end = NULL;
    double seconds = argc == 2 ? strtod(argv[1], &end) : -1;

    if (argc != 2 || end == argv[1] || *end != '\0' || !(seconds >= 0) || seconds > INT32_MAX) {
        return tool_usage("sleep seconds");
    }
    struct timespec left = {.tv_sec = (time_t)seconds};
    left.tv_nsec = (long)((seconds - (double)left.tv_sec) * NS_PER_S);
    while (nanosleep(&left, &left) != 0) {
        if (errno != EINTR) {
            err(1, "nanosleep");
        }
    }
    return 0;
}
