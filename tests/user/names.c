/* SPDX-License-Identifier: MIT */
/* Names: directories, links, symbolic links, rename, long paths. */
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>

static void touch(const char *path)
{
    const int fd = open(path, O_WRONLY | O_CREAT, 0644);
    CHECK(fd >= 0);
    close(fd);
}

static ino_t inode_of(const char *path)
{
    struct stat st;
    CHECK_EQ(lstat(path, &st), 0);
    return st.st_ino;
}

static unsigned links_of(const char *path)
{
    struct stat st;
    CHECK_EQ(lstat(path, &st), 0);
    return (unsigned)st.st_nlink;
}

TEST(directories_are_made_and_removed)
{
    struct stat st;
    CHECK_EQ(mkdir("dir", 0750), 0);
    CHECK_EQ(stat("dir", &st), 0);
    CHECK(S_ISDIR(st.st_mode));
    CHECK_EQ(st.st_mode & 07777, 0750);
    CHECK_FAILS(mkdir("dir", 0777), EEXIST);
    CHECK_FAILS(mkdir("no/such", 0777), ENOENT);
    touch("dir/file");
    CHECK_FAILS(rmdir("dir"), ENOTEMPTY);
    CHECK_FAILS(rmdir("dir/file"), ENOTDIR);
    CHECK_FAILS(unlink("dir"), EISDIR);
    CHECK_EQ(unlink("dir/file"), 0);
    CHECK_EQ(rmdir("dir"), 0);
    CHECK_FAILS(rmdir("dir"), ENOENT);
    CHECK_FAILS(rmdir("."), EINVAL);
}

TEST(readdir_gives_each_name_once)
{
    enum { COUNT = 300 };
    static unsigned char seen[COUNT];
    char path[300];
    memset(seen, 0, sizeof(seen));
    CHECK_EQ(mkdir("many", 0755), 0);
    for (int i = 0; i < COUNT; i++) {
        snprintf(path, sizeof(path), "many/name-%03d", i);
        touch(path);
    }
    DIR *dir = opendir("many");
    CHECK(dir);
    int dots = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
            CHECK_EQ(entry->d_type, DT_DIR);
            dots++;
            continue;
        }
        int i = -1;
        CHECK_EQ(sscanf(entry->d_name, "name-%d", &i), 1);
        CHECK(i >= 0 && i < COUNT);
        CHECK_EQ(seen[i]++, 0);
        snprintf(path, sizeof(path), "many/%s", entry->d_name);
        CHECK_EQ(entry->d_ino, inode_of(path));
        CHECK_EQ(entry->d_type, DT_REG);
    }
    CHECK_EQ(dots, 2);
    for (int i = 0; i < COUNT; i++) {
        CHECK_EQ(seen[i], 1);
    }
    rewinddir(dir);
    CHECK(readdir(dir));
    closedir(dir);
    CHECK(!opendir("many/name-000"));
    CHECK_EQ(errno, ENOTDIR);
}

TEST(readdir_while_names_go)
{
    char path[300];
    CHECK_EQ(mkdir("shrinking", 0755), 0);
    for (int i = 0; i < 100; i++) {
        snprintf(path, sizeof(path), "shrinking/%d", i);
        touch(path);
    }
    DIR *dir = opendir("shrinking");
    CHECK(dir);
    int removed = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof(path), "shrinking/%s", entry->d_name);
            CHECK_EQ(unlink(path), 0);
            removed++;
        }
    }
    closedir(dir);
    CHECK_EQ(removed, 100);
    CHECK_EQ(rmdir("shrinking"), 0);
}

TEST(working_directory_moves)
{
    char before[PATH_MAX], here[PATH_MAX], expected[PATH_MAX + 8];
    CHECK(getcwd(before, sizeof(before)));
    CHECK_EQ(mkdir("inner", 0755), 0);
    CHECK_EQ(chdir("inner"), 0);
    snprintf(expected, sizeof(expected), "%s/inner", before);
    CHECK_STR_EQ(getcwd(here, sizeof(here)), expected);
    touch("below");
    CHECK_EQ(access("../inner/./below", F_OK), 0);
    CHECK(!getcwd(here, 3));
    CHECK_EQ(errno, ERANGE);
    CHECK_EQ(chdir(".."), 0);
    CHECK_STR_EQ(getcwd(here, sizeof(here)), before);
    const int dir = open("inner", O_RDONLY | O_DIRECTORY);
    CHECK(dir >= 0);
    CHECK_EQ(fchdir(dir), 0);
    CHECK_STR_EQ(getcwd(here, sizeof(here)), expected);
    CHECK_EQ(close(dir), 0);
    CHECK_EQ(chdir("/"), 0);
    CHECK_EQ(chdir(".."), 0);
    CHECK_STR_EQ(getcwd(here, sizeof(here)), "/");
    CHECK_EQ(chdir(before), 0);
    CHECK_FAILS(chdir("inner/below"), ENOTDIR);
    CHECK_FAILS(chdir("nowhere"), ENOENT);
}

