/* SPDX-License-Identifier: MIT */
// sources: servers/lib/fs_call.c servers/lib/fs_names.c servers/lib/fs_walk.c
// sources: servers/lib/fs_description.c servers/lib/cpio.c
// sources: servers/tmpfs/tmpfs.c servers/tmpfs/dir.c servers/tmpfs/load.c
// flags: -Iservers
/*
 * tmpfs and the skeleton of file servers, driven by requests as a client sends them. What the
 * kernel does for a file's content is done here with memory.
 */
#include <proto/fsm.h>
#include <proto/procmgr.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tmpfs/tmpfs.h>
#include <uapi/errno.h>

#include "check.h"

/* What stands in for the kernel and the rest of the server. */

static uint8_t slot[MSG_SLOT_SIZE];
static uint64_t sent_badge;

int64_t clock_realtime_ns(void)
{
    static int64_t now;

    return ++now;
}

void log_printf(const char *format, ...)
{
    (void)format;
}

void chcore_mutex_lock_slow(struct mutex *m)
{
    (void)m;
    check_failed(__FILE__, __LINE__, "a lock that is free: one thread runs");
}

void chcore_mutex_unlock_slow(struct mutex *m)
{
    (void)m;
}

long server_mint(uint64_t badge, uint32_t rights)
{
    (void)rights;
    return (long)badge;
}

void server_send_token(struct server_request *request, uint64_t badge, uint32_t rights)
{
    (void)request;
    (void)rights;
    sent_badge = badge;
}

void server_send_cap(struct server_request *request, cap_t handle, uint32_t rights)
{
    server_send_token(request, handle, rights);
}

void server_move_cap(struct server_request *request, cap_t handle, uint32_t rights)
{
    server_send_token(request, handle, rights);
}

uint64_t server_cap_badge(const struct server_request *request, unsigned i)
{
    return i < request->cap_count ? request->cap[i] : 0;
}

#define CONTENT_MAX 65536u
static unsigned contents; /* that live */

static uint8_t *memory_of(struct content *content)
{
    if (content->pmo == CAP_NONE) {
        content->pmo = (cap_t)(uintptr_t)calloc(1, CONTENT_MAX);
    }
    return (uint8_t *)(uintptr_t)content->pmo;
}

void content_init(struct content *content)
{
    *content = (struct content){.pmo = CAP_NONE};
    contents++;
}

void content_init_archived(struct content *content, uint64_t at)
{
    *content = (struct content){.pmo = CAP_NONE, .archived = true, .archive_at = at};
    contents++;
}

void content_destroy(struct content *content)
{
    if (content->pmo != CAP_NONE) {
        free((void *)(uintptr_t)content->pmo);
    }
    contents--;
}

long content_read(struct tmpfs_node *file, uint64_t offset, void *buf, size_t n)
{
    if (offset >= file->base.size) {
        return 0;
    }
    n = n < file->base.size - offset ? n : file->base.size - offset;
    memcpy(buf, memory_of(&file->content) + offset, n);
    return (long)n;
}

long content_write(struct tmpfs_node *file, uint64_t *offset, bool append, const void *buf,
                   size_t n)
{
    *offset = append ? file->base.size : *offset;
    if (*offset + n > CONTENT_MAX) {
        return -ENOSPC;
    }
    memcpy(memory_of(&file->content) + *offset, buf, n);
    file->base.size = file->base.size > *offset + n ? file->base.size : *offset + n;
    return (long)n;
}

long content_truncate(struct tmpfs_node *file, uint64_t size)
{
    file->base.size = size;
    return 0;
}

long content_pmo(struct tmpfs_node *file)
{
    return (long)memory_of(&file->content);
}

uint64_t content_bytes(struct tmpfs_node *file)
{
    return file->base.size;
}

void tmpfs_statfs(struct fs *fs, struct file_statfs *out)
{
    (void)fs;
    out->blocks = 1;
}

/* The client. */

#define ROOT 1u

