/* SPDX-License-Identifier: MIT */
/* rmdir dir...: remove empty directories. */
#include <err.h>
#include <lib/tool.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status = 0;

    if (getopt(argc, argv, "") != -1 || optind == argc) {
        return tool_usage("rmdir dir...");
    }
    for (int i = optind; i < argc; i++) {
        if (rmdir(argv[i]) != 0) {
            warn("%s", argv[i]);
            status = 1;
        }
    }
    return tool_end(status);
}
