/* SPDX-License-Identifier: MIT */
/* help [name...]: what the programs in /bin are for. The shell's own commands: its builtin help. */
#include <err.h>
#include <lib/tool.h>
#include <string.h>

static const struct {
    const char *name;
    const char *purpose;
} programs[] = {
    {"caps", "capabilities of a process: caps [pid]"},
    {"cat", "print files: cat [-n] [file...]"},
    {"chmod", "change permissions: chmod mode file..."},
    {"cp", "copy files: cp [-r] source... target"},
    {"date", "date and time: date [-u] [+format]"},
    {"dmesg", "the kernel's log"},
    {"echo", "print words: echo [-ne] [word...]"},
    {"env", "environment: env [-i] [name=value...] [command...]"},
    {"false", "fail"},
    {"free", "memory: free [-h]"},
    {"grep", "find lines: grep [-cEilnqrv] pattern [file...]"},
    {"head", "beginning of files: head [-n lines | -c bytes] [file...]"},
    {"help", "this list: help [name...]"},
    {"kill", "send a signal: kill [-signal] pid..., kill -l"},
    {"ln", "link files: ln [-sf] target [name]"},
    {"ls", "list files: ls [-1adhlR] [file...]"},
    {"mem", "memory map of a process: mem [pid]"},
    {"mkdir", "make directories: mkdir [-p] dir..."},
    {"mv", "rename files: mv source... target"},
    {"poweroff", "switch the machine off"},
    {"ps", "processes: ps [-t]"},
    {"reboot", "start the machine anew"},
    {"rm", "remove files: rm [-rf] file..."},
    {"rmdir", "remove empty directories: rmdir dir..."},
    {"sh", "the shell: sh [-eux] [-c command | file] [argument...]"},
    {"sleep", "wait: sleep seconds"},
    {"sort", "sort lines: sort [-nru] [file...]"},
    {"stat", "all about files: stat file..."},
    {"tail", "end of files: tail [-n lines] [file...]"},
    {"top", "busy processes: top [-d seconds] [-n times]"},
    {"touch", "make files, or set their times to now: touch [-c] file..."},
    {"true", "succeed"},
    {"uptime", "how long the system has been running"},
    {"wc", "count lines, words, bytes: wc [-lwc] [file...]"},
};

enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

static void print_program(size_t i)
{
    printf("%-9s %s\n", programs[i].name, programs[i].purpose);
}

static int print_one(const char *name)
{
    for (size_t i = 0; i < PROGRAMS; i++) {
        if (strcmp(programs[i].name, name) == 0) {
            print_program(i);
            return 0;
        }
    }
    warnx("nothing is known about %s", name);
    return 1;
}

int main(int argc, char **argv)
{
    int status = 0;

    for (int i = 1; i < argc; i++) {
        status |= print_one(argv[i]);
    }
    for (size_t i = 0; argc == 1 && i < PROGRAMS; i++) {
        print_program(i);
    }
    return tool_end(status);
}
