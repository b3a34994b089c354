/* SPDX-License-Identifier: MIT */
/* Characters to tokens. */
#include "lexer.h"

#include "ast.h"
#include "parser.h"

#include <stdlib.h>
#include <string.h>

bool char_starts_name(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool char_in_name(int c)
{
    return char_starts_name(c) || (c >= '0' && c <= '9');
}

bool char_is_special_parameter(int c)
{
    return c > 0 && strchr("@*#?-$!0123456789", c) != NULL;
}

static bool ends_word(int c)
{
    return c == INPUT_END || strchr(" \t\n;&|<>()", c) != NULL;
}

void lexer_fail(struct lexer *lex, const char *message)
{
    if (lex->error == NULL) {
        lex->error = arena_strndup(lex->arena, message, strlen(message));
    }
}

/* What the scanners below append to: the word as it stands in the source. */
struct scan {
    struct lexer *lex;
    struct str raw;
};

static void scan_dollar(struct scan *scan, bool in_quotes);

/* Take the next byte into the word. Outside a word's nested forms it is never the end. */
static int scan_next(struct scan *scan)
{
    int c = input_next(scan->lex->in);

    if (c != INPUT_END) {
        str_putc(&scan->raw, (char)c);
    }
    return c;
}

static bool scan_enter(struct scan *scan)
{
    if (++scan->lex->depth > MAX_NESTING) {
        lexer_fail(scan->lex, "nested too deeply");
        return false;
    }
    return true;
}

static void scan_leave(struct scan *scan)
{
    scan->lex->depth--;
}

/* A backslash and what it quotes. A line that ends in a backslash goes on in the next one. */
static void scan_backslash(struct scan *scan)
{
    struct input *in = scan->lex->in;

    input_next(in);
    int c = input_next(in);
    if (c == '\n') {
        return;
    }
    str_putc(&scan->raw, '\\');
    if (c != INPUT_END) {
        str_putc(&scan->raw, (char)c);
    }
}

static void scan_single_quotes(struct scan *scan)
{
    int c;

    scan_next(scan);
    do {
        c = scan_next(scan);
    } while (c != '\'' && c != INPUT_END);
    if (c == INPUT_END) {
        lexer_fail(scan->lex, "unterminated ' quote");
    }
}

static void scan_backquotes(struct scan *scan)
{
    int c;

    scan_next(scan);
    do {
        c = scan_next(scan);
        if (c == '\\') {
            scan_next(scan);
        }
    } while (c != '`' && c != INPUT_END);
    if (c == INPUT_END) {
        lexer_fail(scan->lex, "unterminated ` quote");
    }
}

static void scan_double_quotes(struct scan *scan)
{
    if (!scan_enter(scan)) {
        return;
    }
    scan_next(scan);
    for (;;) {
        int c = input_peek(scan->lex->in);
        if (c == INPUT_END || scan->lex->error != NULL) {
            lexer_fail(scan->lex, "unterminated \" quote");
            break;
        }
        if (c == '\\') {
            scan_backslash(scan);
        } else if (c == '$') {
            scan_dollar(scan, true);
        } else if (c == '`') {
            scan_backquotes(scan);
        } else {
            scan_next(scan);
            if (c == '"') {
                break;
            }
        }
    }
    scan_leave(scan);
}

/* ${...}: up to the brace that closes it. */
static void scan_braces(struct scan *scan, bool in_quotes)
{
    for (;;) {
        int c = input_peek(scan->lex->in);
        if (c == INPUT_END || scan->lex->error != NULL) {
            lexer_fail(scan->lex, "unterminated ${");
            return;
        }
        if (c == '\\') {
            scan_backslash(scan);
        } else if (c == '\'' && !in_quotes) {
            scan_single_quotes(scan);
        } else if (c == '"') {
            scan_double_quotes(scan);
        } else if (c == '`') {
            scan_backquotes(scan);
        } else if (c == '$') {
            scan_dollar(scan, in_quotes);
        } else {
            scan_next(scan);
            if (c == '}') {
                return;
            }
        }
    }
}

/* $((...)): up to the parenthesis that closes it. */
static void scan_arithmetic(struct scan *scan)
{
    unsigned open = 2;

    while (open != 0) {
        int c = input_peek(scan->lex->in);
        if (c == INPUT_END || scan->lex->error != NULL) {
            lexer_fail(scan->lex, "unterminated $((");
            return;
        }
        if (c == '$') {
            scan_dollar(scan, true);
        } else if (c == '`') {
            scan_backquotes(scan);
        } else {
            scan_next(scan);
            open += c == '(';
            open -= c == ')';
        }
    }
}

/* $(...): only the parser knows which parenthesis ends a command. */
static void scan_command(struct scan *scan)
{
    struct input *in = scan->lex->in;
    size_t start = in->pos;

    parser_skip_command(scan->lex);
    str_put(&scan->raw, in->text + start, in->pos - start);
}

static void scan_dollar(struct scan *scan, bool in_quotes)
{
    struct input *in = scan->lex->in;

    if (!scan_enter(scan)) {
        return;
    }
    scan_next(scan);
    int c = input_peek(in);
    if (c == '{') {
        scan_next(scan);
        scan_braces(scan, in_quotes);
    } else if (c == '(') {
        scan_next(scan);
        if (input_peek(in) == '(') {
            scan_next(scan);
            scan_arithmetic(scan);
        } else {
            scan_command(scan);
        }
    } else if (char_starts_name(c)) {
        while (char_in_name(input_peek(in))) {
            scan_next(scan);
        }
    } else if (char_is_special_parameter(c)) {
        scan_next(scan);
    }
    scan_leave(scan);
}

static void lex_word(struct lexer *lex, struct token *tok)
{
    struct scan scan = {.lex = lex};

    while (lex->error == NULL) {
        int c = input_peek(lex->in);
        if (ends_word(c)) {
            break;
        }
        switch (c) {
        case '\\':
            scan_backslash(&scan);
            break;
        case '\'':
            scan_single_quotes(&scan);
            break;
        case '"':
            scan_double_quotes(&scan);
            break;
        case '`':
            scan_backquotes(&scan);
            break;
        case '$':
            scan_dollar(&scan, false);
            break;
        default:
            scan_next(&scan);
        }
    }
    tok->kind = TOK_WORD;
    tok->word = arena_strndup(lex->arena, str_text(&scan.raw), scan.raw.len);
    str_free(&scan.raw);
}

/* Blanks, comments and continued lines. */
static void skip_blanks(struct lexer *lex)
{
    struct input *in = lex->in;

    for (;;) {
        int c = input_peek(in);
        if (c == '\\') {
            if (input_peek_second(in) != '\n') {
                return;
            }
            input_next(in);
        } else if (c == '#') {
            while (c != '\n' && c != INPUT_END) {
                input_next(in);
                c = input_peek(in);
            }
            return;
        } else if (c != ' ' && c != '\t') {
            return;
        }
        input_next(in);
    }
}

static bool accept(struct lexer *lex, int c)
{
    if (input_peek(lex->in) != c) {
        return false;
    }
    input_next(lex->in);
    return true;
}

static void lex_redirection(struct lexer *lex, struct token *tok)
{
    int c = input_next(lex->in);

    tok->kind = TOK_REDIR;
    if (c == '<') {
        tok->fd = tok->fd < 0 ? 0 : tok->fd;
        tok->redir = REDIR_READ;
        if (accept(lex, '<')) {
            lexer_fail(lex, "here-documents (<<) are not supported");
        } else if (accept(lex, '&')) {
            tok->redir = REDIR_DUP;
        } else if (accept(lex, '>')) {
            tok->redir = REDIR_READ_WRITE;
        }
        return;
    }
    tok->fd = tok->fd < 0 ? 1 : tok->fd;
    tok->redir = REDIR_WRITE;
    if (accept(lex, '>')) {
        tok->redir = REDIR_APPEND;
    } else if (accept(lex, '&')) {
        tok->redir = REDIR_DUP;
    } else {
        accept(lex, '|');
    }
}

static void lex_operator(struct lexer *lex, struct token *tok)
{
    switch (input_next(lex->in)) {
    case INPUT_END:
        tok->kind = TOK_END;
        break;
    case '\n':
        tok->kind = TOK_NEWLINE;
        break;
    case ';':
        tok->kind = accept(lex, ';') ? TOK_DOUBLE_SEMI : TOK_SEMI;
        break;
    case '&':
        tok->kind = accept(lex, '&') ? TOK_AND_IF : TOK_AMP;
        break;
    case '|':
        tok->kind = accept(lex, '|') ? TOK_OR_IF : TOK_PIPE;
        break;
    case '(':
        tok->kind = TOK_LPAREN;
        break;
    default:
        tok->kind = TOK_RPAREN;
    }
}

static void lex_token(struct lexer *lex)
{
    struct token *tok = &lex->tok;

    skip_blanks(lex);
    *tok = (struct token){.fd = -1, .start = lex->in->pos};
    int c = input_peek(lex->in);
    int second = input_peek_second(lex->in);
    if (c >= '0' && c <= '9' && (second == '<' || second == '>')) {
        input_next(lex->in);
        tok->fd = c - '0';
        c = second;
    }
    if (c == '<' || c == '>') {
        lex_redirection(lex, tok);
    } else if (ends_word(c)) {
        lex_operator(lex, tok);
    } else {
        lex_word(lex, tok);
    }
    tok->end = lex->in->pos;
}

const struct token *lexer_peek(struct lexer *lex)
{
    if (!lex->have_tok && lex->error == NULL) {
        lex_token(lex);
        lex->have_tok = true;
    }
    if (lex->error != NULL) {
        lex->tok = (struct token){.kind = TOK_END, .start = lex->in->pos, .end = lex->in->pos};
    }
    return &lex->tok;
}

void lexer_advance(struct lexer *lex)
{
    lexer_peek(lex);
    lex->have_tok = false;
}

size_t lexer_dollar_length(const char *text, size_t len, bool in_quotes)
{
    struct input in;
    struct arena arena = {0};
    struct lexer lex = {.in = &in, .arena = &arena};
    struct scan scan = {.lex = &lex};

    input_from_string(&in, text, len);
    scan_dollar(&scan, in_quotes);
    str_free(&scan.raw);
    arena_free(&arena);
    return in.pos;
}
