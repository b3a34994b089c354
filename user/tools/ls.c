/* SPDX-License-Identifier: MIT */
/*
 * ls [-1adhlR] [file...]: list directories; -a with names that begin with a dot, -d directories
 * themselves, -h sizes with units, -l all about each file, -R what is below them, -1 a name a line.
 */
#include <err.h>
#include <errno.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINK_BYTES = 4096, DEFAULT_COLUMNS = 80, GAP = 2, HALF_YEAR_S = 15778476 };

static struct {
    bool all;
    bool directory_itself;
    bool human;
    bool is_long;
    bool recursive;
    bool one_column;
    bool terminal;
} options;

/* A file to be listed: its name as shown, and its path. */
struct entry {
    const char *name;
    char *path;
    struct stat st;
};

static int status;

static void complain(const char *path)
{
    warn("%s", path);
    status = 1;
}

/* At a terminal control characters would change more than the listing. */
static int print_name(const char *name)
{
    for (const char *c = name; *c != '\0'; c++) {
        bool control = (unsigned char)*c < ' ' || *c == 0x7f;
        putchar(options.terminal && control ? '?' : *c);
    }
    return (int)strlen(name);
}

static void print_date(time_t when)
{
    struct tm parts;
    char text[32] = "?";
    time_t now = time(NULL);
    bool recent = when <= now && now - when < HALF_YEAR_S;

    if (localtime_r(&when, &parts) != NULL) {
        strftime(text, sizeof(text), recent ? "%b %e %H:%M" : "%b %e  %Y", &parts);
    }
    printf(" %s ", text);
}

static void print_long(const struct entry *entry, int links_width, int size_width)
{
    const struct stat *st = &entry->st;
    char mode[11];
    char size[24];
    char target[LINK_BYTES];

    tool_mode_text(st->st_mode, mode);
    if (options.human) {
        tool_size_text((uint64_t)st->st_size, size);
    } else {
        snprintf(size, sizeof(size), "%lld", (long long)st->st_size);
    }
    printf("%s %*llu %u %u %*s", mode, links_width, (unsigned long long)st->st_nlink,
           (unsigned)st->st_uid, (unsigned)st->st_gid, size_width, size);
    print_date(st->st_mtime);
    print_name(entry->name);
    if (S_ISLNK(st->st_mode)) {
        ssize_t len = readlink(entry->path, target, sizeof(target) - 1);
        target[len > 0 ? len : 0] = '\0';
        fputs(" -> ", stdout);
        print_name(target);
    }
    putchar('\n');
}

static int digits(uint64_t number)
{
    return snprintf(NULL, 0, "%llu", (unsigned long long)number);
}

static void list_long(const struct entry *entries, size_t count)
{
    uint64_t links = 0;
    uint64_t size = 0;

    for (size_t i = 0; i < count; i++) {
        links = entries[i].st.st_nlink > links ? entries[i].st.st_nlink : links;
        size = (uint64_t)entries[i].st.st_size > size ? (uint64_t)entries[i].st.st_size : size;
    }
    for (size_t i = 0; i < count; i++) {
        print_long(&entries[i], digits(links), options.human ? 5 : digits(size));
    }
}

static size_t terminal_columns(void)
{
    struct winsize size = {0};

    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    return size.ws_col != 0 ? size.ws_col : DEFAULT_COLUMNS;
}

/* Names in columns of one width, read downwards. */
static void list_columns(const struct entry *entries, size_t count)
{
    size_t width = 1;

    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(entries[i].name) + GAP;
        width = len > width ? len : width;
    }
    size_t columns = (terminal_columns() + GAP) / width;
    columns = columns != 0 ? columns : 1;
    size_t rows = (count + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < count; i += rows) {
            int printed = print_name(entries[i].name);
            if (i + rows < count) {
                printf("%*s", (int)width - printed, "");
            }
        }
        putchar('\n');
    }
}

