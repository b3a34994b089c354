/* SPDX-License-Identifier: MIT */
/* What the boot loader told us. The board's own values come first; a blob replaces what it names.
 */
#include <arch/mmu.h>
#include <arch/regs.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <plat/board.h>

/* The blob's first bytes are mapped before anything else (boot_map_init); it may be this long. */
enum { BLOB_MAX = 2 << 20 };

struct bootinfo bootinfo;

void bootinfo_reserve(paddr_t base, u64 size)
{
    if (size == 0) {
        return;
    }
    ASSERT(bootinfo.reserved_count < BOOT_RANGES);
    bootinfo.reserved[bootinfo.reserved_count++] = (struct phys_range){base, size};
}

/* Whole pages only, ascending, and nothing twice. */
static void tidy_ram(struct bootinfo *info)
{
    struct phys_range ram[BOOT_RANGES];
    unsigned count = 0;

    for (unsigned i = 0; i < info->ram_count; i++) {
        paddr_t first = ALIGN_UP(info->ram[i].base, PAGE_SIZE);
        paddr_t end = ALIGN_DOWN(info->ram[i].base + info->ram[i].size, PAGE_SIZE);
        unsigned at = count;

        if (end <= first) {
            continue;
        }
        while (at > 0 && ram[at - 1].base > first) {
            ram[at] = ram[at - 1];
            at--;
        }
        ram[at] = (struct phys_range){first, end - first};
        count++;
    }
    info->ram_count = 0;
    for (unsigned i = 0; i < count; i++) {
        struct phys_range *last = info->ram_count ? &info->ram[info->ram_count - 1] : NULL;

        if (last != NULL && ram[i].base < last->base + last->size) {
            continue;
        }
        info->ram[info->ram_count++] = ram[i];
    }
}

/* The CPU that runs comes first, as number 0. */
static void boot_cpu_first(struct bootinfo *info)
{
    u64 self = sysreg_read(mpidr_el1) & 0xff00ffffff;

    for (unsigned i = 1; i < info->cpu_count; i++) {
        if (info->cpu[i].mpidr == self) {
            struct boot_cpu first = info->cpu[0];

            info->cpu[0] = info->cpu[i];
            info->cpu[i] = first;
        }
    }
}

void bootinfo_init(paddr_t blob)
{
    bootinfo.board = board.name;
    board.defaults(&bootinfo);
    if (blob != 0 && bootinfo_from_fdt(&bootinfo, phys_to_virt(blob), BLOB_MAX) == 0) {
        bootinfo.dtb.base = blob;
    } else if (blob != 0) {
        (void)bootinfo_from_atags(&bootinfo, phys_to_virt(blob), PAGE_SIZE - blob % PAGE_SIZE);
    }
    bootinfo_reserve(bootinfo.initrd.base, bootinfo.initrd.size);
    tidy_ram(&bootinfo);
    boot_cpu_first(&bootinfo);
}

/* Where the word begins on the command line, followed by `end` or, for 0, by a blank or nothing. */
static const char *find_word(const char *word, char end)
{
    size_t len = strlen(word);
    const char *at = bootinfo.cmdline;

    while (*at != '\0') {
        char after = strncmp(at, word, len) == 0 ? at[len] : '?';

        if (end != 0 ? after == end : after == '\0' || after == ' ') {
            return at + len;
        }
        while (*at != '\0' && *at != ' ') {
            at++;
        }
        while (*at == ' ') {
            at++;
        }
    }
    return NULL;
}

u64 bootinfo_option(const char *name, u64 otherwise)
{
    const char *at = find_word(name, '=');
    u64 value = 0;

    if (at == NULL || at[1] < '0' || at[1] > '9') {
        return otherwise;
    }
    for (at++; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (u64)(*at - '0');
    }
    return value;
}

bool bootinfo_flag(const char *name)
{
    return find_word(name, 0) != NULL;
}
