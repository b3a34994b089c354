/* SPDX-License-Identifier: MIT */
/*
 * The builtin test, also called [. With up to four arguments POSIX defines the
 * result by their number; the grammar below, in which an operand that stands alone
 * is true when it is not empty, agrees with that when binary operators go first.
 *
 *   or   and { -o and }        and   not { -a not }        not   [!] primary
 */
#include "builtins.h"

#include "lexer.h"
#include "shell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct test {
    char **args;
    int count;
    int at;
    unsigned depth;
    bool failed;
};

static bool parse_or(struct test *t);

static bool fail(struct test *t, const char *what, const char *arg)
{
    if (!t->failed) {
        shell_error("test: %s%s", what, arg);
    }
    t->failed = true;
    return false;
}

static const char *peek(const struct test *t, int ahead)
{
    return t->at + ahead < t->count ? t->args[t->at + ahead] : NULL;
}

static bool next_is(const struct test *t, int ahead, const char *text)
{
    const char *arg = peek(t, ahead);
    return arg != NULL && strcmp(arg, text) == 0;
}

static bool parse_number(struct test *t, const char *text, long long *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtoll(text, &end, 10);
    return (end != text && *end == '\0' && errno == 0) || fail(t, "not a number: ", text);
}

static bool compare_numbers(struct test *t, const char *left, const char *op, const char *right)
{
    long long l = 0;
    long long r = 0;

    if (!parse_number(t, left, &l) || !parse_number(t, right, &r)) {
        return false;
    }
    switch (op[1] << 8 | op[2]) {
    case 'e' << 8 | 'q':
        return l == r;
    case 'n' << 8 | 'e':
        return l != r;
    case 'l' << 8 | 't':
        return l < r;
    case 'l' << 8 | 'e':
        return l <= r;
    case 'g' << 8 | 't':
        return l > r;
    default:
        return l >= r;
    }
}

static bool compare_files(const char *left, const char *op, const char *right)
{
    struct stat l;
    struct stat r;
    bool has_left = stat(left, &l) == 0;
    bool has_right = stat(right, &r) == 0;

    if (strcmp(op, "-ef") == 0) {
        return has_left && has_right && l.st_dev == r.st_dev && l.st_ino == r.st_ino;
    }
    if (!has_left || !has_right) {
        return strcmp(op, "-nt") == 0 ? has_left && !has_right : has_right && !has_left;
    }
    if (l.st_mtim.tv_sec != r.st_mtim.tv_sec) {
        return (l.st_mtim.tv_sec > r.st_mtim.tv_sec) == (op[1] == 'n');
    }
    return op[1] == 'n' ? l.st_mtim.tv_nsec > r.st_mtim.tv_nsec
                        : l.st_mtim.tv_nsec < r.st_mtim.tv_nsec;
}

static bool is_one_of(const char *op, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (op != NULL && strcmp(op, *list) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const string_operators[] = {"=", "==", "!=", NULL};
static const char *const number_operators[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge", NULL};
static const char *const file_operators[] = {"-nt", "-ot", "-ef", NULL};

static bool is_binary(const char *op)
{
    return is_one_of(op, string_operators) || is_one_of(op, number_operators) ||
           is_one_of(op, file_operators);
}

static bool test_binary(struct test *t)
{
    const char *left = t->args[t->at];
    const char *op = t->args[t->at + 1];
    const char *right = t->args[t->at + 2];

    t->at += 3;
    if (is_one_of(op, string_operators)) {
        return (strcmp(left, right) == 0) == (op[0] == '=');
    }
    if (is_one_of(op, number_operators)) {
        return compare_numbers(t, left, op, right);
    }
    return compare_files(left, op, right);
}

static bool test_file(char op, const char *path)
{
    struct stat st;

    if ((op == 'h' || op == 'L' ? lstat(path, &st) : stat(path, &st)) != 0) {
        return false;
    }
    switch (op) {
    case 'b':
        return S_ISBLK(st.st_mode);
    case 'c':
        return S_ISCHR(st.st_mode);
    case 'd':
        return S_ISDIR(st.st_mode);
    case 'f':
        return S_ISREG(st.st_mode);
    case 'h':
    case 'L':
        return S_ISLNK(st.st_mode);
    case 'p':
        return S_ISFIFO(st.st_mode);
    case 'S':
        return S_ISSOCK(st.st_mode);
    case 's':
        return st.st_size > 0;
    case 'r':
        return (st.st_mode & (S_IRUSR | S_IRGRP | S_IROTH)) != 0;
    case 'w':
        return (st.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0;
    case 'x':
        return (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    default:
        return true; /* -e */
    }
}

static bool is_unary(const char *op)
{
    return op != NULL && op[0] == '-' && op[1] != '\0' && op[2] == '\0' &&
           strchr("bcdefhLnprsStwxz", op[1]) != NULL;
}

static bool test_unary(struct test *t)
{
    char op = t->args[t->at][1];
    const char *operand = t->args[t->at + 1];
    long long fd = 0;

    t->at += 2;
    switch (op) {
    case 'n':
        return *operand != '\0';
    case 'z':
        return *operand == '\0';
    case 't':
        return parse_number(t, operand, &fd) && isatty((int)fd) == 1;
    default:
        return test_file(op, operand);
    }
}

static bool parse_primary(struct test *t)
{
    if (peek(t, 0) == NULL) {
        return fail(t, "an argument is missing", "");
    }
    if (peek(t, 2) != NULL && is_binary(peek(t, 1))) {
        return test_binary(t);
    }
    if (next_is(t, 0, "(") && peek(t, 1) != NULL) {
        t->at++;
        bool result = parse_or(t);
        if (!next_is(t, 0, ")")) {
            return fail(t, "')' is missing", "");
        }
        t->at++;
        return result;
    }
    if (is_unary(peek(t, 0)) && peek(t, 1) != NULL) {
        return test_unary(t);
    }
    return *t->args[t->at++] != '\0';
}

static bool parse_not(struct test *t)
{
    bool negated = false;
    bool result = false;

    if (++t->depth > MAX_NESTING) {
        return fail(t, "nested too deeply", "");
    }
    while (next_is(t, 0, "!") && peek(t, 1) != NULL && !is_binary(peek(t, 1))) {
        negated = !negated;
        t->at++;
    }
    result = parse_primary(t);
    t->depth--;
    return result != negated;
}

static bool parse_and(struct test *t)
{
    bool result = parse_not(t);

    while (!t->failed && next_is(t, 0, "-a")) {
        t->at++;
        result = parse_not(t) && result;
    }
    return result;
}

static bool parse_or(struct test *t)
{
    bool result = parse_and(t);

    while (!t->failed && next_is(t, 0, "-o")) {
        t->at++;
        result = parse_and(t) || result;
    }
    return result;
}

int builtin_test(int argc, char **argv)
{
    struct test t = {.args = argv + 1, .count = argc - 1};

    if (strcmp(argv[0], "[") == 0) {
        if (argc < 2 || strcmp(argv[argc - 1], "]") != 0) {
            shell_error("[: ']' is missing");
            return STATUS_ERROR;
        }
        t.count--;
    }
    if (t.count == 0) {
        return 1;
    }
    bool result = parse_or(&t);
    if (!t.failed && t.at != t.count) {
        fail(&t, "unexpected argument: ", t.args[t.at]);
    }
    return t.failed ? STATUS_ERROR : result ? 0 : 1;
}
