/* SPDX-License-Identifier: MIT */
/* cat [-n] [file...]: print files one after the other; -n numbers the lines. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <lib/tool.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

static char buf[READ_BYTES];

struct numbering {
    bool on;
    bool in_line;
    unsigned long line;
};

static void print_numbered(struct numbering *n, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!n->in_line) {
            printf("%6lu\t", ++n->line);
        }
        putchar(data[i]);
        n->in_line = data[i] != '\n';
    }
}

/* Whatever was read is written at once: the other end may be a person. */
static int copy(int fd, const char *name, struct numbering *n)
{
    for (;;) {
        ssize_t got = read(fd, buf, sizeof(buf));
        if (got == 0) {
            return 0;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            warn("%s", name);
            return 1;
        }
        if (n->on) {
            print_numbered(n, buf, (size_t)got);
        } else {
            fwrite(buf, 1, (size_t)got, stdout);
        }
        if (fflush(stdout) != 0) {
            return 1; /* tool_end says so */
        }
    }
}

static int cat(const char *name, struct numbering *n)
{
    if (strcmp(name, "-") == 0) {
        return copy(STDIN_FILENO, name, n);
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        warn("%s", name);
        return 1;
    }
    int result = copy(fd, name, n);
    close(fd);
    return result;
}

int main(int argc, char **argv)
{
    struct numbering numbering = {0};
    int status = 0;
    int option = 0;

    while ((option = getopt(argc, argv, "nu")) != -1) {
        if (option == '?') {
            return tool_usage("cat [-n] [file...]");
        }
        numbering.on = numbering.on || option == 'n';
    }
    if (optind == argc) {
        status = cat("-", &numbering);
    }
    for (int i = optind; i < argc && !ferror(stdout); i++) {
        status |= cat(argv[i], &numbering);
    }
    return tool_end(status);
}