static struct server_request request_for(uint64_t token)
{
    return (struct server_request){
        .token = token,
        .token_rights = RIGHT_ALL | IPC_HAS_TOKEN,
        .principal = (uint64_t)100 << 32 | 1,
    };
}

static long send_request(struct server_request *request, uint32_t method)
{
    request->w[0] = msg_word0(method, 0);
    return fs_call(&tmpfs, request, slot);
}

/* A path method without other arguments than w2, w3. */
static long path_call(uint32_t method, uint64_t token, const char *path, uint64_t w2, uint64_t w3)
{
    struct server_request request = request_for(token);

    request.w[1] = strlen(path);
    request.w[2] = w2;
    request.w[3] = w3;
    memcpy(slot, path, strlen(path));
    return send_request(&request, method);
}

static uint64_t open_ok(uint64_t token, const char *path, uint64_t flags)
{
    CHECK_EQ(path_call(FILE_OPEN, token, path, flags, 0644), 0);
    return sent_badge;
}

static void drop(uint64_t badge)
{
    fs_dropped(&tmpfs, badge, DROP_TOKEN);
}

static void make_file(const char *path)
{
    drop(open_ok(ROOT, path, FILE_O_CREAT | FILE_O_EXCL | FILE_O_WRONLY));
}

static void make_dir(const char *path)
{
    CHECK_EQ(path_call(FILE_MKDIR, ROOT, path, 0755, 0), 0);
}

static long symlink_to(const char *target, const char *path)
{
    memcpy(slot + FILE_PATH2, target, strlen(target));
    return path_call(FILE_SYMLINK, ROOT, path, strlen(target), 0);
}

static long two_paths(uint32_t method, const char *from, const char *to, uint64_t flags)
{
    struct server_request request = request_for(ROOT);

    request.w[1] = strlen(from);
    request.w[2] = strlen(to);
    request.w[3] = flags;
    request.w[6] = 1;
    memcpy(slot, from, strlen(from));
    memcpy(slot + FILE_PATH2, to, strlen(to));
    return send_request(&request, method);
}

static long write_text(uint64_t token, const char *text)
{
    struct server_request request = request_for(token);

    request.w[1] = strlen(text);
    memcpy(slot, text, strlen(text));
    return send_request(&request, FILE_WRITE);
}

static long read_some(uint64_t token, size_t n)
{
    struct server_request request = request_for(token);

    request.w[1] = n;
    return send_request(&request, FILE_READ);
}

static struct file_stat stat_of(const char *path)
{
    struct file_stat stat;

    CHECK_EQ(path_call(FILE_STAT, ROOT, path, FILE_AT_SYMLINK_NOFOLLOW, 0), 0);
    memcpy(&stat, slot, sizeof(stat));
    return stat;
}

static long stat_error(const char *path)
{
    return path_call(FILE_STAT, ROOT, path, 0, 0);
}

static void start(void)
{
    tmpfs_init();
    CHECK(fs_add_permanent(&tmpfs, tmpfs.root, FILE_O_RDONLY) != NULL);
}

TEST(tmpfs_file_keeps_what_was_written)
{
    start();
    uint64_t file = open_ok(ROOT, "file", FILE_O_CREAT | FILE_O_RDWR);
    CHECK_EQ(write_text(file, "hello"), 5);
    CHECK_EQ(read_some(file, 100), 0);
    struct server_request request = request_for(file);
    request.w[1] = 1;
    request.w[2] = FILE_SEEK_SET;
    CHECK_EQ(send_request(&request, FILE_LSEEK), 1);
    CHECK_EQ(read_some(file, 3), 3);
    CHECK_EQ(memcmp(slot, "ell", 3), 0);
    CHECK_EQ(stat_of("file").size, 5);
}

