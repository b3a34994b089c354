/* SPDX-License-Identifier: MIT */
/*
 * Expansion, in one pass over a word's source text. The field that grows is a
 * pattern: quoted characters that patterns treat specially carry a backslash,
 * so at the field's end we still know which stars are patterns.
 */
#include "expand.h"

#include "arith.h"
#include "lexer.h"
#include "params.h"
#include "shell.h"
#include "spawn.h"
#include "vars.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

struct expander {
    struct strlist *fields; /* finished fields; NULL: everything goes into one */
    struct str field;
    bool started;     /* the field exists, even if it is empty */
    bool has_pattern; /* an unquoted * ? or [ */
    bool after_blank; /* the last field was ended by blanks: a delimiter may still follow */
    bool in_operand;  /* inside the word of ${x-word}: plain text is split, too */
    bool failed;
    const char *ifs;
};

static void expand_text(struct expander *ex, const char *text, size_t len, bool quoted);

/* A copy without the marks of quoting; in place. */
static void remove_marks(char *pattern)
{
    char *out = pattern;

    for (const char *in = pattern; *in != '\0'; in++) {
        if (*in == '\\' && in[1] != '\0') {
            in++;
        }
        *out++ = *in;
    }
    *out = '\0';
}

static void push_file_names(struct expander *ex, char *pattern)
{
    glob_t found = {0};

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            strlist_push(ex->fields, mem_strdup(found.gl_pathv[i]));
        }
        free(pattern);
    } else {
        remove_marks(pattern);
        strlist_push(ex->fields, pattern);
    }
    globfree(&found);
}

static void end_field(struct expander *ex)
{
    if (ex->fields == NULL || !ex->started) {
        return;
    }
    char *pattern = str_take(&ex->field);
    if (ex->has_pattern) {
        push_file_names(ex, pattern);
    } else {
        remove_marks(pattern);
        strlist_push(ex->fields, pattern);
    }
    ex->started = false;
    ex->has_pattern = false;
}

/* A character that stands for itself. */
static void emit_quoted(struct expander *ex, char c)
{
    if (strchr("*?[\\", c) != NULL) {
        str_putc(&ex->field, '\\');
    }
    str_putc(&ex->field, c);
    ex->started = true;
    ex->after_blank = false;
}

/* A character that may be part of a pattern. */
static void emit_plain(struct expander *ex, char c)
{
    if (strchr("*?[", c) != NULL) {
        str_putc(&ex->field, c);
        ex->has_pattern = true;
        ex->started = true;
        ex->after_blank = false;
    } else {
        emit_quoted(ex, c);
    }
}

/* A character of an unquoted expansion: IFS divides fields. */
static void emit_split(struct expander *ex, char c)
{
    if (ex->fields == NULL || strchr(ex->ifs, c) == NULL) {
        emit_plain(ex, c);
        return;
    }
    if (c == ' ' || c == '\t' || c == '\n') {
        ex->after_blank = ex->started || ex->after_blank;
        end_field(ex);
        return;
    }
    if (!ex->after_blank) {
        ex->started = true; /* an empty field between two delimiters is a field */
        end_field(ex);
    }
    ex->after_blank = false;
}

static void emit_value(struct expander *ex, const char *value, bool quoted)
{
    for (; *value != '\0'; value++) {
        if (quoted) {
            emit_quoted(ex, *value);
        } else {
            emit_split(ex, *value);
        }
    }
}

/* $@ and $*: the positional parameters, as fields of their own where that can be. */
static void emit_params(struct expander *ex, char which, bool quoted)
{
    for (size_t i = 0; i < sh.params.count; i++) {
        if (i != 0) {
            if (ex->fields != NULL && (which == '@' || !quoted)) {
                end_field(ex);
            } else if (which == '@') {
                emit_quoted(ex, ' ');
            } else if (*ex->ifs != '\0') {
                emit_quoted(ex, *ex->ifs);
            }
        }
        ex->started = ex->started || quoted;
        emit_value(ex, sh.params.items[i], quoted);
    }
}

/* The word of ${x:-word} and its like as one string or pattern; NULL on failure. */
static char *expand_operand(const struct expander *ex, const struct param *param, bool quoted,
                            bool as_pattern)
{
    struct expander inner = {.ifs = ex->ifs};

    expand_text(&inner, param->word, param->word_len, quoted);
    char *text = str_take(&inner.field);
    if (inner.failed) {
        free(text);
        return NULL;
    }
    if (!as_pattern) {
        remove_marks(text);
    }
    return text;
}

/* ${x=word}: give the variable its value first. */
static bool assign_default(struct expander *ex, const struct param *param, bool quoted)
{
    char *value = NULL;

    if (!char_starts_name((unsigned char)param->name[0])) {
        shell_abort("%s: cannot be assigned to", param->name);
    } else {
        value = expand_operand(ex, param, quoted, false);
    }
    if (value == NULL) {
        ex->failed = true;
        return false;
    }
    var_set(param->name, value);
    free(value);
    return true;
}

