/* SPDX-License-Identifier: MIT */
/*
 * caps [pid]: the capabilities of a process, its own unless told: which slot holds a right to which
 * object. Objects with the same number are the same one, also in other processes.
 */
#include <inttypes.h>
#include <lib/system.h>
#include <unistd.h>

enum { CAPS = 64 };

static void print_cap(const struct cap_info *cap)
{
    char rights[9];
    uint64_t slot = cap->handle & ((1u << CAP_SLOT_BITS) - 1);
    uint64_t generation = cap->handle >> CAP_SLOT_BITS;

    printf("%6" PRIu64 " %5" PRIu64 "  %-12s %s %6u  %6" PRIu64, slot, generation,
           chcore_object_name(cap->type), chcore_rights_text(cap->rights, rights), cap->references,
           cap->object);
    if (slot < CAP_NOFILE) {
        fputs("  descriptor", stdout);
    }
    if ((cap->flags & CAP_CLOEXEC) != 0) {
        fputs("  close-on-exec", stdout);
    }
    if ((cap->flags & CAP_INHERIT) != 0) {
        fputs("  inherit", stdout);
    }
    if (cap->type == OBJ_PMO) {
        char size[8];
        tool_size_text(cap->detail, size);
        printf("  %s", size);
    } else if (cap->type == OBJ_TOKEN || cap->type == OBJ_CONNECTION) {
        printf("  of server %" PRIu64, cap->detail);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct cap_info caps[CAPS];
    uint32_t pid = (uint32_t)getpid();
    uint64_t cursor = 0;
    long n = 0;

    if (argc > 2 || (argc == 2 && !system_pid(argv[1], &pid))) {
        return tool_usage("caps [pid]");
    }
    puts("  SLOT   GEN  TYPE         RIGHTS     REFS  OBJECT");
    while ((n = system_check(chcore_proc_caps(pid, &cursor, caps, CAPS), "capabilities")) > 0) {
        for (long i = 0; i < n; i++) {
            print_cap(&caps[i]);
        }
    }
    return tool_end(0);
}
