/* SPDX-License-Identifier: MIT */
/* Regular files: create, read, write, seek, truncate, sparse, append, sizes and times. */
#define _GNU_SOURCE
#include "check.h"

#include <sys/uio.h>
#include <time.h>

static int create(const char *path)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0644);
    CHECK(fd >= 0);
    return fd;
}

static off_t size_of(const char *path)
{
    struct stat st;
    CHECK_EQ(stat(path, &st), 0);
    return st.st_size;
}

TEST(written_bytes_are_read_back)
{
    char text[32];
    const int fd = create("a");
    CHECK_EQ(write(fd, "hello, file", 11), 11);
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    CHECK_EQ(read(fd, text, sizeof(text)), 11);
    CHECK(!memcmp(text, "hello, file", 11));
    CHECK_EQ(read(fd, text, sizeof(text)), 0);
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(size_of("a"), 11);
}

TEST(open_says_what_is_wrong)
{
    close(create("exists"));
    CHECK_FAILS(open("missing", O_RDONLY), ENOENT);
    CHECK_FAILS(open("", O_RDONLY), ENOENT);
    CHECK_FAILS(open("exists", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    CHECK_FAILS(open("exists/below", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("exists/", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("exists", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_FAILS(open(".", O_WRONLY), EISDIR);
    CHECK_FAILS(open("no/such", O_CREAT | O_WRONLY, 0644), ENOENT);
}

TEST(bad_descriptors_are_refused)
{
    char byte = 0;
    const int fd = create("closed");
    CHECK_EQ(close(fd), 0);
    CHECK_FAILS(close(fd), EBADF);
    CHECK_FAILS(read(fd, &byte, 1), EBADF);
    CHECK_FAILS(write(-1, &byte, 1), EBADF);
    CHECK_FAILS(lseek(1000000, 0, SEEK_SET), EBADF);
    CHECK_FAILS(fstat(fd, &(struct stat){0}), EBADF);
}

TEST(access_mode_is_kept)
{
    char byte = 'x';
    close(create("mode"));
    const int reader = open("mode", O_RDONLY);
    CHECK_FAILS(write(reader, &byte, 1), EBADF);
    CHECK_EQ(ftruncate(reader, 0), -1);
    CHECK(errno == EINVAL || errno == EBADF); /* POSIX allows both */
    CHECK_EQ(fcntl(reader, F_GETFL) & O_ACCMODE, O_RDONLY);
    close(reader);
    const int writer = open("mode", O_WRONLY);
    CHECK_FAILS(read(writer, &byte, 1), EBADF);
    CHECK_EQ(fcntl(writer, F_GETFL) & O_ACCMODE, O_WRONLY);
    close(writer);
}

TEST(lowest_free_descriptor_is_taken)
{
    const int first = create("d1");
    const int second = create("d2");
    CHECK(second > first);
    close(first);
    CHECK_EQ(create("d3"), first);
    close(first);
    close(second);
}

TEST(seek_goes_everywhere_but_below_zero)
{
    char byte;
    check_make_file("seek", 1000, 0);
    const int fd = open("seek", O_RDWR);
    CHECK_EQ(lseek(fd, 0, SEEK_END), 1000);
    CHECK_EQ(lseek(fd, -1, SEEK_CUR), 999);
    CHECK_EQ(read(fd, &byte, 1), 1);
    CHECK_EQ((unsigned char)byte, 999 * 7 & 0xff);
    CHECK_EQ(lseek(fd, 5000, SEEK_SET), 5000);
    CHECK_EQ(read(fd, &byte, 1), 0);
    CHECK_EQ(lseek(fd, -2000, SEEK_END), -1);
    CHECK_EQ(errno, EINVAL);
    CHECK_FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_FAILS(lseek(fd, 0, 99), EINVAL);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 5000);
    close(fd);
}

TEST(holes_read_as_zeros)
{
    char text[64];
    const off_t far = 3 * 1024 * 1024 + 17;
    const int fd = create("sparse");
    CHECK_EQ(lseek(fd, far, SEEK_SET), far);
    CHECK_EQ(write(fd, "end", 3), 3);
    CHECK_EQ(size_of("sparse"), far + 3);
    CHECK_EQ(pread(fd, text, sizeof(text), 1000000), sizeof(text));
    for (size_t i = 0; i < sizeof(text); i++) {
        CHECK_EQ(text[i], 0);
    }
    CHECK_EQ(pread(fd, text, 6, far - 3), 6);
    CHECK(!memcmp(text, "\0\0\0end", 6));
    struct stat st;
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK((off_t)st.st_blocks * 512 < far / 2);
    close(fd);
}

TEST(truncate_cuts_and_extends_with_zeros)
{
    char text[10];
    check_make_file("cut", 10000, 1);
    const int fd = open("cut", O_RDWR);
    CHECK_EQ(ftruncate(fd, 4099), 0);
    CHECK_EQ(size_of("cut"), 4099);
    CHECK_EQ(truncate("cut", 9000), 0);
    CHECK_EQ(size_of("cut"), 9000);
    CHECK_EQ(pread(fd, text, 5, 4097), 5);
    CHECK_EQ((unsigned char)text[1], (4098 * 7 + 1) & 0xff);
    CHECK_EQ(text[2], 0);
    CHECK_EQ(pread(fd, text, 2, 8998), 2);
    CHECK_EQ(text[1], 0);
    CHECK_FAILS(ftruncate(fd, -1), EINVAL);
    CHECK_FAILS(truncate("missing", 0), ENOENT);
    close(fd);
    close(open("cut", O_WRONLY | O_TRUNC));
    CHECK_EQ(size_of("cut"), 0);
}

TEST(append_writes_at_the_end_always)
{
    char text[32];
    check_make_file("log", 0, 0);
    const int first = open("log", O_WRONLY | O_APPEND);
    const int second = open("log", O_WRONLY | O_APPEND);
    CHECK_EQ(write(first, "one ", 4), 4);
    CHECK_EQ(write(second, "two ", 4), 4);
    CHECK_EQ(lseek(first, 0, SEEK_SET), 0);
    CHECK_EQ(write(first, "three", 5), 5);
    CHECK_EQ(lseek(first, 0, SEEK_CUR), 13);
    close(first);
    close(second);
    check_read_file("log", text, sizeof(text));
    CHECK_STR_EQ(text, "one two three");
}

TEST(pread_and_pwrite_leave_the_offset_alone)
{
    char text[8] = "";
    const int fd = create("at");
    CHECK_EQ(write(fd, "0123456789", 10), 10);
    CHECK_EQ(pwrite(fd, "AB", 2, 4), 2);
    CHECK_EQ(pread(fd, text, 4, 3), 4);
    CHECK_STR_EQ(text, "3AB6");
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);
    CHECK_FAILS(pread(fd, text, 1, -1), EINVAL);
    close(fd);
}

TEST(vectors_are_one_transfer)
{
    char a[4] = "", b[8] = "";
    const int fd = create("vector");
    struct iovec out[] = {{"abc", 3}, {"", 0}, {"defg", 4}};
    CHECK_EQ(writev(fd, out, 3), 7);
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    struct iovec in[] = {{a, 2}, {b, 7}};
    CHECK_EQ(readv(fd, in, 2), 7);
    CHECK_STR_EQ(a, "ab");
    CHECK_STR_EQ(b, "cdefg");
    close(fd);
}

TEST(duplicates_share_the_offset_and_openings_do_not)
{
    char byte;
    check_make_file("shared", 100, 0);
    const int fd = open("shared", O_RDONLY);
    const int twin = dup(fd);
    const int other = open("shared", O_RDONLY);
    CHECK_EQ(lseek(fd, 40, SEEK_SET), 40);
    CHECK_EQ(lseek(twin, 0, SEEK_CUR), 40);
    CHECK_EQ(lseek(other, 0, SEEK_CUR), 0);
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(read(twin, &byte, 1), 1);
    CHECK_EQ((unsigned char)byte, 40 * 7 & 0xff);
    CHECK_EQ(dup2(twin, other), other);
    CHECK_EQ(lseek(other, 0, SEEK_CUR), 41);
    CHECK_EQ(dup2(other, other), other);
    CHECK_EQ(fcntl(twin, F_DUPFD, 50), 50);
    CHECK_EQ(fcntl(50, F_GETFD), 0);
    CHECK_EQ(fcntl(twin, F_DUPFD_CLOEXEC, 50), 51);
    CHECK_EQ(fcntl(51, F_GETFD), FD_CLOEXEC);
    close(51);
    close(50);
    CHECK_FAILS(dup(50), EBADF);
    close(twin);
    close(other);
}

TEST(unlinked_file_lives_until_it_is_closed)
{
    char text[8] = "";
    const int fd = create("ghost");
    CHECK_EQ(write(fd, "boo", 3), 3);
    CHECK_EQ(unlink("ghost"), 0);
    CHECK_FAILS(access("ghost", F_OK), ENOENT);
    CHECK_EQ(write(fd, "!", 1), 1);
    CHECK_EQ(pread(fd, text, 8, 0), 4);
    CHECK_STR_EQ(text, "boo!");
    struct stat st;
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_nlink, 0);
    CHECK_EQ(st.st_size, 4);
    close(create("ghost")); /* a new file of the name is another one */
    CHECK_EQ(size_of("ghost"), 0);
    close(fd);
}

TEST(stat_tells_kind_size_and_mode)
{
    struct stat st, again;
    check_make_file("plain", 5000, 0);
    CHECK_EQ(stat("plain", &st), 0);
    CHECK(S_ISREG(st.st_mode));
    CHECK_EQ(st.st_size, 5000);
    CHECK_EQ(st.st_nlink, 1);
    CHECK_EQ(st.st_mode & 07777, 0644);
    CHECK_EQ(st.st_uid, geteuid());
    const int fd = open("plain", O_RDONLY);
    CHECK_EQ(fstat(fd, &again), 0);
    CHECK_EQ(again.st_ino, st.st_ino);
    CHECK_EQ(again.st_dev, st.st_dev);
    close(fd);
    CHECK_EQ(stat("/dev/null", &st), 0);
    CHECK(S_ISCHR(st.st_mode));
}

TEST(permissions_are_stored)
{
    struct stat st;
    const mode_t before = umask(027);
    close(open("masked", O_CREAT | O_WRONLY, 0666));
    CHECK_EQ(stat("masked", &st), 0);
    CHECK_EQ(st.st_mode & 07777, 0640);
    CHECK_EQ(umask(before), 027);
    CHECK_EQ(chmod("masked", 04751), 0);
    CHECK_EQ(stat("masked", &st), 0);
    CHECK_EQ(st.st_mode & 07777, 04751);
    const int fd = open("masked", O_RDONLY);
    CHECK_EQ(fchmod(fd, 0400), 0);
    CHECK_EQ(fstat(fd, &st), 0);
    CHECK_EQ(st.st_mode & 07777, 0400);
    close(fd);
}

TEST(times_move_and_can_be_set)
{
    struct stat st;
    close(create("times"));
    const struct timespec set[2] = {{1000000000, 5}, {1234567890, 987654321}};
    CHECK_EQ(utimensat(AT_FDCWD, "times", set, 0), 0);
    CHECK_EQ(stat("times", &st), 0);
    CHECK_EQ(st.st_atim.tv_sec, 1000000000);
    CHECK_EQ(st.st_mtim.tv_sec, 1234567890);
    CHECK_EQ(st.st_mtim.tv_nsec, 987654321);
    const int fd = open("times", O_WRONLY);
    CHECK_EQ(write(fd, "x", 1), 1);
    close(fd);
    CHECK_EQ(stat("times", &st), 0);
    CHECK(st.st_mtim.tv_sec != 1234567890);
}

TEST(access_looks_at_the_mode)
{
    close(create("reachable"));
    CHECK_EQ(access("reachable", F_OK), 0);
    CHECK_EQ(access("reachable", R_OK | W_OK), 0);
    CHECK_FAILS(access("reachable", X_OK), EACCES);
    CHECK_EQ(chmod("reachable", 0755), 0);
    CHECK_EQ(access("reachable", X_OK), 0);
    CHECK_FAILS(access("reachable", 0xff), EINVAL);
}

TEST(a_megabyte_is_written_and_read_whole)
{
    static unsigned char block[65536];
    const size_t size = 1 << 20;
    check_make_file("big", size, 3);
    const int fd = open("big", O_RDONLY);
    size_t at = 0;
    for (ssize_t n; (n = read(fd, block, sizeof(block))) != 0; at += (size_t)n) {
        CHECK(n > 0);
        for (ssize_t i = 0; i < n; i++) {
            if (block[i] != (unsigned char)((at + (size_t)i) * 7 + 3)) {
                CHECK_EQ(at + (size_t)i, -1);
            }
        }
    }
    CHECK_EQ(at, size);
    close(fd);
}

TEST(bad_buffers_are_efault)
{
    char *volatile null_page = (char *)8;
    char *volatile kernel = (char *)0xffff000000000000;
    const int fd = create("fault");
    CHECK_EQ(write(fd, "0123456789", 10), 10);
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    CHECK_FAILS(read(fd, null_page, 5), EFAULT);
    CHECK_FAILS(write(fd, kernel, 5), EFAULT);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
    CHECK_FAILS(open(null_page, O_RDONLY), EFAULT);
    close(fd);
}

TEST(devices_behave)
{
    char text[16];
    int fd = open("/dev/null", O_RDWR);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, "gone", 4), 4);
    CHECK_EQ(read(fd, text, 4), 0);
    close(fd);
    memset(text, 'x', sizeof(text));
    fd = open("/dev/zero", O_RDONLY);
    CHECK_EQ(read(fd, text, sizeof(text)), sizeof(text));
    CHECK_EQ(text[15], 0);
    close(fd);
    fd = open("/dev/full", O_WRONLY);
    CHECK_FAILS(write(fd, "x", 1), ENOSPC);
    close(fd);
    char more[16];
    fd = open("/dev/urandom", O_RDONLY);
    CHECK_EQ(read(fd, text, sizeof(text)), sizeof(text));
    CHECK_EQ(read(fd, more, sizeof(more)), sizeof(more));
    CHECK(memcmp(text, more, sizeof(text)));
    close(fd);
}
