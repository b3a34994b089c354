/* SPDX-License-Identifier: MIT */
/*
 * Content of regular files. Bytes move between pmo and client's slot by the kernel's pmo_read and
 * pmo_write, so no file is mapped here and a page that cannot be had is an error, not a fault.
 *
 * Invariant: bytes of the pmo at or above the file's size are zero (as far as no client's mapping
 * wrote there), so that growing needs no clearing.
 */
#include "tmpfs.h"

#include <chcore/string.h>
#include <chcore/syscall.h>

#define MAX_SIZE (1ull << 40)

static const uint8_t *ramdisk_base;

void content_set_archive(const uint8_t *base)
{
    ramdisk_base = base;
}

void content_init(struct content *content)
{
    *content = (struct content){.pmo = CAP_NONE};
}

void content_init_archived(struct content *content, uint64_t at)
{
    *content = (struct content){.pmo = CAP_NONE, .archived = true, .archive_at = at};
}

void content_destroy(struct content *content)
{
    if (content->pmo != CAP_NONE) {
        sys_cap_drop(CAP_SELF, content->pmo);
    }
}

static uint64_t page_up(uint64_t n)
{
    return (n + VM_PAGE_SIZE - 1) & ~(uint64_t)(VM_PAGE_SIZE - 1);
}

/* The account's limit is the size of the file system. */
static long no_space(long error)
{
    return error == -ENOMEM ? -ENOSPC : error;
}

static long pmo_write_all(cap_t pmo, uint64_t offset, const uint8_t *from, size_t n)
{
    size_t done = 0;

    while (done < n) {
        long moved = sys_pmo_write(pmo, offset + done, from + done, n - done);

        if (moved <= 0) {
            return done > 0 ? (long)done : moved ? no_space(moved) : -EIO;
        }
        done += (size_t)moved;
    }
    return (long)done;
}

static long copy_archived(const struct content *content, uint64_t size, uint64_t room)
{
    long pmo = sys_pmo_create(room, PMO_ANON, 0, 0);

    if (pmo < 0) {
        return no_space(pmo);
    }
    long copied = pmo_write_all((cap_t)pmo, 0, ramdisk_base + content->archive_at, size);
    if (copied < 0 || (uint64_t)copied < size) {
        sys_cap_drop(CAP_SELF, (cap_t)pmo);
        return copied < 0 ? copied : -ENOSPC;
    }
    return pmo;
}

/* Locked: make the pmo if there is none, with room for `size` bytes at least. 0 or -errno. */
static long reserve_locked(struct tmpfs_node *file, uint64_t size)
{
    struct content *content = &file->content;
    uint64_t room = page_up(size > file->base.size ? size : file->base.size);
    long result = 0;

    if (room == 0) {
        room = VM_PAGE_SIZE;
    }
    if (content->pmo == CAP_NONE) {
        if (!content->archived) {
            result = sys_pmo_create(room, PMO_ANON, 0, 0);
        } else {
            room = page_up(file->base.size);
            result = copy_archived(content, file->base.size, room);
        }
        if (result < 0) {
            return no_space(result);
        }
        content->pmo = (cap_t)result;
        content->pmo_size = room;
        content->archived = false;
    }
    if (page_up(size) > content->pmo_size) {
        result = sys_pmo_resize(content->pmo, page_up(size));
        if (result < 0) {
            return no_space(result);
        }
        content->pmo_size = page_up(size);
    }
    return 0;
}