TEST(at_calls_start_at_their_directory)
{
    struct stat st;
    CHECK_EQ(mkdir("base", 0755), 0);
    const int base = open("base", O_RDONLY | O_DIRECTORY);
    CHECK(base >= 0);
    const int fd = openat(base, "file", O_CREAT | O_WRONLY, 0644);
    CHECK(fd >= 0);
    close(fd);
    CHECK_EQ(access("base/file", F_OK), 0);
    CHECK_EQ(mkdirat(base, "sub", 0755), 0);
    CHECK_EQ(fstatat(base, "sub", &st, 0), 0);
    CHECK(S_ISDIR(st.st_mode));
    CHECK_EQ(renameat(base, "file", base, "sub/moved"), 0);
    CHECK_EQ(faccessat(base, "sub/moved", R_OK, 0), 0);
    CHECK_EQ(unlinkat(base, "sub/moved", 0), 0);
    CHECK_EQ(unlinkat(base, "sub", AT_REMOVEDIR), 0);
    CHECK_FAILS(openat(base, "sub", O_RDONLY), ENOENT);
    close(base);
}

TEST(hard_links_are_one_file)
{
    char text[16];
    const int fd = open("first", O_CREAT | O_WRONLY, 0644);
    CHECK_EQ(write(fd, "same", 4), 4);
    close(fd);
    CHECK_EQ(link("first", "second"), 0);
    CHECK_EQ(inode_of("first"), inode_of("second"));
    CHECK_EQ(links_of("first"), 2);
    CHECK_EQ(unlink("first"), 0);
    CHECK_EQ(links_of("second"), 1);
    CHECK_EQ(check_read_file("second", text, sizeof(text)), 4);
    CHECK_STR_EQ(text, "same");
    CHECK_FAILS(link("missing", "third"), ENOENT);
    touch("other");
    CHECK_FAILS(link("second", "other"), EEXIST);
    CHECK_EQ(mkdir("folder", 0755), 0);
    CHECK_FAILS(link("folder", "alias"), EPERM);
}

