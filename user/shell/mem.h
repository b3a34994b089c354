/* SPDX-License-Identifier: MIT */
/*
 * Memory for the shell: allocation that does not fail, growing strings, lists
 * of strings, and an arena for what lives exactly as long as one parsed command.
 *
 * A shell without memory cannot even report what is wrong with a command, so
 * running out ends it with a message instead of an error code at every call.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

void *mem_alloc(size_t size);
void *mem_realloc(void *old, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);

/* A string that grows. All zero is the empty string; data is NUL-terminated or NULL. */
struct str {
    char *data;
    size_t len;
    size_t cap;
};

void str_putc(struct str *s, char c);
void str_put(struct str *s, const char *text, size_t len);
void str_puts(struct str *s, const char *text);
void str_printf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_vprintf(struct str *s, const char *format, va_list args);
/* Append text so that the shell reads it back as one word with this very value. */
void str_put_quoted(struct str *s, const char *text);
void str_clear(struct str *s);
void str_free(struct str *s);
/* The text, never NULL, owned by s. */
const char *str_text(const struct str *s);
/* The text, never NULL, owned by the caller from now on; s is empty afterwards. */
char *str_take(struct str *s);

/* A list of owned strings; items is NULL or ends with a NULL pointer, as argv does. */
struct strlist {
    char **items;
    size_t count;
    size_t cap;
};

/* The list takes over text. */
void strlist_push(struct strlist *list, char *text);
/* Take out the first n (at most count) strings and free them. */
void strlist_shift(struct strlist *list, size_t n);
void strlist_free(struct strlist *list);

/* All zero is the empty arena. */
struct arena {
    struct arena_block *blocks;
};

/* Zeroed memory that stays until arena_free. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
void arena_free(struct arena *arena);
