/* SPDX-License-Identifier: MIT */
/*
 * posix_spawnp: the program is looked for along PATH before anything is started, so that file
 * actions, which may create or truncate files, are done once only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 if `path` is a file that the caller may execute, else why not. */
static int executable(const char *path)
{
    struct stat st;
    if (stat(path, &st)) {
        return errno;
    }
    if (!S_ISREG(st.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS)) {
        return EACCES;
    }
    return 0;
}

/* Puts the first executable DIR/file of `search` into `path` (PATH_MAX bytes): 0, or an errno. */
static int path_search(const char *search, const char *file, char *path)
{
    const size_t file_len = strnlen(file, NAME_MAX + 1);
    if (file_len > NAME_MAX) {
        return ENAMETOOLONG;
    }
    int answer = ENOENT;
    for (const char *dir = search;; dir++) {
        const size_t dir_len = strcspn(dir, ":");
        if (dir_len + 1 + file_len < PATH_MAX) {
            char *name = path;
            if (dir_len) { /* an empty element is the working directory */
                memcpy(path, dir, dir_len);
                path[dir_len] = '/';
                name += dir_len + 1;
            }
            memcpy(name, file, file_len + 1);
            const int error = executable(path);
            if (error == 0) {
                return 0;
            }
            if (error == EACCES) { /* said at the end, if nothing better follows */
                answer = EACCES;
            } else if (error != ENOENT && error != ENOTDIR) {
                return error;
            }
        }
        dir += dir_len;
        if (!*dir) {
            return answer;
        }
    }
}

int posix_spawnp(pid_t *restrict res, const char *restrict file,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                 char *const argv[restrict], char *const envp[restrict])
{
    if (!*file) {
        return ENOENT;
    }
    if (strchr(file, '/')) {
        return posix_spawn(res, file, actions, attr, argv, envp);
    }
    const char *search = getenv("PATH");
    char path[PATH_MAX];
    const int saved = errno;
    const int error = path_search(search ? search : "/usr/local/bin:/bin:/usr/bin", file, path);
    errno = saved;
    return error ? error : posix_spawn(res, path, actions, attr, argv, envp);
}