TEST(symbolic_links_are_followed)
{
    char target[32], text[32];
    struct stat st;
    CHECK_EQ(mkdir("real", 0755), 0);
    check_make_file("real/data", 3, 'a');
    CHECK_EQ(symlink("real", "way"), 0);
    CHECK_EQ(symlink("../real/data", "real/loop-free"), 0);
    CHECK_EQ(check_read_file("way/loop-free", text, sizeof(text)), 3);
    CHECK_EQ(lstat("way", &st), 0);
    CHECK(S_ISLNK(st.st_mode));
    CHECK_EQ(st.st_size, 4);
    CHECK_EQ(stat("way", &st), 0);
    CHECK(S_ISDIR(st.st_mode));
    CHECK_EQ(readlink("way", target, sizeof(target)), 4);
    CHECK(!memcmp(target, "real", 4));
    CHECK_EQ(readlink("way", target, 2), 2);
    CHECK_FAILS(readlink("real/data", target, sizeof(target)), EINVAL);
    CHECK_EQ(symlink("nowhere", "dangling"), 0);
    CHECK_FAILS(stat("dangling", &st), ENOENT);
    CHECK_FAILS(open("way", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_FAILS(symlink("x", "way"), EEXIST);
    CHECK_EQ(unlink("way"), 0);
    CHECK_EQ(access("real/data", F_OK), 0);
}

TEST(a_dangling_link_can_be_created_through)
{
    CHECK_EQ(symlink("made-later", "through"), 0);
    touch("through");
    CHECK_EQ(access("made-later", F_OK), 0);
    CHECK_EQ(symlink("not-made", "exclusive"), 0);
    CHECK_FAILS(open("exclusive", O_CREAT | O_EXCL | O_WRONLY, 0644), EEXIST);
}

TEST(too_many_links_are_eloop)
{
    char name[16], target[16];
    CHECK_EQ(symlink("self", "self"), 0);
    CHECK_FAILS(open("self", O_RDONLY), ELOOP);
    touch("chain-0");
    for (int i = 1; i <= 100; i++) {
        snprintf(name, sizeof(name), "chain-%d", i);
        snprintf(target, sizeof(target), "chain-%d", i - 1);
        CHECK_EQ(symlink(target, name), 0);
    }
    CHECK_EQ(access("chain-30", F_OK), 0);
    CHECK_FAILS(access("chain-100", F_OK), ELOOP);
}

TEST(rename_moves_and_replaces)
{
    char text[16];
    check_make_file("from", 5, 'x');
    check_make_file("onto", 9, 'y');
    const ino_t moved = inode_of("from");
    CHECK_EQ(rename("from", "onto"), 0);
    CHECK_EQ(inode_of("onto"), moved);
    CHECK_EQ(check_read_file("onto", text, sizeof(text)), 5);
    CHECK_FAILS(access("from", F_OK), ENOENT);
    CHECK_FAILS(rename("from", "elsewhere"), ENOENT);
    CHECK_EQ(rename("onto", "onto"), 0);
    CHECK_EQ(mkdir("tree", 0755), 0);
    CHECK_EQ(mkdir("tree/leaf", 0755), 0);
    CHECK_FAILS(rename("tree", "tree/leaf/below"), EINVAL);
    CHECK_FAILS(rename("tree", "onto"), ENOTDIR);
    CHECK_FAILS(rename("onto", "tree"), EISDIR);
    CHECK_EQ(mkdir("full", 0755), 0);
    touch("full/file");
    CHECK_FAILS(rename("tree", "full"), ENOTEMPTY);
    CHECK_EQ(unlink("full/file"), 0);
    CHECK_EQ(rename("tree", "full"), 0);
    CHECK_EQ(access("full/leaf", F_OK), 0);
}

TEST(rename_of_two_names_of_one_file_does_nothing)
{
    touch("one");
    CHECK_EQ(link("one", "two"), 0);
    CHECK_EQ(rename("one", "two"), 0);
    CHECK_EQ(access("one", F_OK), 0);
    CHECK_EQ(links_of("two"), 2);
}

TEST(names_are_255_bytes_at_most)
{
    char name[258];
    memset(name, 'n', sizeof(name));
    name[255] = '\0';
    touch(name);
    CHECK_EQ(access(name, F_OK), 0);
    CHECK_EQ(unlink(name), 0);
    name[255] = 'n';
    name[256] = '\0';
    CHECK_FAILS(open(name, O_CREAT | O_WRONLY, 0644), ENAMETOOLONG);
    CHECK_FAILS(mkdir(name, 0755), ENAMETOOLONG);
}

TEST(a_path_of_5000_characters_is_too_long)
{
    static char path[5001];
    for (int i = 0; i < 5000; i += 2) {
        memcpy(path + i, "./", 2);
    }
    path[5000] = '\0';
    CHECK_FAILS(open(path, O_RDONLY), ENAMETOOLONG);
    CHECK_FAILS(access(path, F_OK), ENAMETOOLONG);
    path[4000] = '\0';
    CHECK_EQ(access(path, F_OK), 0);
}

TEST(deep_trees_work)
{
    char before[PATH_MAX], here[PATH_MAX];
    CHECK(getcwd(before, sizeof(before)));
    for (int i = 0; i < 50; i++) {
        CHECK_EQ(mkdir("deeper-and-deeper", 0755), 0);
        CHECK_EQ(chdir("deeper-and-deeper"), 0);
    }
    CHECK(getcwd(here, sizeof(here)));
    CHECK_EQ(strlen(here), strlen(before) + 50 * strlen("/deeper-and-deeper"));
    for (int i = 0; i < 50; i++) {
        CHECK_EQ(chdir(".."), 0);
        CHECK_EQ(rmdir("deeper-and-deeper"), 0);
    }
    CHECK_STR_EQ(getcwd(here, sizeof(here)), before);
}

TEST(realpath_resolves)
{
    char before[PATH_MAX], path[PATH_MAX], expected[PATH_MAX + 16];
    CHECK(getcwd(before, sizeof(before)));
    CHECK_EQ(mkdir("home", 0755), 0);
    touch("home/file");
    CHECK_EQ(symlink("home", "alias"), 0);
    snprintf(expected, sizeof(expected), "%s/home/file", before);
    CHECK_STR_EQ(realpath("./alias/../alias//file", path), expected);
    CHECK(!realpath("alias/none", path));
    CHECK_EQ(errno, ENOENT);
}
