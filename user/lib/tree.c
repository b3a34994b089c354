/* SPDX-License-Identifier: MIT */
/* Copying and removing files and whole directories, for cp, mv and rm. */
#include <lib/tool.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 65536, LINK_BYTES = 4096 };

/* The first directory that a copy made: to copy it again would never end. */
struct copy {
    bool recursive;
    bool has_made;
    dev_t made_device;
    ino_t made_inode;
};

static int copy_any(struct copy *copy, const char *source, const char *target);

static int write_all(int fd, const char *data, size_t len)
{
    while (len != 0) {
        ssize_t done = write(fd, data, len);
        if (done < 0 && errno != EINTR) {
            return -1;
        }
        if (done > 0) {
            data += done;
            len -= (size_t)done;
        }
    }
    return 0;
}

static int copy_data(int in, int out, const char *source, const char *target)
{
    char *buf = tool_alloc(NULL, COPY_BYTES);
    int result = 0;

    for (;;) {
        ssize_t got = read(in, buf, COPY_BYTES);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            warn("%s", source);
            result = 1;
            break;
        }
        if (write_all(out, buf, (size_t)got) != 0) {
            warn("%s", target);
            result = 1;
            break;
        }
    }
    free(buf);
    return result;
}

static int copy_file(const char *source, const char *target, const struct stat *st)
{
    struct stat other;

    if (stat(target, &other) == 0 && other.st_dev == st->st_dev && other.st_ino == st->st_ino) {
        warnx("%s and %s are the same file", source, target);
        return 1;
    }
    int in = open(source, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        warn("%s", source);
        return 1;
    }
    int out = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, st->st_mode & 0777);
    if (out < 0) {
        warn("%s", target);
        close(in);
        return 1;
    }
    int result = copy_data(in, out, source, target);
    close(in);
    if (close(out) != 0) {
        warn("%s", target);
        result = 1;
    }
    return result;
}

static int copy_link(const char *source, const char *target)
{
    char text[LINK_BYTES];
    ssize_t len = readlink(source, text, sizeof(text) - 1);

    if (len < 0) {
        warn("%s", source);
        return 1;
    }
    text[len] = '\0';
    if (symlink(text, target) != 0) {
        warn("%s", target);
        return 1;
    }
    return 0;
}

static int make_target_dir(struct copy *copy, const char *target, mode_t mode)
{
    struct stat st;

    /* Until the copy is complete we must be able to write there. */
    if (mkdir(target, (mode & 0777) | S_IRWXU) != 0) {
        int error = errno;
        if (error != EEXIST || stat(target, &st) != 0 || !S_ISDIR(st.st_mode)) {
            errno = error;
            warn("%s", target);
            return -1;
        }
    }
    if (!copy->has_made && stat(target, &st) == 0) {
        copy->has_made = true;
        copy->made_device = st.st_dev;
        copy->made_inode = st.st_ino;
    }
    return 0;
}

static int copy_dir(struct copy *copy, const char *source, const char *target,
                    const struct stat *st)
{
    struct tool_names list;
    int result = 0;

    if (!copy->recursive) {
        warnx("%s is a directory (-r copies it)", source);
        return 1;
    }
    if (copy->has_made && st->st_dev == copy->made_device && st->st_ino == copy->made_inode) {
        warnx("%s: a directory cannot be copied into itself", source);
        return 1;
    }
    if (tool_read_dir(source, &list) != 0) {
        warn("%s", source);
        return 1;
    }
    if (make_target_dir(copy, target, st->st_mode) != 0) {
        tool_names_free(&list);
        return 1;
    }
    for (size_t i = 0; i < list.count; i++) {
        char *from = tool_join(source, list.names[i]);
        char *to = tool_join(target, list.names[i]);
        result |= copy_any(copy, from, to);
        free(from);
        free(to);
    }
    tool_names_free(&list);
    if ((st->st_mode & S_IRWXU) != S_IRWXU && chmod(target, st->st_mode & 0777) != 0) {
        warn("%s", target);
        result = 1;
    }
    return result;
}

static int copy_any(struct copy *copy, const char *source, const char *target)
{
    struct stat st;

    if ((copy->recursive ? lstat(source, &st) : stat(source, &st)) != 0) {
        warn("%s", source);
        return 1;
    }
    if (S_ISDIR(st.st_mode)) {
        return copy_dir(copy, source, target, &st);
    }
    if (S_ISLNK(st.st_mode)) {
        return copy_link(source, target);
    }
    return copy_file(source, target, &st);
}

int tool_copy(const char *source, const char *target, bool recursive)
{
    struct copy copy = {.recursive = recursive};
    return copy_any(&copy, source, target);
}

int tool_remove_tree(const char *path)
{
    struct tool_names list;
    struct stat st;
    int result = 0;

    if (tool_read_dir(path, &list) != 0) {
        warn("%s", path);
        return 1;
    }
    for (size_t i = 0; i < list.count; i++) {
        char *entry = tool_join(path, list.names[i]);
        if (lstat(entry, &st) == 0 && S_ISDIR(st.st_mode)) {
            result |= tool_remove_tree(entry);
        } else if (unlink(entry) != 0) {
            warn("%s", entry);
            result = 1;
        }
        free(entry);
    }
    tool_names_free(&list);
    if (rmdir(path) != 0) {
        warn("%s", path);
        result = 1;
    }
    return result;
}
