/* SPDX-License-Identifier: MIT */
/* Memory at an address of the program's choice: pages come when they are touched. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int main(void)
{
    char *page = mmap((void *)0x500000000, 0x2000, PROT_READ | PROT_WRITE,
                      MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (page == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    printf("mmap returns %p\n", (void *)page);
    strcpy(page, "Hello mmap");
    printf("%s\n", page);
    return munmap(page, 0x2000) != 0;
}
