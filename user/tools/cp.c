/* SPDX-License-Identifier: MIT */
/* cp [-r] source... target: copy files, and with -r directories. */
#include <err.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct stat st;
    bool recursive = false;
    int status = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "rR")) != -1) {
        if (option == '?') {
            return tool_usage("cp [-r] source... target");
        }
        recursive = true;
    }
    if (argc - optind < 2) {
        return tool_usage("cp [-r] source... target");
    }
    const char *target = argv[argc - 1];
    if (argc - optind > 2 && (stat(target, &st) != 0 || !S_ISDIR(st.st_mode))) {
        warnx("%s is not a directory", target);
        return 1;
    }
    for (int i = optind; i < argc - 1; i++) {
        char *path = tool_target(argv[i], target);
        status |= tool_copy(argv[i], path, recursive);
        free(path);
    }
    return tool_end(status);
}
