/* SPDX-License-Identifier: MIT */
/* kill [-signal] pid...: send a signal, TERM unless told, by name or number; kill -l lists them. */
#include <err.h>
#include <lib/tool.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL}, {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},
};

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]), SIGNAL_MAX = 64 };

/* The number for "9", "KILL" or "SIGKILL"; -1 if there is none. */
static int parse_signal(const char *text)
{
    int64_t number = 0;

    if (tool_number(text, 0, SIGNAL_MAX, &number)) {
        return (int)number;
    }
    if (strncasecmp(text, "SIG", 3) == 0) {
        text += 3;
    }
    for (size_t i = 0; i < SIGNALS; i++) {
        if (strcasecmp(text, signals[i].name) == 0) {
            return signals[i].number;
        }
    }
    return -1;
}

static void list_signals(void)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        printf("%2d %s\n", signals[i].number, signals[i].name);
    }
}

int main(int argc, char **argv)
{
    static const char usage[] = "kill [-signal | -s signal] pid... | kill -l";
    int number = SIGTERM;
    int status = 0;
    int i = 1;

    if (argc == 2 && strcmp(argv[1], "-l") == 0) {
        list_signals();
        return tool_end(0);
    }
    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        number = parse_signal(argv[2]);
        i = 3;
    } else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0) {
        number = parse_signal(argv[1] + 1);
        i = 2;
    }
    i += i < argc && strcmp(argv[i], "--") == 0;
    if (number < 0 || i >= argc) {
        return tool_usage(usage);
    }
    for (; i < argc; i++) {
        int64_t pid = 0;
        if (!tool_number(argv[i], INT32_MIN, INT32_MAX, &pid)) {
            warnx("%s is not a process number", argv[i]);
            status = 1;
        } else if (kill((pid_t)pid, number) != 0) {
            warn("%s", argv[i]);
            status = 1;
        }
    }
    return tool_end(status);
}