TEST(tmpfs_open_says_what_is_wrong)
{
    start();
    make_dir("dir");
    make_file("file");
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "none", FILE_O_RDONLY, 0), -ENOENT);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "none/file", FILE_O_CREAT, 0), -ENOENT);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "file/x", FILE_O_RDONLY, 0), -ENOTDIR);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "file/", FILE_O_RDONLY, 0), -ENOTDIR);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "file", FILE_O_DIRECTORY, 0), -ENOTDIR);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "dir", FILE_O_RDWR, 0), -EISDIR);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "file", FILE_O_CREAT | FILE_O_EXCL, 0), -EEXIST);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "new/", FILE_O_CREAT | FILE_O_WRONLY, 0), -EISDIR);
    CHECK_EQ(path_call(FILE_OPEN, 99, "file", FILE_O_RDONLY, 0), -EBADF);
}

TEST(tmpfs_long_names_and_paths_are_errors)
{
    char name[300], path[6000];

    start();
    memset(name, 'n', sizeof(name));
    name[255] = 0;
    make_file(name);
    name[255] = 'n';
    name[256] = 0;
    CHECK_EQ(path_call(FILE_OPEN, ROOT, name, FILE_O_CREAT, 0), -ENAMETOOLONG);
    memset(path, '/', sizeof(path));
    path[5000] = 0;
    CHECK_EQ(stat_error(path), -ENAMETOOLONG);
    path[4095] = 0;
    CHECK_EQ(stat_error(path), 0);
    struct server_request request = request_for(ROOT);
    memcpy(slot, "a\0b", 3);
    request.w[1] = 3;
    CHECK_EQ(send_request(&request, FILE_STAT), -EINVAL);
}

TEST(tmpfs_dots_and_slashes_are_understood)
{
    start();
    make_dir("a");
    make_dir("a/b");
    make_file("a/b/file");
    uint64_t inode = stat_of("a/b/file").inode;
    CHECK_EQ(stat_of("./a//b/../b/./file").inode, inode);
    CHECK_EQ(stat_of("../../a/b/file").inode, inode);
    CHECK_EQ(stat_of("a/..").inode, stat_of("").inode);
    CHECK_EQ(stat_error("a/b/file/.."), -ENOTDIR);
}

TEST(tmpfs_symlinks_are_followed_forty_times)
{
    char name[16], target[16];

    start();
    make_dir("dir");
    make_file("dir/file");
    CHECK_EQ(symlink_to("dir/file", "l0"), 0);
    for (int i = 1; i < 41; i++) {
        snprintf(name, sizeof(name), "l%d", i);
        snprintf(target, sizeof(target), "l%d", i - 1);
        CHECK_EQ(symlink_to(target, name), 0);
    }
    CHECK_EQ(stat_error("l39"), 0);
    CHECK_EQ(stat_error("l40"), -ELOOP);
    CHECK_EQ(symlink_to("self", "self"), 0);
    CHECK_EQ(stat_error("self"), -ELOOP);
    CHECK_EQ(stat_of("self").mode & FILE_TYPE_MASK, FILE_SYMLINK_TYPE);
    CHECK_EQ(path_call(FILE_OPEN, ROOT, "l0", FILE_O_NOFOLLOW, 0), -ELOOP);
    CHECK_EQ(symlink_to("dir/", "to_dir"), 0);
    CHECK_EQ(stat_error("to_dir/file"), 0);
    CHECK_EQ(stat_error("l0/"), -ENOTDIR);
}

TEST(tmpfs_absolute_symlink_is_a_redirect)
{
    start();
    CHECK_EQ(symlink_to("//etc/x", "abs"), 0);
    struct server_request request = request_for(ROOT);
    memcpy(slot, "abs/more", 8);
    request.w[1] = 8;
    CHECK_EQ(send_request(&request, FILE_STAT), FILE_REDIRECT_ROOT);
    CHECK_EQ(request.w[2], 10);
    CHECK_EQ(memcmp(slot, "etc/x/more", 10), 0);
    CHECK_EQ(request.w[3], 1);
}

