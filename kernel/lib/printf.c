/* SPDX-License-Identifier: MIT */
/* Formatted text (see lib/printf.h for what is known). */
#include <lib/printf.h>
#include <lib/string.h>

struct output {
    char *buf;
    size_t size;
    size_t len; /* of the whole text, though it may not fit */
};

/* One conversion: % [-0] [width] [.precision] [l|ll|z] type. */
struct spec {
    bool left;
    bool zero;
    size_t width;
    size_t precision;
    unsigned longs; /* 0: int, else 64 bits */
};

static void put(struct output *out, char c)
{
    if (out->len + 1 < out->size) {
        out->buf[out->len] = c;
    }
    out->len++;
}

static void pad(struct output *out, char c, size_t width, size_t len)
{
    for (; len < width; len++) {
        put(out, c);
    }
}

static void put_text(struct output *out, const struct spec *spec, const char *s, size_t len)
{
    if (!spec->left) {
        pad(out, ' ', spec->width, len);
    }
    for (size_t i = 0; i < len; i++) {
        put(out, s[i]);
    }
    if (spec->left) {
        pad(out, ' ', spec->width, len);
    }
}

static void put_number(struct output *out, const struct spec *spec, u64 value, unsigned base,
                       const char *prefix)
{
    char digits[24];
    char *at = digits + sizeof(digits);
    size_t prefix_len = strlen(prefix);

    do {
        *--at = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    size_t len = (size_t)(digits + sizeof(digits) - at);

    if (spec->zero && !spec->left) {
        struct spec bare = {0};

        put_text(out, &bare, prefix, prefix_len);
        pad(out, '0', spec->width, prefix_len + len);
        put_text(out, &bare, at, len);
        return;
    }
    for (size_t i = prefix_len; i > 0; i--) {
        *--at = prefix[i - 1];
    }
    put_text(out, spec, at, prefix_len + len);
}

static size_t read_number(const char **fmt, va_list *args)
{
    size_t value = 0;

    if (**fmt == '*') {
        int given = va_arg(*args, int);

        (*fmt)++;
        return given > 0 ? (size_t)given : 0;
    }
    while (**fmt >= '0' && **fmt <= '9') {
        value = value * 10 + (size_t)(*(*fmt)++ - '0');
    }
    return value;
}

static struct spec read_spec(const char **fmt, va_list *args)
{
    struct spec spec = {.precision = SIZE_MAX};

    for (; **fmt == '-' || **fmt == '0'; (*fmt)++) {
        spec.left |= **fmt == '-';
        spec.zero |= **fmt == '0';
    }
    spec.width = read_number(fmt, args);
    if (**fmt == '.') {
        (*fmt)++;
        spec.precision = read_number(fmt, args);
    }
    for (; **fmt == 'l' || **fmt == 'z'; (*fmt)++) {
        spec.longs++;
    }
    return spec;
}

static void convert(struct output *out, const struct spec *spec, char type, va_list *args)
{
    switch (type) {
    case 'd':
    case 'i': {
        s64 value = spec->longs ? va_arg(*args, s64) : va_arg(*args, int);

        put_number(out, spec, value < 0 ? -(u64)value : (u64)value, 10, value < 0 ? "-" : "");
        break;
    }
    case 'u':
    case 'x': {
        u64 value = spec->longs ? va_arg(*args, u64) : va_arg(*args, unsigned);

        put_number(out, spec, value, type == 'x' ? 16 : 10, "");
        break;
    }
    case 'p':
        put_number(out, spec, (u64)(uintptr_t)va_arg(*args, void *), 16, "0x");
        break;
    case 'c': {
        char c = (char)va_arg(*args, int);

        put_text(out, spec, &c, 1);
        break;
    }
    case 's': {
        const char *s = va_arg(*args, const char *);

        s = s != NULL ? s : "(null)";
        put_text(out, spec, s, strnlen(s, spec->precision));
        break;
    }
    default:
        put(out, '%');
        if (type != '%') {
            put(out, type);
        }
        break;
    }
}

size_t kvsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
    struct output out = {buf, size, 0};
    va_list rest;

    va_copy(rest, args);
    while (*fmt != '\0') {
        if (*fmt != '%') {
            put(&out, *fmt++);
            continue;
        }
        fmt++;
        struct spec spec = read_spec(&fmt, &rest);

        if (*fmt == '\0') {
            break;
        }
        convert(&out, &spec, *fmt++, &rest);
    }
    va_end(rest);
    if (size != 0) {
        buf[MIN(out.len, size - 1)] = '\0';
    }
    return out.len;
}

size_t ksnprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    size_t len = kvsnprintf(buf, size, fmt, args);

    va_end(args);
    return len;
}
