/* SPDX-License-Identifier: MIT */
/* Variables: a hash table of names. */
#include "vars.h"

#include "lexer.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 64 };

struct var {
    struct var *next;
    char *name;
    char *value; /* NULL: exported before it had a value */
    bool exported;
};

static struct var *buckets[BUCKETS];

/* The link that points to the variable, or to NULL where it would be. */
static struct var **var_find(const char *name)
{
    unsigned hash = 5381;

    for (const char *c = name; *c != '\0'; c++) {
        hash = hash * 33 + (unsigned char)*c;
    }
    struct var **link = &buckets[hash % BUCKETS];
    while (*link != NULL && strcmp((*link)->name, name) != 0) {
        link = &(*link)->next;
    }
    return link;
}

static struct var *var_make(const char *name)
{
    struct var **link = var_find(name);

    if (*link == NULL) {
        *link = mem_alloc(sizeof(**link));
        **link = (struct var){.name = mem_strdup(name)};
    }
    return *link;
}

const char *var_get(const char *name)
{
    const struct var *var = *var_find(name);
    return var != NULL ? var->value : NULL;
}

const char *var_get_or(const char *name, const char *fallback)
{
    const char *value = var_get(name);
    return value != NULL ? value : fallback;
}

void var_set(const char *name, const char *value)
{
    struct var *var = var_make(name);
    char *copy = mem_strdup(value); /* value may be the old one */

    free(var->value);
    var->value = copy;
}

void var_unset(const char *name)
{
    struct var **link = var_find(name);
    struct var *var = *link;

    if (var != NULL) {
        *link = var->next;
        free(var->name);
        free(var->value);
        free(var);
    }
}

void var_export(const char *name)
{
    var_make(name)->exported = true;
}

void vars_init(char **environment)
{
    for (char **entry = environment; *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        size_t len = 0;
        while (char_in_name((unsigned char)(*entry)[len])) {
            len++;
        }
        /* What is no variable name cannot be used or passed on. */
        if (equals != *entry + len || !char_starts_name((unsigned char)**entry)) {
            continue;
        }
        char *name = mem_strndup(*entry, len);
        var_set(name, equals + 1);
        var_export(name);
        free(name);
    }
}

void vars_free(void)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (buckets[i] != NULL) {
            var_unset(buckets[i]->name);
        }
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void vars_list(struct strlist *names, bool exported)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (const struct var *var = buckets[i]; var != NULL; var = var->next) {
            if (var->exported == exported) {
                strlist_push(names, mem_strdup(var->name));
            }
        }
    }
    if (names->count != 0) {
        qsort(names->items, names->count, sizeof(char *), compare_names);
    }
}

void vars_environment(struct strlist *env)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (const struct var *var = buckets[i]; var != NULL; var = var->next) {
            if (var->exported && var->value != NULL) {
                struct str entry = {0};
                str_printf(&entry, "%s=%s", var->name, var->value);
                strlist_push(env, str_take(&entry));
            }
        }
    }
}

struct var_saved var_save(const char *name)
{
    const struct var *var = *var_find(name);
    struct var_saved saved = {.name = mem_strdup(name)};

    if (var != NULL) {
        saved.value = var->value != NULL ? mem_strdup(var->value) : NULL;
        saved.exported = var->exported;
    }
    return saved;
}

void var_restore(struct var_saved *saved)
{
    var_unset(saved->name);
    if (saved->value != NULL) {
        var_set(saved->name, saved->value);
    }
    if (saved->exported) {
        var_export(saved->name);
    }
    free(saved->name);
    free(saved->value);
}
