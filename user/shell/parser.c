/* SPDX-License-Identifier: MIT */
/* Tokens to syntax trees. */
#include "parser.h"

#include <stdio.h>
#include <string.h>

static struct node *parse_list(struct lexer *lex);
static struct node *parse_command(struct lexer *lex);

static struct node *node_new(struct lexer *lex, enum node_kind kind)
{
    struct node *node = arena_alloc(lex->arena, sizeof(*node));
    node->kind = kind;
    return node;
}

/* Complain about the current token. */
static void unexpected(struct lexer *lex)
{
    static const char *const names[] = {
        [TOK_END] = "end of input", [TOK_NEWLINE] = "end of line", [TOK_REDIR] = "redirection",
        [TOK_SEMI] = "';'",         [TOK_DOUBLE_SEMI] = "';;'",    [TOK_AMP] = "'&'",
        [TOK_AND_IF] = "'&&'",      [TOK_OR_IF] = "'||'",          [TOK_PIPE] = "'|'",
        [TOK_LPAREN] = "'('",       [TOK_RPAREN] = "')'",
    };
    const struct token *tok = lexer_peek(lex);
    char message[80];

    if (tok->kind == TOK_WORD) {
        snprintf(message, sizeof(message), "unexpected '%.40s'", tok->word);
    } else {
        snprintf(message, sizeof(message), "unexpected %s", names[tok->kind]);
    }
    lexer_fail(lex, message);
}

static bool at(struct lexer *lex, enum token_kind kind)
{
    return lexer_peek(lex)->kind == kind;
}

static bool accept(struct lexer *lex, enum token_kind kind)
{
    if (!at(lex, kind)) {
        return false;
    }
    lexer_advance(lex);
    return true;
}

/* A reserved word is one only where a command may begin, and only when not quoted. */
static bool at_word(struct lexer *lex, const char *word)
{
    const struct token *tok = lexer_peek(lex);
    return tok->kind == TOK_WORD && strcmp(tok->word, word) == 0;
}

static bool accept_word(struct lexer *lex, const char *word)
{
    if (!at_word(lex, word)) {
        return false;
    }
    lexer_advance(lex);
    return true;
}

static void expect_word(struct lexer *lex, const char *word)
{
    if (!accept_word(lex, word)) {
        unexpected(lex);
    }
}

static void skip_newlines(struct lexer *lex)
{
    while (accept(lex, TOK_NEWLINE)) {
    }
}

/* Keep the source from start up to the current token. */
static char *source_since(struct lexer *lex, size_t start)
{
    size_t end = lex->have_tok ? lex->tok.start : lex->in->pos;
    return arena_strndup(lex->arena, lex->in->text + start, end - start);
}

size_t parser_assignment_name(const char *raw)
{
    size_t len = 0;

    if (!char_starts_name((unsigned char)raw[0])) {
        return 0;
    }
    while (char_in_name((unsigned char)raw[len])) {
        len++;
    }
    return raw[len] == '=' ? len : 0;
}

static bool is_name(const char *raw)
{
    size_t len = 0;

    while (char_in_name((unsigned char)raw[len])) {
        len++;
    }
    return raw[len] == '\0' && char_starts_name((unsigned char)raw[0]);
}

/* The words and operators at which a list ends, and what began it goes on. */
static bool at_list_end(struct lexer *lex)
{
    static const char *const closers[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};

    if (at(lex, TOK_END) || at(lex, TOK_RPAREN) || at(lex, TOK_DOUBLE_SEMI)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(closers) / sizeof(closers[0]); i++) {
        if (at_word(lex, closers[i])) {
            return true;
        }
    }
    return false;
}

/* Take the current token, a word, to the end of a list of words. */
static struct word **take_word(struct lexer *lex, struct word **tail)
{
    struct word *word = arena_alloc(lex->arena, sizeof(*word));

    word->raw = lexer_peek(lex)->word;
    *tail = word;
    lexer_advance(lex);
    return &word->next;
}

/* Take redirections as long as there are any. */
static struct redir **parse_redirs(struct lexer *lex, struct redir **tail)
{
    while (at(lex, TOK_REDIR)) {
        struct redir *redir = arena_alloc(lex->arena, sizeof(*redir));
        redir->kind = (enum redir_kind)lexer_peek(lex)->redir;
        redir->fd = lexer_peek(lex)->fd;
        lexer_advance(lex);
        if (!at(lex, TOK_WORD)) {
            unexpected(lex);
            break;
        }
        redir->target = lexer_peek(lex)->word;
        lexer_advance(lex);
        *tail = redir;
        tail = &redir->next;
    }
    return tail;
}

/* name() compound: kept as source text, which is parsed when the function is defined. */
static void parse_function(struct lexer *lex, struct node *node)
{
    lexer_advance(lex);
    if (!is_name(node->words->raw) || node->words->next != NULL || !accept(lex, TOK_RPAREN)) {
        unexpected(lex);
        return;
    }
    node->kind = NODE_FUNCTION;
    node->name = node->words->raw;
    skip_newlines(lex);
    size_t start = lexer_peek(lex)->start;
    struct node *body = parse_command(lex);
    if (body->kind == NODE_SIMPLE || body->kind == NODE_FUNCTION) {
        lexer_fail(lex, "the body of a function must be a compound command");
    }
    node->text = source_since(lex, start);
}