TEST(tmpfs_mount_points_redirect_both_ways)
{
    start();
    make_dir("mnt");
    uint64_t dir = open_ok(ROOT, "mnt", FILE_O_RDONLY);
    struct server_request request = request_for(dir);
    request.w[1] = 5;
    CHECK_EQ(send_request(&request, FILE_MARK_MOUNT), -EPERM);
    request = request_for(dir);
    request.w[1] = 5;
    request.principal = (uint64_t)PID_FSM << 32 | 3;
    CHECK_EQ(send_request(&request, FILE_MARK_MOUNT), 0);

    request = request_for(ROOT);
    memcpy(slot, "mnt/a/b", 7);
    request.w[1] = 7;
    CHECK_EQ(send_request(&request, FILE_STAT), FILE_REDIRECT_MOUNT);
    CHECK_EQ(request.w[1], 5);
    CHECK_EQ(request.w[2], 3);
    CHECK_EQ(memcmp(slot, "a/b", 3), 0);
    /* From the covered directory itself the way up is open. */
    CHECK_EQ(path_call(FILE_STAT, dir, "../mnt/..", 0, 0), FILE_REDIRECT_MOUNT);
    CHECK_EQ(path_call(FILE_STAT, dir, "..", 0, 0), 0);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "mnt", FILE_AT_REMOVEDIR, 0), FILE_REDIRECT_MOUNT);

    request = request_for(ROOT);
    request.w[1] = 7;
    request.principal = (uint64_t)PID_FSM << 32 | 3;
    CHECK_EQ(send_request(&request, FILE_SET_MOUNTED), 0);
    request = request_for(ROOT);
    memcpy(slot, "./../up", 7);
    request.w[1] = 7;
    CHECK_EQ(send_request(&request, FILE_STAT), FILE_REDIRECT_UP);
    CHECK_EQ(request.w[1], 7);
    CHECK_EQ(memcmp(slot, "../up", 5), 0);
}

TEST(tmpfs_unlinked_file_lives_until_its_last_token)
{
    start();
    unsigned before = contents;
    uint64_t file = open_ok(ROOT, "file", FILE_O_CREAT | FILE_O_RDWR);
    CHECK_EQ(write_text(file, "abc"), 3);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "file", 0, 0), 0);
    CHECK_EQ(stat_error("file"), -ENOENT);
    CHECK_EQ(contents, before + 1);
    struct server_request request = request_for(file);
    request.w[1] = 3;
    CHECK_EQ(send_request(&request, FILE_PREAD), 3);
    drop(file);
    CHECK_EQ(contents, before);
    CHECK_EQ(read_some(file, 1), -EBADF);
}

TEST(tmpfs_hard_links_share_a_file)
{
    start();
    make_file("one");
    make_dir("dir");
    CHECK_EQ(two_paths(FILE_LINK, "one", "dir/two", 0), 0);
    CHECK_EQ(stat_of("dir/two").inode, stat_of("one").inode);
    CHECK_EQ(stat_of("one").links, 2);
    CHECK_EQ(two_paths(FILE_LINK, "one", "dir/two", 0), -EEXIST);
    CHECK_EQ(two_paths(FILE_LINK, "dir", "dir2", 0), -EPERM);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "one", 0, 0), 0);
    CHECK_EQ(stat_of("dir/two").links, 1);
}

TEST(tmpfs_rename_replaces_and_refuses)
{
    start();
    make_file("a");
    make_file("b");
    make_dir("dir");
    make_dir("dir/sub");
    make_dir("full");
    make_file("full/x");
    uint64_t a = stat_of("a").inode;
    CHECK_EQ(two_paths(FILE_RENAME, "a", "b", FILE_RENAME_NOREPLACE), -EEXIST);
    CHECK_EQ(two_paths(FILE_RENAME, "a", "b", 0), 0);
    CHECK_EQ(stat_of("b").inode, a);
    CHECK_EQ(stat_error("a"), -ENOENT);
    CHECK_EQ(two_paths(FILE_RENAME, "b", "b", 0), 0);
    CHECK_EQ(two_paths(FILE_RENAME, "b", "dir", 0), -EISDIR);
    CHECK_EQ(two_paths(FILE_RENAME, "dir", "b", 0), -ENOTDIR);
    CHECK_EQ(two_paths(FILE_RENAME, "dir", "full", 0), -ENOTEMPTY);
    CHECK_EQ(two_paths(FILE_RENAME, "dir", "dir/sub/new", 0), -EINVAL);
    CHECK_EQ(two_paths(FILE_RENAME, "dir", "dir", 0), 0);
    CHECK_EQ(two_paths(FILE_RENAME, "none", "x", 0), -ENOENT);
    CHECK_EQ(two_paths(FILE_RENAME, "", "x", 0), -EBUSY);
    CHECK_EQ(two_paths(FILE_RENAME, "dir/sub", "sub", 0), 0);
    CHECK_EQ(stat_of("dir").links, 2);
    CHECK_EQ(stat_of("sub/..").inode, stat_of("").inode);
    CHECK_EQ(stat_of("").links, 5);
}

