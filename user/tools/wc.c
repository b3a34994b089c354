/* SPDX-License-Identifier: MIT */
/* wc [-lwc] [file...]: count lines, words and bytes, all three unless told. */
#include <ctype.h>
#include <lib/tool.h>
#include <string.h>
#include <unistd.h>

enum { LINES, WORDS, BYTES, COUNTS };

struct wc {
    bool show[COUNTS];
    uint64_t total[COUNTS];
    int files;
    int width;
};

static void print_counts(const struct wc *wc, const uint64_t *count, const char *name)
{
    const char *separator = "";

    for (int i = 0; i < COUNTS; i++) {
        if (wc->show[i]) {
            printf("%s%*llu", separator, wc->width, (unsigned long long)count[i]);
            separator = " ";
        }
    }
    printf("%s%s\n", *name != '\0' ? " " : "", name);
}

static int count_input(FILE *in, const char *name, void *context)
{
    struct wc *wc = context;
    uint64_t count[COUNTS] = {0};
    bool in_word = false;
    int c = 0;

    while ((c = getc(in)) != EOF) {
        bool space = isspace(c) != 0;
        count[BYTES]++;
        count[LINES] += c == '\n';
        count[WORDS] += !space && !in_word;
        in_word = !space;
    }
    for (int i = 0; i < COUNTS; i++) {
        wc->total[i] += count[i];
    }
    print_counts(wc, count, wc->files == 0 ? "" : name);
    return 0;
}

int main(int argc, char **argv)
{
    struct wc wc = {0};
    int shown = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "lwc")) != -1) {
        if (option == '?') {
            return tool_usage("wc [-lwc] [file...]");
        }
        wc.show[option == 'l' ? LINES : option == 'w' ? WORDS : BYTES] = true;
    }
    for (int i = 0; i < COUNTS; i++) {
        shown += wc.show[i];
    }
    if (shown == 0) {
        wc.show[LINES] = wc.show[WORDS] = wc.show[BYTES] = true;
    }
    wc.files = argc - optind;
    wc.width = shown == 1 && wc.files <= 1 ? 1 : 7;
    int status = tool_for_each_input(argv + optind, count_input, &wc);
    if (wc.files > 1) {
        print_counts(&wc, wc.total, "total");
    }
    return tool_end(status);
}
