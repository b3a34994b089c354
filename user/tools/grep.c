/* SPDX-License-Identifier: MIT */
/*
 * grep [-cEilnqrv] pattern [file...]: print the lines that match a regular expression. Status 0:
 * some line matched, 1: none, 2: an error.
 */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MATCHED = 0, NOT_MATCHED = 1, FAILED = 2 };

struct grep {
    regex_t regex;
    bool count;     /* -c */
    bool list;      /* -l */
    bool number;    /* -n */
    bool quiet;     /* -q */
    bool recursive; /* -r */
    bool inverted;  /* -v */
    bool names;     /* print the file's name with each line */
    bool matched;
    bool failed;
};

static void print_line(const struct grep *grep, const char *name, unsigned long number,
                       const char *text)
{
    if (grep->names) {
        printf("%s:", name);
    }
    if (grep->number) {
        printf("%lu:", number);
    }
    puts(text);
}

static void search_input(struct grep *grep, FILE *in, const char *name)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t got = 0;
    unsigned long number = 0;
    unsigned long matches = 0;
    bool first_is_enough = grep->quiet || grep->list;

    while (!(first_is_enough && matches != 0) && (got = getline(&text, &room, in)) >= 0) {
        number++;
        if (got > 0 && text[got - 1] == '\n') {
            text[got - 1] = '\0';
        }
        bool match = regexec(&grep->regex, text, 0, NULL, 0) == 0;
        if (match != grep->inverted) {
            matches++;
            if (!first_is_enough && !grep->count) {
                print_line(grep, name, number, text);
            }
        }
    }
    free(text);
    if (ferror(in)) {
        warn("%s", name);
        grep->failed = true;
    }
    if (grep->list && matches != 0) {
        puts(name);
    } else if (grep->count && !grep->quiet) {
        printf("%s%s%lu\n", grep->names ? name : "", grep->names ? ":" : "", matches);
    }
    grep->matched = grep->matched || matches != 0;
}

static void search_path(struct grep *grep, const char *path);

static void search_dir(struct grep *grep, const char *path)
{
    struct tool_names list;

    if (tool_read_dir(path, &list) != 0) {
        warn("%s", path);
        grep->failed = true;
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        struct stat st;
        char *entry = tool_join(path, list.names[i]);
        /* Links are not followed on the way down: they could lead in circles. */
        if (lstat(entry, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
            search_path(grep, entry);
        }
        free(entry);
    }
    tool_names_free(&list);
}

static void search_path(struct grep *grep, const char *path)
{
    struct stat st;

    if (strcmp(path, "-") == 0) {
        search_input(grep, stdin, "(standard input)");
        return;
    }
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (grep->recursive) {
            search_dir(grep, path);
        } else {
            errno = EISDIR;
            warn("%s", path);
            grep->failed = true;
        }
        return;
    }
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        warn("%s", path);
        grep->failed = true;
        return;
    }
    search_input(grep, in, path);
    fclose(in);
}

/* Take an option; false: there is no such one. */
static bool set_option(struct grep *grep, int letter, int *flags)
{
    const struct {
        int letter;
        bool *flag;
    } rows[] = {
        {'c', &grep->count}, {'l', &grep->list},      {'n', &grep->number},
        {'q', &grep->quiet}, {'r', &grep->recursive}, {'v', &grep->inverted},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].letter == letter) {
            return *rows[i].flag = true;
        }
    }
    *flags |= letter == 'i' ? REG_ICASE : letter == 'E' ? REG_EXTENDED : 0;
    return letter == 'i' || letter == 'E';
}

static bool compile(struct grep *grep, const char *pattern, int flags)
{
    char message[128];
    int error = regcomp(&grep->regex, pattern, flags);

    if (error != 0) {
        regerror(error, &grep->regex, message, sizeof(message));
        warnx("%s: %s", pattern, message);
    }
    return error == 0;
}

int main(int argc, char **argv)
{
    static const char usage[] = "grep [-cEilnqrv] pattern [file...]";
    struct grep grep = {0};
    int flags = REG_NOSUB;
    int option = 0;

    while ((option = getopt(argc, argv, "cEilnqrv")) != -1) {
        if (!set_option(&grep, option, &flags)) {
            return tool_usage(usage);
        }
    }
    if (optind == argc) {
        return tool_usage(usage);
    }
    if (!compile(&grep, argv[optind++], flags)) {
        return FAILED;
    }
    grep.names = argc - optind > 1 || (grep.recursive);
    if (optind == argc) {
        search_path(&grep, grep.recursive ? "." : "-");
    }
    for (int i = optind; i < argc; i++) {
        search_path(&grep, argv[i]);
    }
    regfree(&grep.regex);
    int status = grep.failed ? FAILED : grep.matched ? MATCHED : NOT_MATCHED;
    return grep.quiet && grep.matched ? MATCHED : tool_end(status);
}