/* ${x?word} */
static void complain_unset(struct expander *ex, const struct param *param)
{
    char *message = expand_operand(ex, param, true, false);

    if (message != NULL) {
        shell_abort("%s: %s", param->name, *message != '\0' ? message : "is not set");
    }
    free(message);
    ex->failed = true;
}

/* ${x#pattern} and its three relatives. */
static void emit_trimmed(struct expander *ex, const struct param *param, char *value, bool quoted)
{
    char *pattern = expand_operand(ex, param, false, true);

    if (pattern == NULL) {
        ex->failed = true;
        return;
    }
    emit_value(ex, param_trim(value, pattern, param->op), quoted);
    free(pattern);
}

static void emit_length(struct expander *ex, const struct param *param, const char *value)
{
    char digits[24];
    bool counts = param->name[0] == '@' || param->name[0] == '*';

    param_format_number(digits, sizeof(digits), (long)(counts ? sh.params.count : strlen(value)));
    emit_value(ex, digits, true);
}

/* The word of ${x-word} or ${x+word} in the place of the parameter. */
static void emit_operand(struct expander *ex, const struct param *param, bool quoted)
{
    bool outer = ex->in_operand;

    ex->in_operand = true;
    expand_text(ex, param->word, param->word_len, quoted);
    ex->in_operand = outer;
}

/* The forms of ${...} that look at whether the parameter has a value. True: all is done. */
static bool emit_conditional(struct expander *ex, const struct param *param, bool has_value,
                             bool quoted)
{
    switch (param->op) {
    case PARAM_DEFAULT:
        if (has_value) {
            return false;
        }
        emit_operand(ex, param, quoted);
        return true;
    case PARAM_ALTERNATIVE:
        if (has_value) {
            emit_operand(ex, param, quoted);
        }
        return true;
    case PARAM_ASSIGN:
        return !has_value && !assign_default(ex, param, quoted);
    case PARAM_ERROR:
        if (!has_value) {
            complain_unset(ex, param);
        }
        return !has_value;
    default:
        return false;
    }
}

static void emit_param(struct expander *ex, const struct param *param, bool quoted)
{
    char *value = param_value(param->name);
    bool has_value = value != NULL && !(param->empty_is_unset && *value == '\0');

    if (!emit_conditional(ex, param, has_value, quoted)) {
        if (param->op == PARAM_ASSIGN && !has_value) {
            free(value);
            value = param_value(param->name);
        }
        if (value == NULL && sh.unset_fails && strchr("@*", param->name[0]) == NULL) {
            shell_abort("%s: is not set", param->name);
            ex->failed = true;
        } else if (param->op == PARAM_LENGTH) {
            emit_length(ex, param, value != NULL ? value : "");
        } else if (strchr("@*", param->name[0]) != NULL) {
            emit_params(ex, param->name[0], quoted);
        } else if (value != NULL && param_is_trim(param->op)) {
            emit_trimmed(ex, param, value, quoted);
        } else if (value != NULL) {
            emit_value(ex, value, quoted);
        }
    }
    free(value);
}

static void expand_param(struct expander *ex, const char *text, size_t len, bool quoted)
{
    struct param param;

    if (!param_parse(&param, text, len)) {
        shell_abort("%.*s: bad substitution", (int)(len < 80 ? len : 80), text);
        ex->failed = true;
        return;
    }
    emit_param(ex, &param, quoted);
    param_destroy(&param);
}

static void expand_arithmetic(struct expander *ex, const char *text, size_t len)
{
    struct expander inner = {.ifs = ex->ifs};
    int64_t value = 0;
    char digits[24];

    expand_text(&inner, text, len, true);
    char *expression = str_take(&inner.field);
    remove_marks(expression);
    if (inner.failed) {
        ex->failed = true;
    } else if (!arith_evaluate(expression, &value)) {
        sh.flow = FLOW_ABORT;
        sh.status = STATUS_ERROR;
        ex->failed = true;
    } else {
        param_format_number(digits, sizeof(digits), (long)value);
        emit_value(ex, digits, true);
    }
    free(expression);
}

static void expand_command(struct expander *ex, const char *command, bool quoted)
{
    struct str output = {0};

    if (spawn_capture(command, &output)) {
        while (output.len != 0 && output.data[output.len - 1] == '\n') {
            output.data[--output.len] = '\0';
        }
        emit_value(ex, str_text(&output), quoted);
    } else {
        ex->failed = true;
    }
    str_free(&output);
}

/* What begins with a dollar. Returns its length. */
static size_t expand_dollar(struct expander *ex, const char *text, size_t len, bool quoted)
{
    size_t used = lexer_dollar_length(text, len, quoted);

    if (used == 1) {
        emit_quoted(ex, '$');
    } else if (used > 5 && text[1] == '(' && text[2] == '(') {
        expand_arithmetic(ex, text + 3, used - 5);
    } else if (used > 2 && text[1] == '(') {
        char *command = mem_strndup(text + 2, used - 3);
        expand_command(ex, command, quoted);
        free(command);
    } else {
        expand_param(ex, text, used, quoted);
    }
    return used;
}

