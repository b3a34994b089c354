/* SPDX-License-Identifier: MIT */
/*
 * Integer arithmetic by precedence climbing. All sums are made on unsigned
 * numbers, which wrap; signed overflow would be undefined.
 */
#include "arith.h"

#include "lexer.h"
#include "shell.h"
#include "vars.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct arith {
    const char *at;
    const char *error;
    unsigned depth;
    bool skipping; /* the side of && or || that does not count */
};

/* Longest first among those that share a beginning. */
static const struct operator_row {
    char name[3];
    int precedence;
} operators[] = {
    {"||", 1}, {"&&", 2}, {"|", 3}, {"^", 4}, {"&", 5}, {"==", 6}, {"!=", 6}, {"<<", 8}, {">>", 8},
    {"<=", 7}, {">=", 7}, {"<", 7}, {">", 7}, {"+", 9}, {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};

static int64_t parse_binary(struct arith *a, int min_precedence);

static int64_t fail(struct arith *a, const char *message)
{
    if (a->error == NULL) {
        a->error = message;
    }
    return 0;
}

static void skip_space(struct arith *a)
{
    while (isspace((unsigned char)*a->at)) {
        a->at++;
    }
}

static bool accept(struct arith *a, char c)
{
    skip_space(a);
    if (*a->at != c) {
        return false;
    }
    a->at++;
    return true;
}

/* A number as C writes it; false if text does not begin with one. */
static bool read_number(const char *text, const char **end, int64_t *value)
{
    char *stop = NULL;

    errno = 0;
    *value = (int64_t)strtoll(text, &stop, 0);
    *end = stop;
    return stop != text && errno == 0;
}

static int64_t variable_value(struct arith *a, const char *name)
{
    const char *text = var_get(name);
    const char *end = NULL;
    int64_t value = 0;

    if (text == NULL || *text == '\0') {
        return 0;
    }
    if (!read_number(text, &end, &value) || *end != '\0') {
        return fail(a, "a variable is not a number");
    }
    return value;
}

static int64_t divide(struct arith *a, int64_t left, int64_t right, char op)
{
    if (right == 0) {
        return a->skipping ? 0 : fail(a, "division by zero");
    }
    if (right == -1) { /* the one quotient that can overflow */
        return op == '/' ? (int64_t)(0 - (uint64_t)left) : 0;
    }
    return op == '/' ? left / right : left % right;
}

static int64_t apply(struct arith *a, const char *op, int64_t left, int64_t right)
{
    uint64_t l = (uint64_t)left;
    uint64_t r = (uint64_t)right;
    bool or_equal = op[1] == '=';

    switch (op[0]) {
    case '+':
        return (int64_t)(l + r);
    case '-':
        return (int64_t)(l - r);
    case '*':
        return (int64_t)(l * r);
    case '/':
    case '%':
        return divide(a, left, right, op[0]);
    case '^':
        return (int64_t)(l ^ r);
    case '|':
        return op[1] == '|' ? left != 0 || right != 0 : (int64_t)(l | r);
    case '&':
        return op[1] == '&' ? left != 0 && right != 0 : (int64_t)(l & r);
    case '=':
        return left == right;
    case '!':
        return left != right;
    case '<':
        return op[1] == '<' ? (int64_t)(l << (r & 63)) : or_equal ? left <= right : left < right;
    default:
        return op[1] == '>' ? left >> (r & 63) : or_equal ? left >= right : left > right;
    }
}

/* name, name = value, name += value and their like. */
static int64_t parse_variable(struct arith *a)
{
    const char *start = a->at;
    char op[2] = "";
    int64_t value = 0;

    while (char_in_name((unsigned char)*a->at)) {
        a->at++;
    }
    char *name = mem_strndup(start, (size_t)(a->at - start));
    skip_space(a);
    if (*a->at != '\0' && strchr("+-*/%", *a->at) != NULL && a->at[1] == '=') {
        op[0] = *a->at++;
    }
    bool assigns = *a->at == '=' && a->at[1] != '=';
    if (!assigns || op[0] != '\0') {
        value = a->skipping ? 0 : variable_value(a, name);
    }
    if (assigns) {
        a->at++;
        int64_t right = parse_binary(a, 1);
        value = op[0] != '\0' ? apply(a, op, value, right) : right;
        if (a->error == NULL && !a->skipping) {
            struct str text = {0};
            str_printf(&text, "%lld", (long long)value);
            var_set(name, str_text(&text));
            str_free(&text);
        }
    }
    free(name);
    return value;
}

static int64_t parse_operand(struct arith *a)
{
    int64_t value = 0;

    skip_space(a);
    if (accept(a, '(')) {
        value = parse_binary(a, 1);
        return accept(a, ')') ? value : fail(a, "')' is missing");
    }
    if (char_starts_name((unsigned char)*a->at)) {
        return parse_variable(a);
    }
    if (isdigit((unsigned char)*a->at)) {
        return read_number(a->at, &a->at, &value) ? value : fail(a, "number out of range");
    }
    return fail(a, "a number or a name is missing");
}

static int64_t parse_unary(struct arith *a)
{
    int64_t value = 0;

    if (++a->depth > MAX_NESTING) {
        a->depth--;
        return fail(a, "nested too deeply");
    }
    if (accept(a, '-')) {
        value = (int64_t)(0 - (uint64_t)parse_unary(a));
    } else if (accept(a, '+')) {
        value = parse_unary(a);
    } else if (accept(a, '~')) {
        value = ~parse_unary(a);
    } else if (accept(a, '!')) {
        value = parse_unary(a) == 0;
    } else {
        value = parse_operand(a);
    }
    a->depth--;
    return value;
}

static const struct operator_row *peek_operator(struct arith *a)
{
    skip_space(a);
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        if (strncmp(a->at, operators[i].name, strlen(operators[i].name)) == 0) {
            return &operators[i];
        }
    }
    return NULL;
}

/* Operands joined by operators that bind at least as tightly as min_precedence. */
static int64_t parse_binary(struct arith *a, int min_precedence)
{
    int64_t left = parse_unary(a);

    while (a->error == NULL) {
        const struct operator_row *op = peek_operator(a);
        if (op == NULL || op->precedence < min_precedence) {
            break;
        }
        a->at += strlen(op->name);
        bool skipped = a->skipping;
        bool decided = (strcmp(op->name, "&&") == 0 && left == 0) ||
                       (strcmp(op->name, "||") == 0 && left != 0);
        a->skipping = skipped || decided;
        int64_t right = parse_binary(a, op->precedence + 1);
        left = apply(a, op->name, left, right);
        a->skipping = skipped;
    }
    return left;
}

bool arith_evaluate(const char *text, int64_t *result)
{
    struct arith a = {.at = text};

    skip_space(&a);
    *result = *a.at != '\0' ? parse_binary(&a, 1) : 0;
    skip_space(&a);
    if (a.error == NULL && *a.at != '\0') {
        fail(&a, "unexpected text");
    }
    if (a.error != NULL) {
        shell_error("arithmetic: %s in '%.80s'", a.error, text);
    }
    return a.error == NULL;
}
