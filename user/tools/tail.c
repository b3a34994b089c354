/* SPDX-License-Identifier: MIT */
/* tail [-n lines] [file...]: print the end of files, 10 lines unless told; -n +k from line k on. */
#include <ctype.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tail {
    int64_t count;
    bool from_start;
    bool titles;
    bool printed;
};

struct line {
    char *text;
    size_t len;
};

static void print_from(FILE *in, int64_t first)
{
    int c = 0;

    for (int64_t line = 1; (c = getc(in)) != EOF;) {
        if (line >= first) {
            putchar(c);
        }
        line += c == '\n';
    }
}

/* Keep the last `count` lines in a ring, which grows as long as it is not full. */
static void print_last(FILE *in, size_t count)
{
    struct line *ring = NULL;
    size_t used = 0;
    size_t capacity = 0;
    size_t next = 0; /* where the ring is full: its oldest line */
    struct line line = {0};
    size_t room = 0;
    ssize_t got = 0;

    while (count != 0 && (got = getline(&line.text, &room, in)) >= 0) {
        line.len = (size_t)got;
        if (used < count) {
            if (used == capacity) {
                capacity = capacity * 2 + 16;
                ring = tool_alloc(ring, capacity * sizeof(*ring));
            }
            ring[used++] = line;
        } else {
            free(ring[next].text);
            ring[next] = line;
            next = (next + 1) % count;
        }
        line.text = NULL;
        room = 0;
    }
    free(line.text);
    for (size_t i = 0; i < used; i++) {
        struct line *oldest = &ring[(next + i) % used];
        fwrite(oldest->text, 1, oldest->len, stdout);
        free(oldest->text);
    }
    free(ring);
}

static int print_tail(FILE *in, const char *name, void *context)
{
    struct tail *tail = context;

    if (tail->titles) {
        printf("%s==> %s <==\n", tail->printed ? "\n" : "",
               strcmp(name, "-") == 0 ? "standard input" : name);
        tail->printed = true;
    }
    if (tail->from_start) {
        print_from(in, tail->count);
    } else {
        print_last(in, (size_t)tail->count);
    }
    return 0;
}

static bool parse_count(const char *text, struct tail *tail)
{
    tail->from_start = *text == '+';
    return tool_number(text + (*text == '+' || *text == '-'), 0, INT64_MAX, &tail->count);
}

int main(int argc, char **argv)
{
    static const char usage[] = "tail [-n [+]lines] [file...]";
    struct tail tail = {.count = 10};
    int option = 0;

    /* tail -5 */
    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
        if (!parse_count(argv[1], &tail)) {
            return tool_usage(usage);
        }
        optind = 2;
    }
    while ((option = getopt(argc, argv, "n:")) != -1) {
        if (option == '?' || !parse_count(optarg, &tail)) {
            return tool_usage(usage);
        }
    }
    tail.titles = argc - optind > 1;
    return tool_end(tool_for_each_input(argv + optind, print_tail, &tail));
}
