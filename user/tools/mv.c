/* SPDX-License-Identifier: MIT */
/* mv [-f] source... target: rename files; between file systems they are copied and removed. */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int move(const char *source, const char *target)
{
    struct stat st;

    if (rename(source, target) == 0) {
        return 0;
    }
    if (errno != EXDEV || lstat(source, &st) != 0) {
        warn("%s to %s", source, target);
        return 1;
    }
    if (tool_copy(source, target, true) != 0) {
        return 1;
    }
    if (S_ISDIR(st.st_mode)) {
        return tool_remove_tree(source);
    }
    if (unlink(source) != 0) {
        warn("%s", source);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct stat st;
    int status = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "f")) != -1) {
        if (option == '?') {
            return tool_usage("mv [-f] source... target");
        }
    }
    if (argc - optind < 2) {
        return tool_usage("mv [-f] source... target");
    }
    const char *target = argv[argc - 1];
    if (argc - optind > 2 && (stat(target, &st) != 0 || !S_ISDIR(st.st_mode))) {
        warnx("%s is not a directory", target);
        return 1;
    }
    for (int i = optind; i < argc - 1; i++) {
        char *path = tool_target(argv[i], target);
        status |= move(argv[i], path);
        free(path);
    }
    return tool_end(status);
}
