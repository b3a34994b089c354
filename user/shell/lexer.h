/* SPDX-License-Identifier: MIT */
/*
 * Characters to tokens. The only difficulty of shell lexing is to find the end
 * of a word: quotes and the dollar forms nest in each other without limit, so
 * we set one (MAX_NESTING), which also bounds the stack of every later stage.
 */
#pragma once

#include "input.h"

enum { MAX_NESTING = 100 };

enum token_kind {
    TOK_END,
    TOK_NEWLINE,
    TOK_WORD,
    TOK_REDIR, /* redir and fd say which */
    TOK_SEMI,
    TOK_DOUBLE_SEMI,
    TOK_AMP,
    TOK_AND_IF,
    TOK_OR_IF,
    TOK_PIPE,
    TOK_LPAREN,
    TOK_RPAREN,
};

struct token {
    enum token_kind kind;
    size_t start; /* offsets into the input's text */
    size_t end;
    char *word; /* TOK_WORD: source text, in the arena */
    int redir;  /* TOK_REDIR: an enum redir_kind */
    int fd;
};

struct lexer {
    struct input *in;
    struct arena *arena;
    unsigned depth;
    char *error; /* NULL, or what is wrong, in the arena */
    struct token tok;
    bool have_tok;
};

/* Note the first error; the input counts as ended from then on. */
void lexer_fail(struct lexer *lex, const char *message);
/* The current token, read if need be. After an error it is TOK_END. */
const struct token *lexer_peek(struct lexer *lex);
/* Go on behind the current token. */
void lexer_advance(struct lexer *lex);

/*
 * The length of the dollar form ($x, ${x}, $(x), $((x))) with which the len bytes
 * of text begin, 1 for a dollar alone. A form without an end takes all of text.
 */
size_t lexer_dollar_length(const char *text, size_t len, bool in_quotes);

bool char_starts_name(int c);
bool char_in_name(int c);
bool char_is_special_parameter(int c);
