/* SPDX-License-Identifier: MIT */
/* Builtins about variables, options and positional parameters. */
#include "builtins.h"

#include "functions.h"
#include "lexer.h"
#include "shell.h"
#include "vars.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_name(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!char_in_name((unsigned char)text[i])) {
            return false;
        }
    }
    return char_starts_name((unsigned char)text[0]);
}

static void print_variables(const char *prefix, bool exported)
{
    struct strlist names = {0};

    vars_list(&names, exported);
    for (size_t i = 0; i < names.count; i++) {
        const char *value = var_get(names.items[i]);
        out("%s%s", prefix, names.items[i]);
        if (value != NULL) {
            out("=");
            out_quoted(value);
        }
        out("\n");
    }
    strlist_free(&names);
}

int builtin_export(int argc, char **argv)
{
    int status = 0;

    if (argc == 1 || strcmp(argv[1], "-p") == 0) {
        print_variables("export ", true);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        size_t len = strcspn(argv[i], "=");
        if (!is_name(argv[i], len)) {
            shell_error("export: '%s' is not a name", argv[i]);
            status = STATUS_ERROR;
            continue;
        }
        char *name = mem_strndup(argv[i], len);
        if (argv[i][len] == '=') {
            var_set(name, argv[i] + len + 1);
        }
        var_export(name);
        free(name);
    }
    return status;
}

int builtin_unset(int argc, char **argv)
{
    bool functions = argc > 1 && strcmp(argv[1], "-f") == 0;
    bool variables = argc > 1 && strcmp(argv[1], "-v") == 0;

    for (int i = 1 + (functions || variables); i < argc; i++) {
        if (functions) {
            function_undefine(argv[i]);
        } else {
            var_unset(argv[i]);
        }
    }
    return 0;
}

bool set_options(const char *arg)
{
    bool on = arg[0] == '-';

    for (const char *letter = arg + 1; *letter != '\0'; letter++) {
        switch (*letter) {
        case 'e':
            sh.exit_on_error = on;
            break;
        case 'u':
            sh.unset_fails = on;
            break;
        case 'x':
            sh.trace = on;
            break;
        default:
            return false;
        }
    }
    return arg[1] != '\0';
}

int builtin_set(int argc, char **argv)
{
    int i = 1;

    if (argc == 1) {
        print_variables("", true);
        print_variables("", false);
        return 0;
    }
    for (; i < argc && (argv[i][0] == '-' || argv[i][0] == '+'); i++) {
        if (strcmp(argv[i], "--") == 0) {
            break;
        }
        if (!set_options(argv[i])) {
            shell_error("set: unknown option '%s'", argv[i]);
            return STATUS_ERROR;
        }
    }
    if (i == argc) {
        return 0;
    }
    i += strcmp(argv[i], "--") == 0;
    strlist_free(&sh.params);
    for (; i < argc; i++) {
        strlist_push(&sh.params, mem_strdup(argv[i]));
    }
    return 0;
}

int builtin_shift(int argc, char **argv)
{
    char *end = NULL;
    unsigned long n = 1;

    if (argc > 1) {
        errno = 0;
        n = strtoul(argv[1], &end, 10);
        if (end == argv[1] || *end != '\0' || errno != 0) {
            shell_error("shift: '%s' is not a number", argv[1]);
            return STATUS_ERROR;
        }
    }
    if (n > sh.params.count) {
        shell_error("shift: there are only %zu parameters", sh.params.count);
        return 1;
    }
    strlist_shift(&sh.params, n);
    return 0;
}
