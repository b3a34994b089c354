/* SPDX-License-Identifier: MIT */
/* Memory for the shell. */
#include "mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK_BYTES = 4096, PRINTF_GUESS_BYTES = 80 };

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) char data[];
};

void *mem_realloc(void *old, size_t size)
{
    void *p = realloc(old, size != 0 ? size : 1);
    if (p == NULL) {
        fputs("sh: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

void *mem_alloc(size_t size)
{
    return mem_realloc(NULL, size);
}

char *mem_strndup(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, strlen(text));
}

/* Make room for len more bytes and the final NUL. */
static void str_reserve(struct str *s, size_t len)
{
    if (s->cap - s->len > len) {
        return;
    }
    s->cap = (s->len + len + 1) * 2;
    s->data = mem_realloc(s->data, s->cap);
}

void str_put(struct str *s, const char *text, size_t len)
{
    str_reserve(s, len);
    if (len != 0) {
        memcpy(s->data + s->len, text, len);
    }
    s->len += len;
    s->data[s->len] = '\0';
}

void str_putc(struct str *s, char c)
{
    str_put(s, &c, 1);
}

void str_puts(struct str *s, const char *text)
{
    str_put(s, text, strlen(text));
}

void str_vprintf(struct str *s, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    str_reserve(s, PRINTF_GUESS_BYTES);
    size_t room = s->cap - s->len;
    int len = vsnprintf(s->data + s->len, room, format, args);
    if (len >= 0 && (size_t)len >= room) {
        str_reserve(s, (size_t)len);
        vsnprintf(s->data + s->len, (size_t)len + 1, format, again);
    }
    s->len += len > 0 ? (size_t)len : 0;
    va_end(again);
}

void str_printf(struct str *s, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    str_vprintf(s, format, args);
    va_end(args);
}

void str_put_quoted(struct str *s, const char *text)
{
    str_putc(s, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            str_puts(s, "'\\''");
        } else {
            str_putc(s, *text);
        }
    }
    str_putc(s, '\'');
}

void str_clear(struct str *s)
{
    s->len = 0;
    if (s->data != NULL) {
        s->data[0] = '\0';
    }
}

void str_free(struct str *s)
{
    free(s->data);
    *s = (struct str){0};
}

const char *str_text(const struct str *s)
{
    return s->data != NULL ? s->data : "";
}

char *str_take(struct str *s)
{
    char *text = s->data != NULL ? s->data : mem_strdup("");
    *s = (struct str){0};
    return text;
}

void strlist_push(struct strlist *list, char *text)
{
    if (list->count + 1 >= list->cap) {
        list->cap = (list->cap + 4) * 2;
        list->items = mem_realloc(list->items, list->cap * sizeof(char *));
    }
    list->items[list->count++] = text;
    list->items[list->count] = NULL;
}

void strlist_shift(struct strlist *list, size_t n)
{
    if (n == 0) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        free(list->items[i]);
    }
    list->count -= n;
    memmove(list->items, list->items + n, (list->count + 1) * sizeof(char *));
}

void strlist_free(struct strlist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct strlist){0};
}

void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    size_t align = alignof(max_align_t);

    size = (size + align - 1) / align * align;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > ARENA_BLOCK_BYTES ? size : ARENA_BLOCK_BYTES;
        block = mem_alloc(sizeof(*block) + room);
        block->next = arena->blocks;
        block->used = 0;
        block->size = room;
        arena->blocks = block;
    }
    void *p = block->data + block->used;
    block->used += size;
    memset(p, 0, size);
    return p;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}
