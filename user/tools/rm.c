/* SPDX-License-Identifier: MIT */
/* rm [-rf] file...: remove files; -r directories, too; -f does not mind what is not there. */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_protected(const char *path)
{
    char *name = tool_base_name(path);
    bool result = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "/") == 0;

    free(name);
    return result;
}

static int remove_path(const char *path, bool recursive, bool force)
{
    struct stat st;

    if (lstat(path, &st) != 0) {
        if (force && (errno == ENOENT || errno == ENOTDIR)) {
            return 0;
        }
        warn("%s", path);
        return 1;
    }
    if (S_ISDIR(st.st_mode) && !recursive) {
        warnx("%s is a directory (-r removes it)", path);
        return 1;
    }
    if (S_ISDIR(st.st_mode) && is_protected(path)) {
        warnx("%s: refusing to remove it", path);
        return 1;
    }
    if (S_ISDIR(st.st_mode)) {
        return tool_remove_tree(path);
    }
    if (unlink(path) != 0) {
        warn("%s", path);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    bool recursive = false;
    bool force = false;
    int status = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "rRf")) != -1) {
        if (option == '?') {
            return tool_usage("rm [-rf] file...");
        }
        force = force || option == 'f';
        recursive = recursive || option != 'f';
    }
    if (optind == argc && !force) {
        return tool_usage("rm [-rf] file...");
    }
    for (int i = optind; i < argc; i++) {
        status |= remove_path(argv[i], recursive, force);
    }
    return tool_end(status);
}
