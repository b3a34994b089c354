/* SPDX-License-Identifier: MIT */
/*
 * All tools in one program: on this system a program carries its own copy of libc, so 30 small ones
 * would take 30 times its memory. Each tool is a C file with a main of its own, which the build
 * renames to NAME_main; /bin has a link for each name, and the name it was called by chooses.
 */
#include <err.h>
#include <lib/tool.h>
#include <string.h>
#include <tool_rows.h> /* made by the build: X(name) for each tool */

#define X(name) int name##_main(int argc, char **argv);
TOOL_ROWS(X)
#undef X

static const struct {
    const char *name;
    int (*main)(int argc, char **argv);
} tools[] = {
#define X(name) {#name, name##_main},
    TOOL_ROWS(X)
#undef X
};

int main(int argc, char **argv)
{
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "";

    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
        if (strcmp(tools[i].name, name) == 0) {
            return tools[i].main(argc, argv);
        }
    }
    errx(TOOL_MISUSE, "no tool has this name; help lists them");
}
