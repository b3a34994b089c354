/* SPDX-License-Identifier: MIT */
/* ln [-sf] target name: give a file another name; -s a symbolic link, -f in place of an old name.
 */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <unistd.h>

static int make_link(const char *target, const char *name, bool symbolic, bool force)
{
    if (force && unlink(name) != 0 && errno != ENOENT) {
        warn("%s", name);
        return 1;
    }
    if ((symbolic ? symlink(target, name) : link(target, name)) != 0) {
        warn("%s to %s", name, target);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    bool symbolic = false;
    bool force = false;
    int option = 0;

    while ((option = getopt(argc, argv, "sf")) != -1) {
        if (option == '?') {
            return tool_usage("ln [-sf] target [name]");
        }
        symbolic = symbolic || option == 's';
        force = force || option == 'f';
    }
    if (argc - optind < 1 || argc - optind > 2) {
        return tool_usage("ln [-sf] target [name]");
    }
    char *name = tool_target(argv[optind], argc - optind == 2 ? argv[optind + 1] : ".");
    int status = make_link(argv[optind], name, symbolic, force);
    free(name);
    return tool_end(status);
}
