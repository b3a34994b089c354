/* SPDX-License-Identifier: MIT */
/*
 * Runs test programs one after the other, each in a process of its own with an empty standard
 * input: run_tests NAME... Around what each prints stand two lines, which scripts/rings/user.py
 * reads: "@begin NAME" and "@end NAME STATUS", STATUS as a shell would give it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(const char *name)
{
    char path[256];
    int status;

    snprintf(path, sizeof(path), "/tests/%s", name);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDONLY);

        dup2(null, STDIN_FILENO);
        dup2(STDOUT_FILENO, STDERR_FILENO);
        execl(path, path, (char *)NULL);
        perror(path);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
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
