/* SPDX-License-Identifier: MIT */
/* head [-n lines | -c bytes] [file...]: print the beginning of files, 10 lines unless told. */
#include <ctype.h>
#include <err.h>
#include <lib/tool.h>
#include <string.h>
#include <unistd.h>

struct head {
    int64_t count;
    bool bytes;
    bool titles;
    bool printed;
};

static int print_head(FILE *in, const char *name, void *context)
{
    struct head *head = context;
    int64_t left = head->count;
    int c = 0;

    if (head->titles) {
        printf("%s==> %s <==\n", head->printed ? "\n" : "",
               strcmp(name, "-") == 0 ? "standard input" : name);
        head->printed = true;
    }
    while (left > 0 && (c = getc(in)) != EOF) {
        putchar(c);
        left -= head->bytes || c == '\n';
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const char usage[] = "head [-n lines | -c bytes] [file...]";
    struct head head = {.count = 10};
    int option = 0;

    /* head -5 */
    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
        if (!tool_number(argv[1] + 1, 0, INT64_MAX, &head.count)) {
            return tool_usage(usage);
        }
        optind = 2;
    }
    while ((option = getopt(argc, argv, "n:c:")) != -1) {
        if (option == '?' || !tool_number(optarg, 0, INT64_MAX, &head.count)) {
            return tool_usage(usage);
        }
        head.bytes = option == 'c';
    }
    head.titles = argc - optind > 1;
    return tool_end(tool_for_each_input(argv + optind, print_head, &head));
}