TEST(tmpfs_rmdir_wants_an_empty_directory)
{
    start();
    make_dir("dir");
    make_file("dir/x");
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "dir", 0, 0), -EISDIR);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "dir", FILE_AT_REMOVEDIR, 0), -ENOTEMPTY);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "dir/x", FILE_AT_REMOVEDIR, 0), -ENOTDIR);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "dir/.", FILE_AT_REMOVEDIR, 0), -EINVAL);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "", FILE_AT_REMOVEDIR, 0), -EBUSY);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "dir/x", 0, 0), 0);
    uint64_t dir = open_ok(ROOT, "dir", FILE_O_RDONLY);
    CHECK_EQ(path_call(FILE_UNLINK, ROOT, "dir", FILE_AT_REMOVEDIR, 0), 0);
    /* Who still stands in it finds nothing and can make nothing. */
    CHECK_EQ(path_call(FILE_OPEN, dir, "y", FILE_O_CREAT, 0), -ENOENT);
    CHECK_EQ(path_call(FILE_STAT, dir, "..", 0, 0), -ENOENT);
    drop(dir);
    CHECK_EQ(stat_of("").links, 2);
}

/* Names that getdents gives from the description's position on; counts them. */
static unsigned read_names(uint64_t dir, char names[][32], size_t room)
{
    struct server_request request = request_for(dir);
    unsigned n = 0;

    request.w[1] = room;
    long got = send_request(&request, FILE_GETDENTS);
    CHECK(got >= 0);
    for (long at = 0; at < got;) {
        struct file_dirent head;

        memcpy(&head, slot + at, sizeof(head));
        strcpy(names[n++], (const char *)slot + at + FILE_DIRENT_HEAD);
        CHECK(head.length % 8 == 0 && head.length > FILE_DIRENT_HEAD);
        at += head.length;
    }
    return n;
}

TEST(tmpfs_getdents_is_stable_under_change)
{
    char path[32], names[64][32];
    bool seen[40] = {false};

    start();
    make_dir("dir");
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof(path), "dir/f%02d", i);
        make_file(path);
    }
    uint64_t dir = open_ok(ROOT, "dir", FILE_O_RDONLY | FILE_O_DIRECTORY);
    for (unsigned round = 0;; round++) {
        unsigned n = read_names(dir, names, 128);

        if (n == 0) {
            break;
        }
        for (unsigned i = 0; i < n; i++) {
            if (names[i][0] == 'f') {
                int nr = atoi(names[i] + 1);

                CHECK(!seen[nr]);
                seen[nr] = true;
                snprintf(path, sizeof(path), "dir/%s", names[i]);
                CHECK_EQ(path_call(FILE_UNLINK, ROOT, path, 0, 0), 0);
            }
        }
        snprintf(path, sizeof(path), "dir/new%u", round); /* may show up, must not disturb */
        if (round < 5) {
            make_file(path);
        }
        CHECK(round < 100);
    }
    for (int i = 0; i < 40; i++) {
        CHECK(seen[i]);
    }
}

TEST(tmpfs_getdents_buffer_too_small_is_an_error)
{
    start();
    struct server_request request = request_for(ROOT);
    request.w[1] = 8;
    CHECK_EQ(send_request(&request, FILE_GETDENTS), -EINVAL);
}