static struct node *parse_simple(struct lexer *lex)
{
    struct node *node = node_new(lex, NODE_SIMPLE);
    struct word **assign_tail = &node->assigns;
    struct word **word_tail = &node->words;
    struct redir **redir_tail = &node->redirs;

    for (;;) {
        redir_tail = parse_redirs(lex, redir_tail);
        bool first = node->words == NULL && node->assigns == NULL;
        if (!at(lex, TOK_WORD) || (first && at_list_end(lex))) {
            break;
        }
        if (node->words == NULL && parser_assignment_name(lexer_peek(lex)->word) != 0) {
            assign_tail = take_word(lex, assign_tail);
        } else {
            word_tail = take_word(lex, word_tail);
        }
        if (node->words != NULL && node->assigns == NULL && at(lex, TOK_LPAREN)) {
            parse_function(lex, node);
            return node;
        }
    }
    if (node->assigns == NULL && node->words == NULL && node->redirs == NULL) {
        unexpected(lex);
    }
    return node;
}

static struct node *parse_if(struct lexer *lex)
{
    struct node *node = node_new(lex, NODE_IF);
    struct node **tail = &node->children;

    do {
        *tail = parse_list(lex);
        tail = &(*tail)->next;
        expect_word(lex, "then");
        *tail = parse_list(lex);
        tail = &(*tail)->next;
    } while (accept_word(lex, "elif"));
    if (accept_word(lex, "else")) {
        *tail = parse_list(lex);
    }
    expect_word(lex, "fi");
    return node;
}

static struct node *parse_do_group(struct lexer *lex)
{
    expect_word(lex, "do");
    struct node *body = parse_list(lex);
    expect_word(lex, "done");
    return body;
}

static struct node *parse_while(struct lexer *lex, bool until)
{
    struct node *node = node_new(lex, NODE_WHILE);

    node->negated = until;
    node->children = parse_list(lex);
    node->children->next = parse_do_group(lex);
    return node;
}

static struct node *parse_for(struct lexer *lex)
{
    struct node *node = node_new(lex, NODE_FOR);

    if (!at(lex, TOK_WORD) || !is_name(lexer_peek(lex)->word)) {
        unexpected(lex);
        return node;
    }
    node->name = lexer_peek(lex)->word;
    lexer_advance(lex);
    skip_newlines(lex);
    if (accept_word(lex, "in")) {
        struct word **tail = &node->words;
        while (at(lex, TOK_WORD)) {
            tail = take_word(lex, tail);
        }
    } else {
        node->over_params = true;
    }
    accept(lex, TOK_SEMI);
    skip_newlines(lex);
    node->children = parse_do_group(lex);
    return node;
}

/* [(] pattern { '|' pattern } ')' [list] [';;'] */
static struct case_item *parse_case_item(struct lexer *lex)
{
    struct case_item *item = arena_alloc(lex->arena, sizeof(*item));
    struct word **tail = &item->patterns;

    accept(lex, TOK_LPAREN);
    do {
        if (!at(lex, TOK_WORD)) {
            unexpected(lex);
            return item;
        }
        tail = take_word(lex, tail);
    } while (accept(lex, TOK_PIPE));
    if (!accept(lex, TOK_RPAREN)) {
        unexpected(lex);
    }
    skip_newlines(lex);
    if (!at(lex, TOK_DOUBLE_SEMI) && !at_word(lex, "esac")) {
        item->body = parse_list(lex);
    }
    if (!accept(lex, TOK_DOUBLE_SEMI) && !at_word(lex, "esac")) {
        unexpected(lex);
    }
    return item;
}

static struct node *parse_case(struct lexer *lex)
{
    struct node *node = node_new(lex, NODE_CASE);
    struct case_item **tail = &node->items;

    if (!at(lex, TOK_WORD)) {
        unexpected(lex);
        return node;
    }
    node->name = lexer_peek(lex)->word;
    lexer_advance(lex);
    skip_newlines(lex);
    expect_word(lex, "in");
    skip_newlines(lex);
    while (lex->error == NULL && !accept_word(lex, "esac")) {
        *tail = parse_case_item(lex);
        tail = &(*tail)->next;
        skip_newlines(lex);
    }
    return node;
}

static struct node *parse_group(struct lexer *lex)
{
    struct node *node = node_new(lex, NODE_GROUP);

    node->children = parse_list(lex);
    expect_word(lex, "}");
    return node;
}

static struct node *parse_subshell(struct lexer *lex)
{
    struct node *node = node_new(lex, NODE_SUBSHELL);
    size_t start = lex->in->pos;

    parse_list(lex);
    node->text = source_since(lex, start);
    if (!accept(lex, TOK_RPAREN)) {
        unexpected(lex);
    }
    return node;
}

