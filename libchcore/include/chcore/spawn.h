/* SPDX-License-Identifier: MIT */
/*
 * Starting a program: what posix_spawn, system and popen of libc come down to. The request is
 * neutral: libc's own lists are converted to it by the files laid over musl.
 */
#pragma once

#include <stdint.h>

/* What is done to the child's descriptors and directory before it runs, in order. */
enum chcore_spawn_op {
    CHCORE_SPAWN_CLOSE = 1,  /* close(fd) */
    CHCORE_SPAWN_DUP2 = 2,   /* dup2(fd2, fd); fd == fd2 clears close-on-exec */
    CHCORE_SPAWN_OPEN = 3,   /* fd = open(path, oflag, mode) */
    CHCORE_SPAWN_CHDIR = 4,  /* chdir(path) */
    CHCORE_SPAWN_FCHDIR = 5, /* fchdir(fd) */
};

struct chcore_file_action {
    uint32_t op; /* enum chcore_spawn_op */
    int32_t fd;
    int32_t fd2;
    int32_t oflag;
    uint32_t mode;
    uint32_t reserved;
    const char *path;
};

enum chcore_spawn_flag {
    CHCORE_SPAWN_SETPGROUP = 1, /* pgroup is meant: 0 makes a new group */
    CHCORE_SPAWN_SETSID = 2,    /* the child leads a new session */
    CHCORE_SPAWN_SETMASK = 4,   /* signal_mask is meant, else the caller's */
    CHCORE_SPAWN_RESETIDS = 8,  /* effective ids become the real ones */
};

struct chcore_spawn {
    const char *path; /* not searched for in PATH: libc does that */
    char *const *argv;
    char *const *envp;
    const struct chcore_file_action *actions;
    uint32_t action_count;
    uint32_t flags; /* enum chcore_spawn_flag */
    int32_t pgroup;
    uint32_t reserved;
    uint64_t signal_mask;    /* bit n - 1: signal n */
    uint64_t signal_default; /* dispositions that become the default ones again */
};

/*
 * Start the program; its pid, or -errno: what open of the path or of an action failed with,
 * -ENOEXEC for what is neither an ELF program of this machine nor a `#!` script, -E2BIG, -ENOMEM,
 * -EAGAIN.
 */
long chcore_spawn(const struct chcore_spawn *request);