static long read_locked(struct tmpfs_node *file, uint64_t offset, uint8_t *buf, size_t n)
{
    const struct content *content = &file->content;
    size_t done = 0;

    if (content->pmo == CAP_NONE) {
        if (content->archived) {
            memcpy(buf, ramdisk_base + content->archive_at + offset, n);
        } else {
            memset(buf, 0, n);
        }
        return (long)n;
    }
    while (done < n) {
        /* Growing a file by truncate leaves the pmo as it is: a hole at the end. */
        if (offset + done >= content->pmo_size) {
            memset(buf + done, 0, n - done);
            return (long)n;
        }
        size_t part = n - done;
        if (part > content->pmo_size - (offset + done)) {
            part = content->pmo_size - (offset + done);
        }
        long moved = sys_pmo_read(content->pmo, offset + done, buf + done, part);
        if (moved <= 0) {
            return done > 0 ? (long)done : moved ? moved : -EIO;
        }
        done += (size_t)moved;
    }
    return (long)done;
}

long content_read(struct tmpfs_node *file, uint64_t offset, void *buf, size_t n)
{
    long result = 0;

    mutex_lock(&file->content.lock);
    uint64_t size = file->base.size;
    if (offset < size && n > 0) {
        result = read_locked(file, offset, buf, n < size - offset ? n : size - offset);
    }
    mutex_unlock(&file->content.lock);
    return result;
}

long content_write(struct tmpfs_node *file, uint64_t *offset, bool append, const void *buf,
                   size_t n)
{
    long result = 0;

    mutex_lock(&file->content.lock);
    if (append) {
        *offset = file->base.size;
    }
    uint64_t at = *offset;
    if (n > 0 && (at >= MAX_SIZE || n > MAX_SIZE - at)) {
        result = -EFBIG;
    } else if (n > 0) {
        result = reserve_locked(file, at + n);
        if (result == 0) {
            result = pmo_write_all(file->content.pmo, at, buf, n);
        }
        if (result > 0) {
            if (at + (uint64_t)result > file->base.size) {
                file->base.size = at + (uint64_t)result;
            }
            file->base.modify_ns = file->base.change_ns = clock_realtime_ns();
        }
    }
    mutex_unlock(&file->content.lock);
    return result;
}

/* Locked: take the bytes from `size` on out of the pmo. */
static long shrink_locked(struct tmpfs_node *file, uint64_t size)
{
    struct content *content = &file->content;
    uint64_t room = page_up(size) ? page_up(size) : VM_PAGE_SIZE;

    if (size == 0 && content->pmo == CAP_NONE) {
        content->archived = false;
        return 0;
    }
    long result = reserve_locked(file, 0);
    if (result == 0 && size < content->pmo_size) {
        /* First to the exact size, which clears the rest of the last page, then to whole pages. */
        result = sys_pmo_resize(content->pmo, size);
        if (result >= 0) {
            result = size == room ? 0 : sys_pmo_resize(content->pmo, room);
            content->pmo_size = room;
        }
    }
    return result < 0 ? no_space(result) : 0;
}

long content_truncate(struct tmpfs_node *file, uint64_t size)
{
    long result = 0;

    if (size > MAX_SIZE) {
        return -EFBIG;
    }
    mutex_lock(&file->content.lock);
    if (size < file->base.size) {
        result = shrink_locked(file, size);
    } else if (file->content.pmo != CAP_NONE || file->content.archived) {
        result = reserve_locked(file, size);
    }
    if (result == 0) {
        file->base.size = size;
        file->base.modify_ns = file->base.change_ns = clock_realtime_ns();
    }
    mutex_unlock(&file->content.lock);
    return result;
}

long content_pmo(struct tmpfs_node *file)
{
    mutex_lock(&file->content.lock);
    long result = reserve_locked(file, file->base.size);
    if (result == 0) {
        result = (long)file->content.pmo;
    }
    mutex_unlock(&file->content.lock);
    return result;
}

uint64_t content_bytes(struct tmpfs_node *file)
{
    struct pmo_info info = {0};
    uint64_t bytes = 0;

    mutex_lock(&file->content.lock);
    if (file->content.pmo != CAP_NONE) {
        bytes = sys_pmo_info(file->content.pmo, &info) == 0 ? info.committed : 0;
    } else if (file->content.archived) {
        bytes = page_up(file->base.size);
    }
    mutex_unlock(&file->content.lock);
    return bytes;
}