/* NULL: no compound command begins here. */
static struct node *parse_compound(struct lexer *lex)
{
    if (accept(lex, TOK_LPAREN)) {
        return parse_subshell(lex);
    }
    if (accept_word(lex, "{")) {
        return parse_group(lex);
    }
    if (accept_word(lex, "if")) {
        return parse_if(lex);
    }
    if (accept_word(lex, "while")) {
        return parse_while(lex, false);
    }
    if (accept_word(lex, "until")) {
        return parse_while(lex, true);
    }
    if (accept_word(lex, "for")) {
        return parse_for(lex);
    }
    if (accept_word(lex, "case")) {
        return parse_case(lex);
    }
    return NULL;
}

static struct node *parse_command(struct lexer *lex)
{
    struct node *node = NULL;
    size_t start = lexer_peek(lex)->start;

    if (++lex->depth > MAX_NESTING) {
        lexer_fail(lex, "nested too deeply");
        node = node_new(lex, NODE_SIMPLE);
    } else {
        node = parse_compound(lex);
        if (node != NULL) {
            parse_redirs(lex, &node->redirs);
        } else {
            node = parse_simple(lex);
        }
    }
    lex->depth--;
    node->start = start;
    return node;
}

static struct node *parse_pipeline(struct lexer *lex)
{
    size_t start = lexer_peek(lex)->start;
    bool negated = false;

    while (accept_word(lex, "!")) {
        negated = !negated;
    }
    struct node *first = parse_command(lex);
    if (!negated && !at(lex, TOK_PIPE)) {
        return first;
    }
    struct node *pipe = node_new(lex, NODE_PIPE);
    pipe->negated = negated;
    pipe->start = start;
    pipe->children = first;
    struct node *last = first;
    while (at(lex, TOK_PIPE)) {
        last->text = last->kind == NODE_SUBSHELL ? last->text : source_since(lex, last->start);
        lexer_advance(lex);
        skip_newlines(lex);
        last->next = parse_command(lex);
        last = last->next;
    }
    if (last != first && last->kind != NODE_SUBSHELL) {
        last->text = source_since(lex, last->start);
    }
    return pipe;
}

static struct node *parse_and_or(struct lexer *lex)
{
    struct node *first = parse_pipeline(lex);

    if (!at(lex, TOK_AND_IF) && !at(lex, TOK_OR_IF)) {
        return first;
    }
    struct node *node = node_new(lex, NODE_ANDOR);
    node->start = first->start;
    node->children = first;
    struct node *last = first;
    while (at(lex, TOK_AND_IF) || at(lex, TOK_OR_IF)) {
        bool by_or = at(lex, TOK_OR_IF);
        lexer_advance(lex);
        skip_newlines(lex);
        last->next = parse_pipeline(lex);
        last = last->next;
        last->joined_by_or = by_or;
    }
    return node;
}

/* Take one and_or and what ends it to the end of a list; false: nothing ended it. */
static bool parse_list_item(struct lexer *lex, struct node ***tail)
{
    struct node *item = parse_and_or(lex);

    **tail = item;
    *tail = &item->next;
    if (!at(lex, TOK_AMP)) {
        return accept(lex, TOK_SEMI);
    }
    if (item->kind != NODE_SUBSHELL) {
        item->text = source_since(lex, item->start);
    }
    item->background = true;
    lexer_advance(lex);
    return true;
}

/* A list inside a construct; leaves the closing word or operator to the caller. */
static struct node *parse_list(struct lexer *lex)
{
    struct node *list = node_new(lex, NODE_LIST);
    struct node **tail = &list->children;
    bool ended = false;

    skip_newlines(lex);
    do {
        ended = parse_list_item(lex, &tail);
        ended = at(lex, TOK_NEWLINE) || ended;
        skip_newlines(lex);
    } while (ended && !at_list_end(lex));
    return list;
}

enum parse_result parser_read(struct input *in, struct arena *arena, struct node **node,
                              const char **error)
{
    struct lexer lex = {.in = in, .arena = arena};

    *node = NULL;
    if (accept(&lex, TOK_NEWLINE)) {
        return PARSE_COMMAND;
    }
    if (lex.error == NULL && at(&lex, TOK_END)) {
        return PARSE_END;
    }
    struct node *list = node_new(&lex, NODE_LIST);
    struct node **tail = &list->children;
    while (parse_list_item(&lex, &tail) && !at(&lex, TOK_NEWLINE) && !at(&lex, TOK_END)) {
    }
    if (!accept(&lex, TOK_NEWLINE) && !at(&lex, TOK_END)) {
        unexpected(&lex);
    }
    if (lex.error != NULL) {
        *error = lex.error;
        return PARSE_ERROR;
    }
    *node = list;
    return PARSE_COMMAND;
}

void parser_skip_command(struct lexer *lex)
{
    struct lexer inner = {.in = lex->in, .arena = lex->arena, .depth = lex->depth};

    skip_newlines(&inner);
    if (!at(&inner, TOK_RPAREN)) {
        parse_list(&inner);
    }
    if (!accept(&inner, TOK_RPAREN)) {
        unexpected(&inner);
    }
    if (inner.error != NULL) {
        lexer_fail(lex, inner.error);
    }
}
