/* SPDX-License-Identifier: MIT */
/*
 * The syntax tree of one command. Everything lives in the arena that the parser
 * was given. Words keep the quotes and dollars of the source: expansion, which
 * happens anew each time a command runs, gives them their meaning.
 */
#pragma once

#include "mem.h"

#include <stdbool.h>

struct word {
    struct word *next;
    char *raw;
};

enum redir_kind {
    REDIR_READ,       /* [n]<file  */
    REDIR_WRITE,      /* [n]>file  */
    REDIR_APPEND,     /* [n]>>file */
    REDIR_READ_WRITE, /* [n]<>file */
    REDIR_DUP,        /* [n]>&m, [n]<&m, [n]>&- */
};

struct redir {
    struct redir *next;
    enum redir_kind kind;
    int fd;
    char *target;
};

enum node_kind {
    NODE_SIMPLE,   /* assigns, words, redirs */
    NODE_PIPE,     /* children, negated; more than one child or negated */
    NODE_ANDOR,    /* children, each with joined_by_or */
    NODE_LIST,     /* children, each with background */
    NODE_GROUP,    /* { children[0] } */
    NODE_SUBSHELL, /* ( text ) */
    NODE_IF,       /* children: condition, then part, again for each elif; else part */
    NODE_WHILE,    /* children: condition, body; until: negated */
    NODE_FOR,      /* name in words do children[0]; over_params without `in` */
    NODE_CASE,     /* name is the subject, items */
    NODE_FUNCTION, /* name() text */
};

struct case_item {
    struct case_item *next;
    struct word *patterns;
    struct node *body; /* NULL: nothing to do */
};

struct node {
    enum node_kind kind;
    struct node *next; /* sibling */
    struct node *children;
    struct word *assigns;
    struct word *words;
    struct redir *redirs;
    struct case_item *items;
    char *name;
    char *text; /* the source, where a second shell may have to run it, else NULL */
    size_t start;
    bool negated;
    bool joined_by_or;
    bool background;
    bool over_params;
};
