/* SPDX-License-Identifier: MIT */
/*
 * Starting servers. Their programs lie in the ramdisk, which is memory of ours: it is parsed where
 * it is, and mapped without a copy.
 */
#include "service.h"

#include <chcore/print.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <lib/cpio.h>

/* The program's file and headers. 0 or -errno. */
static long find_program(const char *path, struct cpio_entry *entry, struct elf_image *image)
{
    uint64_t offset, length;
    int found = cpio_find(machine.ramdisk_base, machine.ramdisk_size, path, entry);

    if (found != 1) {
        return found == 0 ? -ENOENT : found;
    }
    long result = elf_headers_extent(entry->data, entry->size, &offset, &length);
    if (result < 0) {
        return result;
    }
    if (offset > entry->size || length > entry->size - offset) {
        return -ENOEXEC;
    }
    return elf_parse(entry->data, entry->data + offset, entry->size, image);
}

/* The file as pages: where it lies, or a copy when the archive does not align it. */
static long page_source(const struct cpio_entry *entry, struct image_source *source, bool *copied)
{
    size_t done = 0;

    *copied = entry->data_offset % VM_PAGE_SIZE != 0;
    *source = (struct image_source){.pmo = machine.ramdisk, .offset = entry->data_offset};
    if (!*copied) {
        return 0;
    }
    long pmo = sys_pmo_create(entry->size, PMO_ANON, 0, 0);
    if (pmo < 0) {
        return pmo;
    }
    *source = (struct image_source){.pmo = (cap_t)pmo};
    while (done < entry->size) {
        long moved = sys_pmo_write(source->pmo, done, entry->data + done, entry->size - done);

        if (moved <= 0) {
            sys_cap_drop(CAP_SELF, source->pmo);
            return moved ? moved : -EIO;
        }
        done += (size_t)moved;
    }
    return 0;
}

static long set(uint64_t *field, long handle)
{
    *field = (uint64_t)handle;
    return handle < 0 ? handle : 0;
}

/* The server object, its drop notification, and what the service's own function gives. */
static long give_arguments(const struct service *service, struct child *child, cap_t server,
                           cap_t drops)
{
    struct start_info *start = &child->stack.start;
    long result;

    start->procmgr = start->fsm = start->self = start->cwd = start->root = CAP_NONE;
    result = set(&start->server, child_give(child, server, RIGHT_ALL, 0));
    if (result == 0) {
        result = set(&start->arg[3], child_give(child, drops, RIGHT_ALL, 0));
    }
    if (result == 0 && service->arguments) {
        result = service->arguments(child, start->arg);
    }
    return result;
}

static long build(const struct service *service, struct child *child, cap_t server, cap_t drops)
{
    struct image_source source;
    struct elf_image image;
    struct cpio_entry entry;
    bool copied = false;
    long result = find_program(service->path, &entry, &image);

    if (result == 0) {
        result = page_source(&entry, &source, &copied);
    }
    if (result < 0) {
        child->vmspace = child->group = CAP_NONE;
        return child_finish(child, result);
    }
    child->stack.execfn = service->path;
    child->stack.strings = service->name;
    child->stack.strings_size = strlen(service->name) + 1;
    child->stack.argc = 1;
    result = child_begin(child);
    if (result == 0) {
        result = give_arguments(service, child, server, drops);
    }
    if (result == 0) {
        result = child_image(child, &source, &image);
    }
    if (copied) {
        sys_cap_drop(CAP_SELF, source.pmo);
    }
    return child_finish(child, result);
}

long service_start(const struct service *service)
{
    struct child child = {0};
    long result;

    long drops = sys_notification_create();
    if (drops < 0) {
        return drops;
    }
    long server = sys_server_create(0, (cap_t)drops);
    if (server < 0) {
        sys_cap_drop(CAP_SELF, (cap_t)drops);
        return server;
    }
    child.process = process_reserve(0, service->pid, &result);
    if (child.process) {
        child.process->is_server = true;
        result = build(service, &child, (cap_t)server, (cap_t)drops);
    }
    sys_cap_drop(CAP_SELF, (cap_t)drops);
    if (result < 0) {
        sys_cap_drop(CAP_SELF, (cap_t)server);
        return result;
    }
    return server;
}
