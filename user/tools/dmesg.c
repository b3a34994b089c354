/* SPDX-License-Identifier: MIT */
/* dmesg: print the kernel's log, as much as it has kept. */
#include <lib/system.h>

enum { READ_BYTES = 4096 };

int main(int argc, char **argv)
{
    char buf[READ_BYTES];
    uint64_t position = 0;
    long got = 0;

    (void)argv;
    if (argc > 1) {
        return tool_usage("dmesg");
    }
    while ((got = system_check(chcore_dmesg(&position, buf, sizeof(buf)), "log")) > 0) {
        fwrite(buf, 1, (size_t)got, stdout);
    }
    return tool_end(0);
}
