/* SPDX-License-Identifier: MIT */
/* sort [-nru] [file...]: print the lines in order; -n as numbers, -r backwards, -u equal ones once.
 */
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    bool numbers;
    bool reverse;
    bool unique;
} options;

struct lines {
    char **text;
    size_t count;
    size_t capacity;
};

static int compare_keys(const char *a, const char *b)
{
    if (options.numbers) {
        double x = strtod(a, NULL);
        double y = strtod(b, NULL);
        return (x > y) - (x < y);
    }
    return strcmp(a, b);
}

static int compare(const void *left, const void *right)
{
    const char *a = *(char *const *)left;
    const char *b = *(char *const *)right;
    int order = compare_keys(a, b);

    if (order == 0 && !options.unique) {
        order = strcmp(a, b);
    }
    return options.reverse ? -order : order;
}

static int read_lines(FILE *in, const char *name, void *context)
{
    struct lines *lines = context;
    char *text = NULL;
    size_t room = 0;
    ssize_t got = 0;

    (void)name;
    while ((got = getline(&text, &room, in)) >= 0) {
        if (got > 0 && text[got - 1] == '\n') {
            text[got - 1] = '\0';
        }
        if (lines->count == lines->capacity) {
            lines->capacity = lines->capacity * 2 + 64;
            lines->text = tool_alloc(lines->text, lines->capacity * sizeof(char *));
        }
        lines->text[lines->count++] = text;
        text = NULL;
        room = 0;
    }
    free(text);
    return 0;
}

int main(int argc, char **argv)
{
    struct lines lines = {0};
    int option = 0;

    while ((option = getopt(argc, argv, "nru")) != -1) {
        if (option == '?') {
            return tool_usage("sort [-nru] [file...]");
        }
        options.numbers = options.numbers || option == 'n';
        options.reverse = options.reverse || option == 'r';
        options.unique = options.unique || option == 'u';
    }
    int status = tool_for_each_input(argv + optind, read_lines, &lines);
    if (lines.count != 0) {
        qsort(lines.text, lines.count, sizeof(char *), compare);
    }
    for (size_t i = 0; i < lines.count; i++) {
        if (!options.unique || i == 0 || compare_keys(lines.text[i - 1], lines.text[i]) != 0) {
            puts(lines.text[i]);
        }
    }
    for (size_t i = 0; i < lines.count; i++) {
        free(lines.text[i]);
    }
    free(lines.text);
    return tool_end(status);
}