/* `command`: a backslash quotes only $ ` and itself. Returns its length. */
static size_t expand_backquotes(struct expander *ex, const char *text, size_t len, bool quoted)
{
    struct str command = {0};
    size_t i = 1;

    while (i < len && text[i] != '`') {
        if (text[i] == '\\' && i + 1 < len && strchr("$`\\", text[i + 1]) != NULL) {
            i++;
        }
        str_putc(&command, text[i++]);
    }
    expand_command(ex, str_text(&command), quoted);
    str_free(&command);
    return i < len ? i + 1 : len;
}

/* A backslash; between double quotes it quotes only some characters. Returns the length. */
static size_t expand_backslash(struct expander *ex, const char *text, size_t len, bool quoted)
{
    if (len < 2 || (quoted && strchr("$`\"\\}", text[1]) == NULL)) {
        emit_quoted(ex, '\\');
        return 1;
    }
    emit_quoted(ex, text[1]);
    return 2;
}

static size_t expand_single_quotes(struct expander *ex, const char *text, size_t len)
{
    size_t i = 1;

    ex->started = true;
    for (; i < len && text[i] != '\''; i++) {
        emit_quoted(ex, text[i]);
    }
    return i < len ? i + 1 : len;
}

/* The length of "..." at the beginning of text, both quotes included. */
static size_t double_quotes_length(const char *text, size_t len)
{
    size_t i = 1;

    while (i < len && text[i] != '"') {
        if (text[i] == '$') {
            i += lexer_dollar_length(text + i, len - i, true);
        } else if (text[i] == '`') {
            for (i++; i < len && text[i] != '`'; i++) {
                i += text[i] == '\\';
            }
            i++;
        } else {
            i += text[i] == '\\' ? 2 : 1;
        }
    }
    return i < len ? i + 1 : len;
}

static size_t expand_double_quotes(struct expander *ex, const char *text, size_t len)
{
    size_t used = double_quotes_length(text, len);
    size_t inside = used - (used > 1 && text[used - 1] == '"' ? 2 : 1);

    /* Without parameters "$@" is no field, not an empty one. */
    if (!(inside == 2 && strncmp(text + 1, "$@", 2) == 0)) {
        ex->started = true;
    }
    expand_text(ex, text + 1, inside, true);
    return used;
}

/* ~ and ~/x at the beginning of a word. Returns the length of what was replaced. */
static size_t expand_tilde(struct expander *ex, const char *text, size_t len)
{
    const char *home = var_get("HOME");

    if (len == 0 || text[0] != '~' || (len > 1 && text[1] != '/') || home == NULL) {
        return 0;
    }
    emit_value(ex, home, true);
    return 1;
}

/* Expand len bytes of source text, which stands between double quotes if quoted. */
static void expand_text(struct expander *ex, const char *text, size_t len, bool quoted)
{
    size_t i = quoted ? 0 : expand_tilde(ex, text, len);

    while (i < len && !ex->failed) {
        const char *at = text + i;
        size_t left = len - i;
        if (*at == '$') {
            i += expand_dollar(ex, at, left, quoted);
        } else if (*at == '`') {
            i += expand_backquotes(ex, at, left, quoted);
        } else if (*at == '\\') {
            i += expand_backslash(ex, at, left, quoted);
        } else if (*at == '"') {
            i += expand_double_quotes(ex, at, left);
        } else if (*at == '\'' && !quoted) {
            i += expand_single_quotes(ex, at, left);
        } else {
            if (quoted) {
                emit_quoted(ex, *at);
            } else if (ex->in_operand) {
                emit_split(ex, *at);
            } else {
                emit_plain(ex, *at);
            }
            i++;
        }
    }
}

static const char *current_ifs(void)
{
    return var_get_or("IFS", " \t\n");
}

bool expand_words(const struct word *words, struct strlist *fields)
{
    char *ifs = mem_strdup(current_ifs()); /* ${IFS:=x} could change it under us */
    struct expander ex = {.fields = fields, .ifs = ifs};

    for (const struct word *word = words; word != NULL && !ex.failed; word = word->next) {
        expand_text(&ex, word->raw, strlen(word->raw), false);
        if (!ex.failed) {
            end_field(&ex);
        }
        ex.after_blank = false;
    }
    str_free(&ex.field);
    free(ifs);
    return !ex.failed;
}

char *expand_pattern(const char *raw)
{
    char *ifs = mem_strdup(current_ifs());
    struct expander ex = {.ifs = ifs};

    expand_text(&ex, raw, strlen(raw), false);
    free(ifs);
    if (ex.failed) {
        str_free(&ex.field);
        return NULL;
    }
    return str_take(&ex.field);
}

char *expand_string(const char *raw)
{
    char *text = expand_pattern(raw);

    if (text != NULL) {
        remove_marks(text);
    }
    return text;
}

char *expand_prompt(const char *raw)
{
    struct expander ex = {.ifs = " "};
    int status = sh.status;

    expand_text(&ex, raw, strlen(raw), true);
    if (ex.failed) {
        sh.flow = FLOW_NONE;
        str_clear(&ex.field);
    }
    sh.status = status;
    char *text = str_take(&ex.field);
    remove_marks(text);
    return text;
}
