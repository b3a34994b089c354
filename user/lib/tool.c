/* SPDX-License-Identifier: MIT */
/* What the tools share: arguments, input, output, texts. */
#include <lib/tool.h>

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ; /* unistd.h declares it only on demand */

int tool_end(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        warn("standard output");
        return status != 0 ? status : 1;
    }
    return status;
}

int tool_usage(const char *usage)
{
    fprintf(stderr, "usage: %s\n", usage);
    return TOOL_MISUSE;
}

bool tool_number(const char *text, int64_t min, int64_t max, int64_t *number)
{
    char *end = NULL;

    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (isspace((unsigned char)*text) || end == text || *end != '\0' || errno != 0 || value < min ||
        value > max) {
        return false;
    }
    *number = value;
    return true;
}

void *tool_alloc(void *old, size_t size)
{
    void *p = realloc(old, size != 0 ? size : 1);

    if (p == NULL) {
        err(1, "memory");
    }
    return p;
}

char *tool_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(tool_alloc(NULL, size), text, size);
}

int tool_for_each_input(char *const *paths, tool_input_fn *use, void *context)
{
    static char *const only_stdin[] = {"-", NULL};
    int worst = 0;

    for (char *const *path = *paths != NULL ? paths : only_stdin; *path != NULL; path++) {
        bool is_stdin = strcmp(*path, "-") == 0;
        FILE *in = is_stdin ? stdin : fopen(*path, "r");
        if (in == NULL) {
            warn("%s", *path);
            worst = worst > 1 ? worst : 1;
            continue;
        }
        int result = use(in, *path, context);
        if (ferror(in)) {
            warn("%s", *path);
            result = result > 1 ? result : 1;
        }
        worst = result > worst ? result : worst;
        if (!is_stdin) {
            fclose(in);
        }
    }
    return worst;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int tool_read_dir(const char *path, struct tool_names *list)
{
    DIR *dir = opendir(path);
    const struct dirent *entry = NULL;

    *list = (struct tool_names){0};
    if (dir == NULL) {
        return -1;
    }
    errno = 0;
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            list->names = tool_alloc(list->names, (list->count + 1) * sizeof(char *));
            list->names[list->count++] = tool_strdup(entry->d_name);
        }
        errno = 0;
    }
    int error = errno;
    closedir(dir);
    if (error != 0) {
        tool_names_free(list);
        errno = error;
        return -1;
    }
    if (list->count != 0) {
        qsort(list->names, list->count, sizeof(char *), compare_names);
    }
    return 0;
}

void tool_names_free(struct tool_names *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->names[i]);
    }
    free(list->names);
    *list = (struct tool_names){0};
}

char *tool_join(const char *dir, const char *name)
{
    size_t len = strlen(dir);
    char *path = tool_alloc(NULL, len + strlen(name) + 2);

    memcpy(path, dir, len);
    if (len != 0 && dir[len - 1] != '/') {
        path[len++] = '/';
    }
    memcpy(path + len, name, strlen(name) + 1);
    return path;
}

char *tool_base_name(const char *path)
{
    size_t end = strlen(path);

    while (end > 1 && path[end - 1] == '/') {
        end--;
    }
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    char *name = tool_strdup(path + (start < end ? start : 0));
    name[start < end ? end - start : end] = '\0';
    return name;
}

char *tool_target(const char *source, const char *target)
{
    struct stat st;

    if (stat(target, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return tool_strdup(target);
    }
    char *name = tool_base_name(source);
    char *path = tool_join(target, name);
    free(name);
    return path;
}

static char type_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFCHR:
        return 'c';
    case S_IFBLK:
        return 'b';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    default:
        return '-';
    }
}

/* x, s or t in the place of a class's x. */
static char execute_letter(bool execute, bool special, char letter)
{
    if (!special) {
        return execute ? 'x' : '-';
    }
    return (char)(execute ? letter : toupper(letter));
}

void tool_mode_text(mode_t mode, char text[11])
{
    static const char letters[] = "rwxrwxrwx";

    text[0] = type_letter(mode);
    for (int i = 0; i < 9; i++) {
        text[1 + i] = (char)((mode >> (8 - i) & 1) != 0 ? letters[i] : '-');
    }
    text[3] = execute_letter((mode & S_IXUSR) != 0, (mode & S_ISUID) != 0, 's');
    text[6] = execute_letter((mode & S_IXGRP) != 0, (mode & S_ISGID) != 0, 's');
    text[9] = execute_letter((mode & S_IXOTH) != 0, (mode & S_ISVTX) != 0, 't');
    text[10] = '\0';
}

void tool_size_text(uint64_t bytes, char text[8])
{
    static const char units[] = "BKMGTPE";
    uint64_t tenths = 0; /* of the unit, beyond the whole part */
    int unit = 0;

    while (bytes >= 1024 && units[unit + 1] != '\0') {
        tenths = bytes % 1024 * 10 / 1024;
        bytes /= 1024;
        unit++;
    }
    if (unit == 0) {
        snprintf(text, 8, "%u", (unsigned)bytes);
    } else if (bytes < 10) {
        snprintf(text, 8, "%u.%u%c", (unsigned)bytes, (unsigned)tenths, units[unit]);
    } else {
        snprintf(text, 8, "%u%c", (unsigned)(bytes & 0xffff), units[unit]);
    }
}

int tool_run(char **argv)
{
    pid_t pid = 0;
    int status = 0;
    int error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);

    if (error != 0) {
        errno = error;
        warn("%s", argv[0]);
        return error == ENOENT ? 127 : 126;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            warn("%s", argv[0]);
            return 126;
        }
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
