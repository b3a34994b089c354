/* SPDX-License-Identifier: MIT */
/* env [-i] [name=value...] [command...]: change the environment for a command, or print it. */
#include <err.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ; /* unistd.h declares it only on demand */

int main(int argc, char **argv)
{
    static char *none[] = {NULL};
    int option = 0;

    while ((option = getopt(argc, argv, "+i")) != -1) {
        if (option == '?') {
            return tool_usage("env [-i] [name=value...] [command [argument...]]");
        }
        environ = none;
    }
    for (; optind < argc && strchr(argv[optind], '=') != NULL; optind++) {
        if (putenv(argv[optind]) != 0) {
            err(1, "%s", argv[optind]);
        }
    }
    if (optind < argc) {
        return tool_run(argv + optind);
    }
    for (char **entry = environ; *entry != NULL; entry++) {
        puts(*entry);
    }
    return tool_end(0);
}
