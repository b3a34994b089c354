/* SPDX-License-Identifier: MIT */
/* Open a file, read 13 bytes of it, write them to standard output. The file is made first. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int make_file(const char *path)
{
    const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    return fd < 0 || write(fd, "hello, world\nand more\n", 22) != 22 || close(fd);
}

int main(void)
{
    char text[13];
    if (chdir("/tmp") || make_file("hello.txt")) {
        perror("hello.txt");
        return 1;
    }
    const int fd = open("hello.txt", O_RDONLY);
    if (fd < 0) {
        perror("hello.txt");
        return 1;
    }
    const ssize_t n = read(fd, text, sizeof(text));
    close(fd);
    return n != sizeof(text) || write(1, text, sizeof(text)) != n || unlink("hello.txt");
}
