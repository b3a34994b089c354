/* SPDX-License-Identifier: MIT */
/* Open a file, read 13 bytes of it, write them to standard output. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    char text[13];
    const int fd = open("hello.txt", O_RDONLY);
    if (fd < 0) {
        perror("hello.txt");
        return 1;
    }
    const ssize_t n = read(fd, text, sizeof(text));
    close(fd);
    return n != sizeof(text) || write(1, text, sizeof(text)) != n;
}
