/* SPDX-License-Identifier: MIT */
/* chmod mode file...: change permissions; the mode is octal, or like u+x, go-w, a=r, +x and lists
 * of them. */
#include <err.h>
#include <lib/tool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MODE_BITS = 07777 };

/* The permission bits of all classes that a letter stands for. */
static mode_t letter_bits(char letter)
{
    switch (letter) {
    case 'r':
        return 0444;
    case 'w':
        return 0222;
    case 'x':
        return 0111;
    case 's':
        return 06000;
    case 't':
        return 01000;
    default:
        return 0;
    }
}

static mode_t class_bits(char letter)
{
    switch (letter) {
    case 'u':
        return 04700;
    case 'g':
        return 02070;
    case 'o':
        return 01007;
    case 'a':
        return MODE_BITS;
    default:
        return 0;
    }
}

/* One clause, [ugoa]*[+-=][rwxst]*, at *text; false if it is none. */
static bool apply_clause(const char **text, mode_t *mode)
{
    mode_t classes = 0;
    mode_t bits = 0;

    for (; class_bits(**text) != 0; (*text)++) {
        classes |= class_bits(**text);
    }
    if (classes == 0) {
        classes = MODE_BITS;
    }
    char op = **text;
    if (op != '+' && op != '-' && op != '=') {
        return false;
    }
    for ((*text)++; letter_bits(**text) != 0; (*text)++) {
        bits |= letter_bits(**text);
    }
    bits &= classes;
    if (op == '=') {
        *mode &= ~classes;
    }
    *mode = op == '-' ? *mode & ~bits : *mode | bits;
    return true;
}

/* The new mode of a file that has `mode`; false: text is no mode. */
static bool change_mode(const char *text, mode_t *mode)
{
    char *end = NULL;
    unsigned long octal = strtoul(text, &end, 8);

    if (end != text && *end == '\0' && octal <= MODE_BITS && text[0] >= '0') {
        *mode = (mode_t)octal;
        return true;
    }
    for (;;) {
        if (!apply_clause(&text, mode)) {
            return false;
        }
        if (*text != ',') {
            return *text == '\0';
        }
        text++;
    }
}

int main(int argc, char **argv)
{
    int status = 0;
    mode_t mode = 0;

    if (argc < 3 || !change_mode(argv[1], &mode)) {
        return tool_usage("chmod mode file...   (mode: 644, u+x, go-w, a=r)");
    }
    for (int i = 2; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) != 0) {
            warn("%s", argv[i]);
            status = 1;
            continue;
        }
        mode = st.st_mode & MODE_BITS;
        change_mode(argv[1], &mode);
        if (chmod(argv[i], mode) != 0) {
            warn("%s", argv[i]);
            status = 1;
        }
    }
    return tool_end(status);
}
