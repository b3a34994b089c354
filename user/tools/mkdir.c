/* SPDX-License-Identifier: MIT */
/* mkdir [-p] dir...: make directories; -p with their parents, and does not mind existing ones. */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Make one; an existing directory is fine. */
static int make_or_keep(const char *path)
{
    struct stat st;

    if (mkdir(path, 0777) == 0) {
        return 0;
    }
    int error = errno;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return 0;
    }
    errno = error;
    warn("%s", path);
    return 1;
}

static int make_with_parents(const char *path)
{
    char *partial = tool_strdup(path);
    int status = 0;

    for (char *slash = partial + 1; *partial != '\0' && status == 0; slash++) {
        slash = strchr(slash, '/');
        if (slash == NULL) {
            break;
        }
        *slash = '\0';
        status = make_or_keep(partial);
        *slash = '/';
    }
    if (status == 0) {
        status = make_or_keep(partial);
    }
    free(partial);
    return status;
}

int main(int argc, char **argv)
{
    bool parents = false;
    int status = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "p")) != -1) {
        if (option == '?') {
            return tool_usage("mkdir [-p] dir...");
        }
        parents = true;
    }
    if (optind == argc) {
        return tool_usage("mkdir [-p] dir...");
    }
    for (int i = optind; i < argc; i++) {
        if (parents) {
            status |= make_with_parents(argv[i]);
        } else if (mkdir(argv[i], 0777) != 0) {
            warn("%s", argv[i]);
            status = 1;
        }
    }
    return tool_end(status);
}
