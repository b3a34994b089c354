/* SPDX-License-Identifier: MIT */
/* The forms of $x and ${x...}: what they say, and the values of parameters. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum param_op {
    PARAM_PLAIN,
    PARAM_LENGTH,          /* ${#x} */
    PARAM_DEFAULT,         /* ${x-word}, with a colon an empty value counts as none */
    PARAM_ASSIGN,          /* ${x=word} */
    PARAM_ERROR,           /* ${x?word} */
    PARAM_ALTERNATIVE,     /* ${x+word} */
    PARAM_TRIM_START,      /* ${x#pattern} */
    PARAM_TRIM_START_LONG, /* ${x##pattern} */
    PARAM_TRIM_END,        /* ${x%pattern} */
    PARAM_TRIM_END_LONG,   /* ${x%%pattern} */
};

struct param {
    char *name; /* owned */
    enum param_op op;
    bool empty_is_unset;
    const char *word; /* inside the text that was parsed */
    size_t word_len;
};

/* Take $x or ${x...} apart; false if it makes no sense. */
bool param_parse(struct param *param, const char *text, size_t len);
void param_destroy(struct param *param);

/* The value of a variable or a special or positional parameter, or NULL; the caller's. */
char *param_value(const char *name);

bool param_is_trim(enum param_op op);
/* The value without what the pattern matches at one end; changes value. */
const char *param_trim(char *value, const char *pattern, enum param_op op);

void param_format_number(char *buf, size_t size, long number);
