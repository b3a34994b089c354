/* SPDX-License-Identifier: MIT */
/* stat file...: print what the file system says about files; links are not followed. */
#include <err.h>
#include <lib/tool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINK_BYTES = 4096 };

static void print_time(const char *label, const struct timespec *time)
{
    struct tm parts;
    char text[64] = "?";

    if (localtime_r(&time->tv_sec, &parts) != NULL) {
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
    }
    printf("%8s: %s.%09ld\n", label, text, time->tv_nsec);
}

static const char *type_name(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "directory";
    case S_IFLNK:
        return "symbolic link";
    case S_IFCHR:
        return "character device";
    case S_IFBLK:
        return "block device";
    case S_IFIFO:
        return "fifo";
    case S_IFSOCK:
        return "socket";
    default:
        return "regular file";
    }
}

static int print_file(const char *path)
{
    struct stat st;
    char mode[11];
    char target[LINK_BYTES];
    ssize_t len = 0;

    if (lstat(path, &st) != 0) {
        warn("%s", path);
        return 1;
    }
    printf("    File: %s", path);
    if (S_ISLNK(st.st_mode) && (len = readlink(path, target, sizeof(target))) >= 0) {
        printf(" -> %.*s", (int)len, target);
    }
    tool_mode_text(st.st_mode, mode);
    printf("\n    Type: %s\n", type_name(st.st_mode));
    printf("    Size: %lld bytes, %lld blocks of 512\n", (long long)st.st_size,
           (long long)st.st_blocks);
    printf("    Mode: %04o %s\n", (unsigned)(st.st_mode & 07777), mode);
    printf("   Owner: %u:%u\n", (unsigned)st.st_uid, (unsigned)st.st_gid);
    printf("   Inode: %llu on device %llu, %llu links\n", (unsigned long long)st.st_ino,
           (unsigned long long)st.st_dev, (unsigned long long)st.st_nlink);
    print_time("Access", &st.st_atim);
    print_time("Modify", &st.st_mtim);
    print_time("Change", &st.st_ctim);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (getopt(argc, argv, "") != -1 || optind == argc) {
        return tool_usage("stat file...");
    }
    for (int i = optind; i < argc; i++) {
        status |= print_file(argv[i]);
    }
    return tool_end(status);
}
