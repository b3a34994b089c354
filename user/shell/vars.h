/* SPDX-License-Identifier: MIT */
/* Variables of the shell, and the environment of what it starts. */
#pragma once

#include "mem.h"

#include <stdbool.h>

/* Take over the environment that the shell was given. */
void vars_init(char **environment);
void vars_free(void);

/* The value, or NULL. Valid until the variable changes. */
const char *var_get(const char *name);
const char *var_get_or(const char *name, const char *fallback);
void var_set(const char *name, const char *value);
void var_unset(const char *name);
/* Hand the variable to programs from now on; it may still have no value. */
void var_export(const char *name);

/* Names in order, as the caller's strings; only exported ones, or only others. */
void vars_list(struct strlist *names, bool exported);
/* A name=value list for posix_spawn, the caller's to free. */
void vars_environment(struct strlist *env);

/* One variable's state, to put back after `name=value command`. */
struct var_saved {
    char *name;
    char *value; /* NULL: had none */
    bool exported;
};

struct var_saved var_save(const char *name);
/* Put the state back and free the record. */
void var_restore(struct var_saved *saved);
