/* SPDX-License-Identifier: MIT */
/*
 * tmpfs: the root file system, in memory, from the ramdisk. start_info.arg[0] is the ramdisk's pmo
 * and arg[1] its size in bytes. Token badge 1 is the root directory.
 */
#include <chcore/print.h>
#include <chcore/start.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>
#include <uapi/task.h>

#include "tmpfs.h"

#define HANDLERS 8u

void tmpfs_statfs(struct fs *fs, struct file_statfs *out)
{
    struct group_info group = {0};
    struct system_info system = {0};

    (void)fs;
    if (sys_object_info(CAP_SELF, INFO_GROUP, 0, &group, sizeof(group)) < 0 ||
        sys_object_info(CAP_NONE, INFO_SYSTEM, 0, &system, sizeof(system)) < 0) {
        return;
    }
    uint64_t limit = group.limit_pages && group.limit_pages < system.pages_total
                         ? group.limit_pages
                         : system.pages_total;
    uint64_t free_pages = limit > group.pages ? limit - group.pages : 0;

    out->type = 0x01021994; /* as tmpfs of Linux calls itself */
    out->blocks = limit;
    out->blocks_free = free_pages < system.pages_free ? free_pages : system.pages_free;
}

static long call(struct server_request *request, void *slot)
{
    return fs_call(&tmpfs, request, slot);
}

static void dropped(uint64_t badge, enum drop_kind kind)
{
    fs_dropped(&tmpfs, badge, kind);
}

int main(int argc, char **argv, char **envp)
{
    static const struct server_ops ops = {.call = call, .dropped = dropped};
    const struct start_info *start = chcore_start_info();
    uint64_t size = start->arg[1];

    (void)argc;
    (void)argv;
    (void)envp;
    long base = size ? sys_vm_map(CAP_VMSPACE, start->arg[0], 0, size, 0, VM_READ) : 0;
    if (base < 0) {
        panic("ramdisk of %lu bytes cannot be mapped: %ld\n", size, base);
    }
    content_set_archive((const uint8_t *)base);
    tmpfs_init();
    if (!tmpfs.root || !fs_add_permanent(&tmpfs, tmpfs.root, FILE_O_RDONLY)) {
        panic("no memory for the root\n");
    }
    tmpfs_load((const void *)base, size);
    server_run(&ops, HANDLERS);
}
