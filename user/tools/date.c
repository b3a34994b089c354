/* SPDX-License-Identifier: MIT */
/* date [-u] [+format]: print date and time; -u in UTC. */
#include <err.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_BYTES = 1024 };

int main(int argc, char **argv)
{
    const char *format = "%a %b %e %H:%M:%S %Z %Y";
    char text[TEXT_BYTES];
    struct timespec now;
    struct tm parts;
    int option = 0;

    while ((option = getopt(argc, argv, "u")) != -1) {
        if (option == '?') {
            return tool_usage("date [-u] [+format]");
        }
        setenv("TZ", "UTC0", 1);
    }
    if (optind < argc) {
        if (optind + 1 < argc || argv[optind][0] != '+') {
            return tool_usage("date [-u] [+format]");
        }
        format = argv[optind] + 1;
    }
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || localtime_r(&now.tv_sec, &parts) == NULL) {
        err(1, "clock");
    }
    text[0] = '\0';
    if (strftime(text, sizeof(text), format, &parts) == 0 && *format != '\0') {
        errx(1, "the format gives no text or more than %d bytes", TEXT_BYTES - 1);
    }
    puts(text);
    return tool_end(0);
}
