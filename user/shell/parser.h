/* SPDX-License-Identifier: MIT */
/*
 * Tokens to syntax trees, by recursive descent. One function a rule:
 *
 *   list      and_or { (';' | '&' | newline) and_or }
 *   and_or    pipeline { ('&&' | '||') pipeline }
 *   pipeline  ['!'] command { '|' command }
 *   command   simple | name '(' ')' compound | compound { redirection }
 *   compound  '{' list '}' | '(' list ')' | if | while | until | for | case
 */
#pragma once

#include "ast.h"
#include "lexer.h"

enum parse_result {
    PARSE_COMMAND, /* *node is what to run, NULL for an empty line */
    PARSE_END,
    PARSE_ERROR, /* *error says what; the input's position is somewhere behind */
};

/* Read one command line, and all the lines that its constructs need, into arena. */
enum parse_result parser_read(struct input *in, struct arena *arena, struct node **node,
                              const char **error);
/* Read over the rest of $(...), its closing parenthesis included. Errors go to lex. */
void parser_skip_command(struct lexer *lex);

/* Whether the word has the form name=value; returns the length of the name, else 0. */
size_t parser_assignment_name(const char *raw);
