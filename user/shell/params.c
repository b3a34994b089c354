/* SPDX-License-Identifier: MIT */
/* The forms of $x and ${x...}. */
#include "params.h"

#include "lexer.h"
#include "shell.h"
#include "vars.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The length of the parameter's name at the beginning of text, 0 if there is none. */
static size_t name_length(const char *text, size_t len)
{
    size_t n = 0;

    if (len == 0) {
        return 0;
    }
    if (char_starts_name((unsigned char)text[0])) {
        while (n < len && char_in_name((unsigned char)text[n])) {
            n++;
        }
    } else if (isdigit((unsigned char)text[0])) {
        while (n < len && isdigit((unsigned char)text[n])) {
            n++;
        }
    } else if (char_is_special_parameter((unsigned char)text[0])) {
        n = 1;
    }
    return n;
}

/* The operator at the beginning of text; returns its length, 0 if there is none. */
static size_t parse_operator(struct param *param, const char *text, size_t len)
{
    size_t colon = len != 0 && text[0] == ':';
    size_t doubled = colon + 1 < len && text[colon + 1] == text[colon];

    if (colon >= len) {
        return 0;
    }
    param->empty_is_unset = colon != 0;
    switch (text[colon]) {
    case '-':
        param->op = PARAM_DEFAULT;
        return colon + 1;
    case '=':
        param->op = PARAM_ASSIGN;
        return colon + 1;
    case '?':
        param->op = PARAM_ERROR;
        return colon + 1;
    case '+':
        param->op = PARAM_ALTERNATIVE;
        return colon + 1;
    case '#':
        param->op = doubled ? PARAM_TRIM_START_LONG : PARAM_TRIM_START;
        return colon != 0 ? 0 : 1 + doubled;
    case '%':
        param->op = doubled ? PARAM_TRIM_END_LONG : PARAM_TRIM_END;
        return colon != 0 ? 0 : 1 + doubled;
    default:
        return 0;
    }
}

bool param_parse(struct param *param, const char *text, size_t len)
{
    *param = (struct param){.op = PARAM_PLAIN};
    text++;
    len--;
    if (len == 0 || text[0] != '{') {
        param->name = mem_strndup(text, len);
        return true;
    }
    if (len < 3 || text[len - 1] != '}') {
        return false;
    }
    text++;
    len -= 2;
    if (text[0] == '#' && len > 1 && name_length(text + 1, len - 1) == len - 1) {
        param->op = PARAM_LENGTH;
        text++;
        len--;
    }
    size_t name = name_length(text, len);
    size_t op = 0;
    if (name < len) {
        op = parse_operator(param, text + name, len - name);
    }
    if (name == 0 || (name < len && op == 0)) {
        return false;
    }
    param->name = mem_strndup(text, name);
    param->word = text + name + op;
    param->word_len = len - name - op;
    return true;
}

void param_destroy(struct param *param)
{
    free(param->name);
}

void param_format_number(char *buf, size_t size, long number)
{
    snprintf(buf, size, "%ld", number);
}

static char *number_value(long number)
{
    char digits[24];
    param_format_number(digits, sizeof(digits), number);
    return mem_strdup(digits);
}

static char *option_letters(void)
{
    char letters[8];
    snprintf(letters, sizeof(letters), "%s%s%s%s", sh.exit_on_error ? "e" : "",
             sh.interactive ? "i" : "", sh.unset_fails ? "u" : "", sh.trace ? "x" : "");
    return mem_strdup(letters);
}

static char *positional_value(const char *name)
{
    if (strcmp(name, "0") == 0) {
        return mem_strdup(sh.name);
    }
    unsigned long n = strtoul(name, NULL, 10);
    return n >= 1 && n <= sh.params.count ? mem_strdup(sh.params.items[n - 1]) : NULL;
}

/* All parameters in one string, which tells whether there is any. */
static char *joined_params(void)
{
    struct str all = {0};

    if (sh.params.count == 0) {
        return NULL;
    }
    for (size_t i = 0; i < sh.params.count; i++) {
        str_puts(&all, sh.params.items[i]);
    }
    return str_take(&all);
}

char *param_value(const char *name)
{
    switch (name[0]) {
    case '?':
        return number_value(sh.status);
    case '#':
        return number_value((long)sh.params.count);
    case '$':
        return number_value(getpid());
    case '!':
        return sh.last_background != 0 ? number_value(sh.last_background) : NULL;
    case '-':
        return option_letters();
    case '@':
    case '*':
        return joined_params();
    default:
        break;
    }
    if (isdigit((unsigned char)name[0])) {
        return positional_value(name);
    }
    const char *value = var_get(name);
    return value != NULL ? mem_strdup(value) : NULL;
}

bool param_is_trim(enum param_op op)
{
    return op >= PARAM_TRIM_START;
}

static const char *trim_start(char *value, const char *pattern, bool longest)
{
    size_t len = strlen(value);
    size_t best = 0;

    for (size_t n = 0; n <= len; n++) {
        char kept = value[n];
        value[n] = '\0';
        bool match = fnmatch(pattern, value, 0) == 0;
        value[n] = kept;
        if (match) {
            best = n;
            if (!longest) {
                break;
            }
        }
    }
    return value + best;
}

static const char *trim_end(char *value, const char *pattern, bool longest)
{
    size_t len = strlen(value);
    size_t best = len;

    for (size_t n = len + 1; n-- > 0;) {
        if (fnmatch(pattern, value + n, 0) == 0) {
            best = n;
            if (!longest) {
                break;
            }
        }
    }
    value[best] = '\0';
    return value;
}

const char *param_trim(char *value, const char *pattern, enum param_op op)
{
    bool longest = op == PARAM_TRIM_START_LONG || op == PARAM_TRIM_END_LONG;

    if (op == PARAM_TRIM_START || op == PARAM_TRIM_START_LONG) {
        return trim_start(value, pattern, longest);
    }
    return trim_end(value, pattern, longest);
}