static void list_entries(const struct entry *entries, size_t count)
{
    if (options.is_long) {
        list_long(entries, count);
    } else if (options.terminal && !options.one_column) {
        list_columns(entries, count);
    } else {
        for (size_t i = 0; i < count; i++) {
            print_name(entries[i].name);
            putchar('\n');
        }
    }
}

/* Whether an entry of a directory needs its stat to be shown. */
static bool fill(struct entry *entry, const char *dir, const char *name)
{
    entry->name = name;
    entry->path = tool_join(dir, name);
    if ((options.is_long || options.recursive) && lstat(entry->path, &entry->st) != 0) {
        complain(entry->path);
        free(entry->path);
        return false;
    }
    return true;
}

static void list_dir(const char *path, bool title)
{
    static bool printed;
    struct tool_names list;
    size_t count = 0;

    if (tool_read_dir(path, &list) != 0) {
        complain(path);
        return;
    }
    struct entry *entries = tool_alloc(NULL, (list.count + 2) * sizeof(*entries));
    memset(entries, 0, (list.count + 2) * sizeof(*entries));
    if (options.all) {
        count += fill(&entries[count], path, ".");
        count += fill(&entries[count], path, "..");
    }
    size_t own = count;
    for (size_t i = 0; i < list.count; i++) {
        if (options.all || list.names[i][0] != '.') {
            count += fill(&entries[count], path, list.names[i]);
        }
    }
    if (title) {
        printf("%s%s:\n", printed ? "\n" : "", path);
    }
    printed = true;
    list_entries(entries, count);
    for (size_t i = own; i < count && options.recursive; i++) {
        if (S_ISDIR(entries[i].st.st_mode)) {
            list_dir(entries[i].path, true);
        }
    }
    for (size_t i = 0; i < count; i++) {
        free(entries[i].path);
    }
    free(entries);
    tool_names_free(&list);
}

static int compare_operands(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Files that are named themselves come first, then the directories, each in order. */
static void list_operands(char **names, size_t count)
{
    struct entry *files = tool_alloc(NULL, count * sizeof(*files));
    char **dirs = tool_alloc(NULL, count * sizeof(*dirs));
    size_t file_count = 0;
    size_t dir_count = 0;

    qsort(names, count, sizeof(*names), compare_operands);
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = &files[file_count];
        entry->name = entry->path = names[i];
        bool follow = !options.is_long && !options.directory_itself;
        if ((!follow || stat(names[i], &entry->st) != 0) && lstat(names[i], &entry->st) != 0) {
            complain(names[i]);
        } else if (S_ISDIR(entry->st.st_mode) && !options.directory_itself) {
            dirs[dir_count++] = names[i];
        } else {
            file_count++;
        }
    }
    list_entries(files, file_count);
    if (file_count != 0 && dir_count != 0) {
        putchar('\n');
    }
    for (size_t i = 0; i < dir_count; i++) {
        list_dir(dirs[i], count > 1 || options.recursive);
    }
    free(files);
    free(dirs);
}

/* False: there is no such option. */
static bool set_option(int letter)
{
    static const struct {
        int letter;
        bool *flag;
    } rows[] = {
        {'1', &options.one_column}, {'a', &options.all},     {'d', &options.directory_itself},
        {'h', &options.human},      {'l', &options.is_long}, {'R', &options.recursive},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].letter == letter) {
            return *rows[i].flag = true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    static char *here[] = {"."};
    int option = 0;

    while ((option = getopt(argc, argv, "1adhlR")) != -1) {
        if (!set_option(option)) {
            return tool_usage("ls [-1adhlR] [file...]");
        }
    }
    options.terminal = isatty(STDOUT_FILENO) == 1;
    if (optind < argc) {
        list_operands(argv + optind, (size_t)(argc - optind));
    } else {
        list_operands(here, 1);
    }
    return tool_end(status);
}
