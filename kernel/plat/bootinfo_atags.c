/* SPDX-License-Identifier: MIT */
/*
 * The bootinfo from ATAGs (Booting ARM Linux, V. Tuxedo): a list of {size in words, tag, data} that
 * begins with CORE and ends with NONE.
 */
#include <lib/errno.h>
#include <lib/string.h>
#include <plat/bootinfo.h>

enum {
    ATAG_NONE = 0,
    ATAG_CORE = 0x54410001,
    ATAG_MEM = 0x54410002,
    ATAG_CMDLINE = 0x54410009,
    ATAG_INITRD2 = 0x54420005,
    ATAG_HEADER_WORDS = 2,
};

static void read_tag(struct bootinfo *info, const u32 *tag, u32 data_words)
{
    const u32 *data = tag + ATAG_HEADER_WORDS;

    if (tag[1] == ATAG_MEM && data_words >= 2) {
        info->ram[0] = (struct phys_range){data[1], data[0]};
        info->ram_count = 1;
    } else if (tag[1] == ATAG_INITRD2 && data_words >= 2) {
        info->initrd = (struct phys_range){data[0], data[1]};
    } else if (tag[1] == ATAG_CMDLINE) {
        size_t n = MIN((size_t)data_words * 4, sizeof(info->cmdline) - 1);

        memcpy(info->cmdline, data, n);
        info->cmdline[n] = '\0';
    }
}

int bootinfo_from_atags(struct bootinfo *info, const void *blob, size_t max)
{
    const u32 *tag = blob;
    u32 left = (u32)(max / 4);

    if (left < ATAG_HEADER_WORDS || tag[1] != ATAG_CORE) {
        return -EINVAL;
    }
    while (left >= ATAG_HEADER_WORDS && tag[1] != ATAG_NONE && tag[0] >= ATAG_HEADER_WORDS &&
           tag[0] <= left) {
        read_tag(info, tag, tag[0] - ATAG_HEADER_WORDS);
        left -= tag[0];
        tag += tag[0];
    }
    return 0;
}
