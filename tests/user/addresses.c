/* SPDX-License-Identifier: MIT */
/*
 * Addresses that are wrong: each call says so, and the program lives. Not stat: libc itself writes
 * its answer.
 */
#include "check.h"
#include <poll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

/* What a pointer can be that it should not. `last` is where one byte is left before nothing. */
struct bad {
    void *unmapped;
    void *kernel;
    void *read_only;
    char *last;
};

static struct bad bad_addresses(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pages != MAP_FAILED);
    pages[page - 1] = 'x';
    CHECK_EQ(munmap(pages + page, page), 0);
    CHECK_EQ(mprotect(pages + 2 * page, page, PROT_READ), 0);
    return (struct bad){pages + page, (void *)0xffff000000080000, pages + 2 * page,
                        pages + page - 1};
}

TEST(reading_and_writing_refuse_them)
{
    const struct bad bad = bad_addresses();
    check_make_file("file", 100, 1);
    const int fd = open("file", O_RDWR);

    CHECK_FAILS(read(fd, bad.unmapped, 10), EFAULT);
    CHECK_FAILS(read(fd, bad.kernel, 10), EFAULT);
    CHECK_FAILS(read(fd, bad.read_only, 10), EFAULT);
    CHECK_FAILS(pread(fd, bad.unmapped, 10, 5), EFAULT);
    CHECK_FAILS(write(fd, bad.unmapped, 10), EFAULT);
    CHECK_FAILS(write(fd, bad.kernel, 10), EFAULT);
    CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
    unsigned char byte;
    CHECK_EQ(read(fd, &byte, 1), 1);
    CHECK_EQ(byte, 1);
    CHECK_FAILS(readv(fd, bad.unmapped, 2), EFAULT);
    close(fd);
}

TEST(paths_refuse_them)
{
    const struct bad bad = bad_addresses();
    struct stat st;
    char text[10];

    CHECK_FAILS(open(bad.unmapped, O_RDONLY), EFAULT);
    CHECK_FAILS(open(bad.last, O_RDONLY), EFAULT);
    CHECK_FAILS(open(NULL, O_RDONLY), EFAULT);
    CHECK_FAILS(stat(bad.kernel, &st), EFAULT);
    CHECK_FAILS(mkdir(bad.unmapped, 0700), EFAULT);
    CHECK_FAILS(rename("a", bad.unmapped), EFAULT);
    CHECK_FAILS(rename(bad.last, "a"), EFAULT);
    CHECK_FAILS(symlink(bad.unmapped, "link"), EFAULT);
    CHECK_FAILS(readlink(bad.last, text, sizeof(text)), EFAULT);
    CHECK_FAILS(chdir(bad.unmapped), EFAULT);
}

TEST(answers_refuse_them)
{
    const struct bad bad = bad_addresses();
    int fd = open("/dev/zero", O_RDONLY);

    CHECK_FAILS(uname(bad.read_only), EFAULT);
    CHECK_FAILS(pipe(bad.unmapped), EFAULT);
    CHECK_FAILS(poll(bad.unmapped, 1, 0), EFAULT);
    CHECK_FAILS(nanosleep(bad.unmapped, NULL), EFAULT);
    CHECK_EQ(symlink("target", "link"), 0);
    CHECK_FAILS(readlink("link", bad.read_only, 4), EFAULT);
    CHECK_EQ(close(fd), 0);
    fd = open("/dev/zero", O_RDONLY);
    CHECK(fd >= 0);
    close(fd);
}
