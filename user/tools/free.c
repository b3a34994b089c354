/* SPDX-License-Identifier: MIT */
/* free [-h]: how much memory there is and is used, in KiB; -h with units. */
#include <inttypes.h>
#include <lib/system.h>
#include <unistd.h>

static void print_amount(uint64_t pages, bool human)
{
    char text[8];

    if (human) {
        tool_size_text(system_pages_to_bytes(pages), text);
        printf("%12s", text);
    } else {
        printf("%12" PRIu64, system_pages_to_bytes(pages) / 1024);
    }
}

int main(int argc, char **argv)
{
    struct system_info system;
    bool human = false;
    int option = 0;

    while ((option = getopt(argc, argv, "h")) != -1) {
        if (option == '?') {
            return tool_usage("free [-h]");
        }
        human = true;
    }
    system_check(chcore_system_info(&system), "system");
    puts("              total        used        free");
    fputs("memory ", stdout);
    print_amount(system.pages_total, human);
    print_amount(system.pages_total - system.pages_free, human);
    print_amount(system.pages_free, human);
    printf("\nkernel objects: %" PRIu64 ", of them %u processes and servers, %u threads\n",
           system.objects, system.groups, system.threads);
    return tool_end(0);
}
