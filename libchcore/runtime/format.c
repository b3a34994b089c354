/* SPDX-License-Identifier: MIT */
/* printf's conversions into a buffer that may be too small: the length counts on. */
#include <chcore/print.h>
#include <chcore/string.h>
#include <stdbool.h>
#include <stdint.h>

struct out {
    char *buf;
    size_t size;
    size_t length; /* of the whole text, also of what did not fit */
};

/* One conversion: %[flags][width][.precision][length]kind */
struct spec {
    bool left, zero, plus, space, alternate;
    int width;
    int precision; /* -1: none given */
    int size;      /* bytes of the integer */
    char kind;
};

static void put(struct out *out, char c)
{
    if (out->length + 1 < out->size) {
        out->buf[out->length] = c;
    }
    out->length++;
}

static void put_repeated(struct out *out, char c, int n)
{
    while (n-- > 0) {
        put(out, c);
    }
}

/* Text with prefix (sign or 0x), leading zeros, and padding on one side. */
static void put_field(struct out *out, const struct spec *spec, const char *prefix, int zeros,
                      const char *text, int length)
{
    int prefix_length = (int)strlen(prefix);
    int pad = spec->width - prefix_length - zeros - length;

    if (!spec->left) {
        put_repeated(out, ' ', pad);
    }
    while (*prefix) {
        put(out, *prefix++);
    }
    put_repeated(out, '0', zeros);
    for (int i = 0; i < length; i++) {
        put(out, text[i]);
    }
    if (spec->left) {
        put_repeated(out, ' ', pad);
    }
}

static void put_integer(struct out *out, const struct spec *spec, uint64_t value,
                        const char *prefix)
{
    unsigned base = spec->kind == 'o' ? 8 : spec->kind == 'x' || spec->kind == 'X' ? 16 : 10;
    const char *digits = spec->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    int start = sizeof(text);

    for (uint64_t rest = value; rest > 0; rest /= base) {
        text[--start] = digits[rest % base];
    }
    int length = (int)sizeof(text) - start;
    int zeros = (spec->precision < 0 ? 1 : spec->precision) - length;
    if (spec->zero && !spec->left && spec->precision < 0) {
        zeros = spec->width - (int)strlen(prefix) - length;
        if (length == 0 && zeros < 1) {
            zeros = 1;
        }
    }
    put_field(out, spec, prefix, zeros > 0 ? zeros : 0, text + start, length);
}

static void put_string(struct out *out, const struct spec *spec, const char *s)
{
    if (!s) {
        s = "(null)";
    }
    size_t length = strnlen(s, spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision);
    put_field(out, spec, "", 0, s, (int)length);
}

static int64_t signed_argument(const struct spec *spec, va_list *args)
{
    return spec->size == 8 ? va_arg(*args, int64_t) : va_arg(*args, int);
}

static uint64_t unsigned_argument(const struct spec *spec, va_list *args)
{
    return spec->size == 8 ? va_arg(*args, uint64_t) : va_arg(*args, unsigned);
}

static int parse_number(const char **format, va_list *args)
{
    int n = 0;

    if (**format == '*') {
        (*format)++;
        return va_arg(*args, int);
    }
    while (**format >= '0' && **format <= '9') {
        n = n * 10 + (*(*format)++ - '0');
    }
    return n;
}

static void parse_flags(struct spec *spec, const char **format)
{
    for (;; (*format)++) {
        switch (**format) {
        case '-':
            spec->left = true;
            break;
        case '0':
            spec->zero = true;
            break;
        case '+':
            spec->plus = true;
            break;
        case ' ':
            spec->space = true;
            break;
        case '#':
            spec->alternate = true;
            break;
        default:
            return;
        }
    }
}

static struct spec parse_spec(const char **format, va_list *args)
{
    struct spec spec = {.precision = -1, .size = sizeof(int)};

    parse_flags(&spec, format);
    spec.width = parse_number(format, args);
    if (spec.width < 0) {
        spec.left = true;
        spec.width = -spec.width;
    }
    if (**format == '.') {
        (*format)++;
        spec.precision = parse_number(format, args);
    }
    while (**format == 'l' || **format == 'z') {
        spec.size = sizeof(long);
        (*format)++;
    }
    spec.kind = **format;
    if (spec.kind) {
        (*format)++;
    }
    return spec;
}

static void put_conversion(struct out *out, struct spec *spec, va_list *args)
{
    char c;

    switch (spec->kind) {
    case 'd':
    case 'i': {
        int64_t value = signed_argument(spec, args);
        const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
        put_integer(out, spec, value < 0 ? -(uint64_t)value : (uint64_t)value, sign);
        break;
    }
    case 'u':
    case 'o':
        put_integer(out, spec, unsigned_argument(spec, args), "");
        break;
    case 'x':
    case 'X': {
        uint64_t value = unsigned_argument(spec, args);
        const char *prefix = spec->kind == 'X' ? "0X" : "0x";
        put_integer(out, spec, value, spec->alternate && value ? prefix : "");
        break;
    }
    case 'p':
        spec->kind = 'x';
        put_integer(out, spec, (uintptr_t)va_arg(*args, void *), "0x");
        break;
    case 'c':
        c = (char)va_arg(*args, int);
        put_field(out, spec, "", 0, &c, 1);
        break;
    case 's':
        put_string(out, spec, va_arg(*args, const char *));
        break;
    case '%':
        put(out, '%');
        break;
    default: /* a format of our own that is wrong: show it as it stands */
        put(out, '%');
        if (spec->kind) {
            put(out, spec->kind);
        }
    }
}

int chcore_vsnprintf(char *buf, size_t size, const char *format, va_list args)
{
    struct out out = {buf, size, 0};
    va_list rest;

    va_copy(rest, args);
    while (*format) {
        if (*format != '%') {
            put(&out, *format++);
            continue;
        }
        format++;
        struct spec spec = parse_spec(&format, &rest);
        put_conversion(&out, &spec, &rest);
    }
    va_end(rest);
    if (size > 0) {
        buf[out.length < size ? out.length : size - 1] = '\0';
    }
    return (int)out.length;
}

int chcore_snprintf(char *buf, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int length = chcore_vsnprintf(buf, size, format, args);
    va_end(args);
    return length;
}