TEST(tmpfs_access_mode_and_rights_count)
{
    start();
    make_file("file");
    uint64_t reader = open_ok(ROOT, "file", FILE_O_RDONLY);
    uint64_t writer = open_ok(ROOT, "file", FILE_O_WRONLY);
    uint64_t path = open_ok(ROOT, "file", FILE_O_PATH);
    CHECK_EQ(write_text(reader, "x"), -EBADF);
    CHECK_EQ(read_some(writer, 1), -EBADF);
    CHECK_EQ(read_some(path, 1), -EBADF);
    CHECK_EQ(read_some(ROOT, 1), -EISDIR);
    struct server_request request = request_for(ROOT);
    request.token_rights = RIGHT_READ | IPC_HAS_TOKEN;
    memcpy(slot, "new", 3);
    request.w[1] = 3;
    CHECK_EQ(send_request(&request, FILE_MKDIR), -EACCES);
}

TEST(tmpfs_append_writes_at_the_end)
{
    start();
    uint64_t one = open_ok(ROOT, "log", FILE_O_CREAT | FILE_O_WRONLY | FILE_O_APPEND);
    uint64_t two = open_ok(ROOT, "log", FILE_O_RDWR);
    CHECK_EQ(write_text(two, "1234"), 4);
    CHECK_EQ(write_text(one, "ab"), 2);
    CHECK_EQ(read_some(two, 10), 2);
    CHECK_EQ(memcmp(slot, "ab", 2), 0);
}

TEST(tmpfs_hostile_words_are_refused)
{
    start();
    uint64_t file = open_ok(ROOT, "file", FILE_O_CREAT | FILE_O_RDWR);
    for (unsigned method = 0x100; method < 0x140; method++) {
        for (unsigned round = 0; round < 2000; round++) {
            struct server_request request = request_for(round % 2 ? file : ROOT);

            for (unsigned i = 1; i < 8; i++) {
                unsigned kind = (unsigned)rand() % 4;
                request.w[i] = kind == 0   ? (uint64_t)rand() << 33 ^ (uint64_t)rand()
                               : kind == 1 ? UINT64_MAX - (uint64_t)rand() % 64
                                           : (uint64_t)rand() % 32;
            }
            for (unsigned i = 0; i < 32; i++) {
                slot[i] = (uint8_t) "./abl\0"[rand() % 6];
            }
            send_request(&request, method);
        }
    }
}

TEST(tmpfs_loads_an_archive)
{
    static char archive[4096];
    size_t size = 0;
    static const struct {
        const char *name;
        uint32_t mode;
        const char *data;
    } entries[] = {
        {"etc", 0040755, ""},
        {"etc/passwd", 0100644, "root"},
        {"bin/deep/tool", 0100755, "x"},
        {"etc/passwd", 0100600, ""},
        {"lib", 0120777, "usr/lib"},
        {"../bad", 0100644, "no"},
        {".", 0040700, ""},
    };

    start();
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        size_t name = strlen(entries[i].name) + 1, data = strlen(entries[i].data);

        size += (size_t)sprintf(archive + size,
                                "070701%08zx%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", i,
                                entries[i].mode, 0, 0, 1, 9, data, 0, 0, 0, 0, name, 0);
        memcpy(archive + size, entries[i].name, name);
        size = (size + name + 3) & ~(size_t)3;
        memcpy(archive + size, entries[i].data, data);
        size = (size + data + 3) & ~(size_t)3;
    }
    tmpfs_load(archive, size);
    CHECK_EQ(stat_of("etc/passwd").size, 0);
    CHECK_EQ(stat_of("etc/passwd").mode, 0100600);
    CHECK_EQ(stat_of("bin/deep/tool").mode, 0100755);
    CHECK_EQ(stat_of("lib").mode & FILE_TYPE_MASK, FILE_SYMLINK_TYPE);
    CHECK_EQ(stat_of("").mode, 0040700);
    CHECK_EQ(stat_of("").links, 4);
    CHECK_EQ(stat_error("bad"), -ENOENT);
}
