/* SPDX-License-Identifier: MIT */
/*
 * echo [-neE] [word...]: print the words; -n without a newline, -e with \n, \t and so on. Options
 * are letters of these only: anything else, "--" included, is a word.
 */
#include <lib/tool.h>
#include <string.h>

/* Digits of a base at *text, at most max of them; *text moves behind them. */
static int read_digits(const char **text, int base, int max)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    int value = 0;

    for (int i = 0; i < max && **text != '\0'; i++) {
        const char *digit = strchr(digits, **text);
        if (digit == NULL || (digit - digits) % 16 >= base) {
            break;
        }
        value = value * base + (int)((digit - digits) % 16);
        (*text)++;
    }
    return value;
}

/* The escape behind a backslash; *text moves behind it. False: \c, print no more. */
static bool put_escape(const char **text)
{
    static const char letters[] = "abefnrtv\\";
    static const char values[] = "\a\b\033\f\n\r\t\v\\";
    char c = **text;
    const char *letter = c != '\0' ? strchr(letters, c) : NULL;

    if (c == 'c') {
        return false;
    }
    if (letter != NULL) {
        putchar(values[letter - letters]);
        (*text)++;
    } else if (c == '0') {
        (*text)++;
        putchar(read_digits(text, 8, 3));
    } else if (c == 'x') {
        (*text)++;
        putchar(read_digits(text, 16, 2));
    } else {
        putchar('\\');
    }
    return true;
}

static bool put_word(const char *word, bool escapes)
{
    if (!escapes) {
        fputs(word, stdout);
        return true;
    }
    while (*word != '\0') {
        char c = *word++;
        if (c != '\\') {
            putchar(c);
        } else if (!put_escape(&word)) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    bool newline = true;
    bool escapes = false;
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (argv[i][1 + strspn(argv[i] + 1, "neE")] != '\0') {
            break;
        }
        newline = newline && strchr(argv[i], 'n') == NULL;
        const char *last = strpbrk(argv[i], "eE");
        escapes = last != NULL ? *last == 'e' : escapes;
    }
    for (; i < argc; i++) {
        if (!put_word(argv[i], escapes)) {
            return tool_end(0);
        }
        if (i + 1 < argc) {
            putchar(' ');
        }
    }
    if (newline) {
        putchar('\n');
    }
    return tool_end(0);
}
