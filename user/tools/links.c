/* SPDX-License-Identifier: MIT */
/*
 * All tools in one program: on this system a program carries its own copy of libc, so 30 small ones
 * would take 30 times its memory. Each tool is a C file with a main of its own, which the build
 * renames to NAME_main; /bin has a link for each name, and the name it was called by chooses.
 */
#include <err.h>
#include <lib/tool.h>
#include <string.h>
#include <sys/auxv.h>
#include <tool_rows.h> /* made by the build: X(name) for each tool */
#include <unistd.h>

enum { LINK_BYTES = 4096 };

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

typedef int tool_main_fn(int argc, char **argv);

/* NULL if no tool has the name at the end of this path. */
static tool_main_fn *find_tool(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
        if (strcmp(tools[i].name, name) == 0) {
            return tools[i].main;
        }
    }
    return NULL;
}

/* A user's own link may have any name, but leads to one of ours. */
static tool_main_fn *find_by_link(const char *link)
{
    char target[LINK_BYTES];
    ssize_t len = readlink(link, target, sizeof(target) - 1);

    if (len < 0) {
        return NULL;
    }
    target[len] = '\0';
    return find_tool(target);
}

int main(int argc, char **argv)
{
    tool_main_fn *tool = argc > 0 ? find_tool(argv[0]) : NULL;
    const char *path = (const char *)getauxval(AT_EXECFN);

    if (tool == NULL && path != NULL) {
        tool = find_by_link(path);
    }
    if (tool == NULL) {
        errx(TOOL_MISUSE, "no tool has this name; help lists them");
    }
    return tool(argc, argv);
}
