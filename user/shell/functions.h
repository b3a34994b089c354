/* SPDX-License-Identifier: MIT */
/* Shell functions. */
#pragma once

#include "ast.h"

struct function;

/* Define or replace one; source is its body, which the parser accepted before. */
void function_define(const char *name, const char *source);
void function_undefine(const char *name);
/* NULL if there is none. */
struct function *function_find(const char *name);
/* Run it with these arguments (argv[0] is its name); sets sh.status. */
void function_call(struct function *function, const struct strlist *argv);
/* Append source text that defines all functions. */
void functions_put_source(struct str *script);
void functions_free(void);
