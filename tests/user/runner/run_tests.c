/* SPDX-License-Identifier: MIT */
/*
 * Runs test programs one after the other, each in a process of its own with an empty standard
 * input: run_tests NAME... Around what each prints stand two lines, which scripts/rings/user.py
 * reads: "@begin NAME" and "@end NAME STATUS", STATUS as a shell would give it.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The status as a shell would give it. */
static int run(const char *name)
{
    char path[256];
    int status;
    pid_t child;
    posix_spawn_file_actions_t actions;

    snprintf(path, sizeof(path), "/tests/%s", name);
    char *const argv[] = {path, NULL};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    const int error = posix_spawn(&child, path, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error) {
        printf("%s: %s\n", path, strerror(error));
        return 127;
    }
    if (waitpid(child, &status, 0) != child) {
        perror(name);
        return 126;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        printf("@begin %s\n", argv[i]);
        fflush(stdout);
        int status = run(argv[i]);

        printf("\n@end %s %d\n", argv[i], status);
        fflush(stdout);
    }
    return 0;
}
