/* SPDX-License-Identifier: MIT */
/* touch [-c] file...: set the times of files to now, and make those that are not there; -c not. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <lib/tool.h>
#include <sys/stat.h>
#include <unistd.h>

static int touch(const char *path, bool create)
{
    if (utimensat(AT_FDCWD, path, NULL, 0) == 0 || (errno == ENOENT && !create)) {
        return 0;
    }
    int fd = errno == ENOENT ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0) {
        warn("%s", path);
        return 1;
    }
    close(fd);
    return 0;
}

int main(int argc, char **argv)
{
    bool create = true;
    int status = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "c")) != -1) {
        if (option == '?') {
            return tool_usage("touch [-c] file...");
        }
        create = false;
    }
    if (optind == argc) {
        return tool_usage("touch [-c] file...");
    }
    for (int i = optind; i < argc; i++) {
        status |= touch(argv[i], create);
    }
    return tool_end(status);
}
