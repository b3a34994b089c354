/* SPDX-License-Identifier: MIT */
/* mem [pid]: the memory map of a process, its own unless told. */
#include <inttypes.h>
#include <lib/system.h>
#include <uapi/vm.h>
#include <unistd.h>

enum { REGIONS = 64 };

static const char *kind_name(uint32_t kind)
{
    switch (kind) {
    case PMO_ANON:
        return "anonymous";
    case PMO_CONTIGUOUS:
        return "contiguous";
    case PMO_DEVICE:
        return "device";
    case PMO_PAGER:
        return "file";
    default:
        return "other";
    }
}

static void print_region(const struct region_info *region)
{
    char size[8];
    char resident[8];

    tool_size_text(region->length, size);
    tool_size_text(region->resident, resident);
    printf("%012" PRIx64 "-%012" PRIx64 " %c%c%c %5s %8s  %6" PRIu64 " %8" PRIx64 "  %s%s\n",
           region->start, region->start + region->length,
           (region->flags & VM_READ) != 0 ? 'r' : '-', (region->flags & VM_WRITE) != 0 ? 'w' : '-',
           (region->flags & VM_EXEC) != 0 ? 'x' : '-', size, resident, region->object,
           region->offset, kind_name(region->kind),
           (region->flags & VM_GROWSDOWN) != 0 ? ", stack" : "");
}

int main(int argc, char **argv)
{
    struct region_info regions[REGIONS];
    uint32_t pid = (uint32_t)getpid();
    uint64_t cursor = 0;
    long n = 0;

    if (argc > 2 || (argc == 2 && !system_pid(argv[1], &pid))) {
        return tool_usage("mem [pid]");
    }
    puts("START        END          RWX  SIZE RESIDENT  OBJECT   OFFSET  KIND");
    while ((n = system_check(chcore_proc_regions(pid, &cursor, regions, REGIONS), "regions")) > 0) {
        for (long i = 0; i < n; i++) {
            print_region(&regions[i]);
        }
    }
    return tool_end(0);
}
