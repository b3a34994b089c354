/* SPDX-License-Identifier: MIT */
/*
 * The first user process. It starts a shell on the console, again and again, or, when the host has
 * put a command into /etc/run, that command, whose status it reports before it powers the machine
 * off. Processes whose parent has gone become its children: it waits for them all.
 */
#include <chcore/system.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONSOLE  "/dev/console"
#define COMMAND  "/etc/run" /* an argument vector, a NUL behind each argument */
#define MESSAGE  "/etc/motd"
#define WINDOW   "/etc/window" /* "columns rows" of the terminal at the other end of the console */
#define SHELL    "/bin/sh"
#define HOST_DIR "/dev/host/"

enum {
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128, /* plus the signal's number */
    SHELL_PAUSE_NS = 500000000,
};

extern char **environ; /* unistd.h declares it only on demand */

/* Descriptors 0, 1 and 2 are the console, whatever was handed to us. */
static void open_console(void)
{
    int fd = 0;

    while (fd >= 0 && fd <= STDERR_FILENO) {
        fd = open(CONSOLE, O_RDWR);
    }
    if (fd > STDERR_FILENO) {
        close(fd);
    }
}

static int exit_status(int wait_status)
{
    return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status)
                                    : WEXITSTATUS(wait_status);
}

/* Wait for a child, and on the way for all others that end; its status. */
static int wait_for(pid_t child)
{
    int wait_status = 0;
    pid_t ended = 0;

    while (ended != child) {
        ended = waitpid(-1, &wait_status, 0);
        if (ended < 0 && errno != EINTR) {
            fprintf(stderr, "init: cannot wait: %s\n", strerror(errno));
            return STATUS_NOT_FOUND;
        }
    }
    return exit_status(wait_status);
}

/* Start a program that leads a session of its own; an errno value. */
static int start(pid_t *pid, char **argv, const char *path, const char *const streams[3])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;

    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attr);
    if (error == 0) {
        error = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID);
        for (int fd = 0; fd < 3 && error == 0; fd++) {
            error = posix_spawn_file_actions_addopen(&actions, fd, streams[fd],
                                                     fd == 0 ? O_RDONLY : O_WRONLY, 0);
        }
        if (error == 0) {
            error = posix_spawnp(pid, path, &actions, &attr, argv, environ);
        }
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* ---- A command for the host ---- */

/* All of a file, with a NUL behind it, and its size; NULL if it is not there or empty. */
static char *read_file(const char *path, size_t *size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return NULL;
    }
    size_t done = 0;
    char *text = fstat(fd, &st) == 0 ? malloc((size_t)st.st_size + 1) : NULL;
    while (text != NULL && done < (size_t)st.st_size) {
        ssize_t got = read(fd, text + done, (size_t)st.st_size - done);
        if (got <= 0) {
            break;
        }
        done += (size_t)got;
    }
    close(fd);
    if (text == NULL || done == 0) {
        free(text);
        return NULL;
    }
    text[done] = '\0';
    *size = done;
    return text;
}

/* The command that the host wants to be run; NULL if there is none. */
static char **read_command(void)
{
    size_t size = 0;
    size_t count = 0;
    char *text = read_file(COMMAND, &size);

    if (text == NULL) {
        return NULL;
    }
    char **argv = calloc(size + 1, sizeof(char *)); /* each argument takes at least a byte */
    if (argv == NULL) {
        free(text);
        return NULL;
    }
    for (char *arg = text; arg < text + size; arg += strlen(arg) + 1) {
        argv[count++] = arg;
    }
    return argv;
}

/* Say on the host's standard error why a command did not start. */
static void complain(const char *name, int error)
{
    FILE *host = fopen(HOST_DIR "stderr", "w");

    if (host != NULL) {
        fprintf(host, "%s: %s\n", name, error == ENOENT ? "not found" : strerror(error));
        fclose(host);
    }
}

static int run_command(char **argv)
{
    static const char *const streams[3] = {HOST_DIR "stdin", HOST_DIR "stdout", HOST_DIR "stderr"};
    pid_t pid = 0;
    int error = start(&pid, argv, argv[0], streams);

    if (error != 0) {
        complain(argv[0], error);
        return error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
    }
    return wait_for(pid);
}

static void power_off(void)
{
    long error = chcore_power(PROC_POWER_OFF);

    fprintf(stderr, "init: cannot power off: %s\n", chcore_error_name(error));
}

/* ---- A shell on the console ---- */

/* Tell the console how large the terminal is: only the host can know. */
static void set_window(void)
{
    struct winsize window = {0};
    size_t size = 0;
    char *text = read_file(WINDOW, &size);
    char *end = text;

    if (text != NULL) {
        window.ws_col = (unsigned short)strtoul(text, &end, 10);
        window.ws_row = (unsigned short)strtoul(end, NULL, 10);
    }
    if (window.ws_col != 0 && window.ws_row != 0 &&
        ioctl(STDOUT_FILENO, TIOCSWINSZ, &window) != 0) {
        fprintf(stderr, "init: cannot set the window's size: %s\n", strerror(errno));
    }
    free(text);
}

static void show_message(void)
{
    size_t size = 0;
    char *text = read_file(MESSAGE, &size);

    if (text != NULL) {
        fwrite(text, 1, size, stdout);
        fflush(stdout);
    }
    free(text);
}

/* Run one shell until it ends; false if it cannot be started. */
static bool run_shell(void)
{
    static const char *const streams[3] = {CONSOLE, CONSOLE, CONSOLE};
    char *argv[] = {"-sh", NULL}; /* a login shell: it reads /etc/profile */
    pid_t pid = 0;
    int error = start(&pid, argv, SHELL, streams);

    if (error != 0) {
        fprintf(stderr, "init: cannot start %s: %s\n", SHELL, strerror(error));
        return false;
    }
    int status = wait_for(pid);
    fprintf(stderr, "init: the shell has ended with status %d; here is another one\n", status);
    return true;
}

int main(void)
{
    /* A shell that ends at once must not take the whole machine. */
    static const struct timespec pause = {.tv_nsec = SHELL_PAUSE_NS};

    open_console();
    setenv("PATH", "/bin:/sbin", 0);
    setenv("HOME", "/root", 0);
    char **command = read_command();
    if (command != NULL) {
        int status = run_command(command);
        long error = chcore_host_exit(status);
        if (error < 0) {
            fprintf(stderr, "init: cannot report status %d: %s\n", status,
                    chcore_error_name(error));
        }
    } else {
        set_window();
        show_message();
        while (run_shell()) {
            nanosleep(&pause, NULL);
        }
    }
    power_off();
    return 1;
}
