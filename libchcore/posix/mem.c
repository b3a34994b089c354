/* SPDX-License-Identifier: MIT */
/*
 * Memory. A mapping is of fresh anonymous memory, which the kernel makes, or of the pmo that a
 * file's server hands out. The regions themselves are kept by the kernel alone.
 */
#include "state.h"

#define PAGE_MASK (VM_PAGE_SIZE - 1)

/* Round up to whole pages; 0 when that is too large or when there was nothing. */
static size_t page_round(size_t length)
{
    return length > USER_LIMIT ? 0 : (length + PAGE_MASK) & ~PAGE_MASK;
}

static uint64_t vm_protection(uint32_t prot)
{
    return (prot & LX_PROT_READ ? VM_READ : 0) | (prot & LX_PROT_WRITE ? VM_WRITE : 0) |
           (prot & LX_PROT_EXEC ? VM_EXEC : 0);
}

/* The pmo of a mapping of a file, with the rights that the mapping needs -> handle. */
static long file_pmo(int fd, uint32_t prot, bool shared)
{
    uint64_t wanted = shared ? vm_protection(prot) : VM_READ | (vm_protection(prot) & VM_EXEC);
    struct ipc_msg msg = {{msg_word0(FILE_MMAP, MSG_NO_SLOT), wanted}};
    struct ipc_caps caps = {.recv_flags = IPC_RECV};
    struct ipc_received received;
    struct px_place place;
    long result = px_fd_place(fd, &place);

    if (result != 0) {
        return result;
    }
    result = ipc_call_full(place.channel->connection, DEADLINE_NONE, place.token, &caps, &msg,
                           &received);
    if (result == 0) {
        result = (long)msg.w[0];
    }
    return result < 0 ? result : (long)received.cap[0];
}

/* Where it goes: exactly there, at the address hinted at if that is free, or anywhere. */
static long map(cap_t pmo, uint64_t address, size_t length, uint64_t offset, uint64_t vm_flags)
{
    if (address && !(vm_flags & (VM_FIXED | VM_NOREPLACE)) && !(address & PAGE_MASK)) {
        long result =
            sys_vm_map(CAP_VMSPACE, pmo, address, length, offset, vm_flags | VM_NOREPLACE);
        if (result >= 0) {
            return result;
        }
        address = 0;
    }
    return sys_vm_map(CAP_VMSPACE, pmo, address, length, offset, vm_flags);
}

long px_mmap(uint64_t address, size_t length, uint32_t prot, uint32_t flags, int fd, long offset)
{
    uint32_t type = flags & LX_MAP_TYPE;
    bool shared = type == LX_MAP_SHARED || type == LX_MAP_SHARED_VALIDATE;
    bool fixed = flags & (LX_MAP_FIXED | LX_MAP_FIXED_NOREPLACE);
    uint64_t vm_flags = vm_protection(prot);

    if ((!shared && type != LX_MAP_PRIVATE) || length == 0 || (uint64_t)offset & PAGE_MASK ||
        (fixed && address & PAGE_MASK)) {
        return -EINVAL;
    }
    length = page_round(length);
    if (length == 0) {
        return -ENOMEM;
    }
    if (flags & LX_MAP_FIXED_NOREPLACE) {
        vm_flags |= VM_NOREPLACE;
    } else if (flags & LX_MAP_FIXED) {
        vm_flags |= VM_FIXED;
    }
    vm_flags |= flags & LX_MAP_POPULATE ? VM_POPULATE : 0;
    vm_flags |= flags & LX_MAP_GROWSDOWN ? VM_GROWSDOWN : 0;

    if (flags & LX_MAP_ANONYMOUS && !shared) {
        return map(CAP_NONE, address, length, 0, vm_flags);
    }
    long pmo = flags & LX_MAP_ANONYMOUS ? sys_pmo_create(length, PMO_ANON, 0, 0)
                                        : file_pmo(fd, prot, shared);
    if (pmo < 0) {
        return pmo;
    }
    uint64_t first = flags & LX_MAP_ANONYMOUS ? 0 : (uint64_t)offset;
    long result =
        map((cap_t)pmo, address, length, first, shared ? vm_flags : vm_flags | VM_PRIVATE);
    sys_cap_drop(CAP_SELF, (cap_t)pmo); /* the region holds it */
    return result;
}

long px_munmap(uint64_t address, size_t length)
{
    size_t rounded = page_round(length);

    if (address & PAGE_MASK || rounded == 0) {
        return -EINVAL;
    }
    return sys_vm_unmap(CAP_VMSPACE, address, rounded);
}

long px_mprotect(uint64_t address, size_t length, uint32_t prot)
{
    if (address & PAGE_MASK) {
        return -EINVAL;
    }
    if (length == 0) {
        return 0;
    }
    size_t rounded = page_round(length);
    if (rounded == 0) {
        return -ENOMEM;
    }
    return sys_vm_protect(CAP_VMSPACE, address, rounded, vm_protection(prot));
}

/* There is no heap segment: libc's malloc takes mappings instead. */
long px_brk(uint64_t address)
{
    (void)address;
    return -ENOMEM;
}

/* The region at an address; -EFAULT without one. */
static long region_at(uint64_t address, struct region_info *region)
{
    long result = sys_object_info(CAP_SELF, INFO_REGIONS, address, region, sizeof(*region));

    if (result < 0) {
        return result;
    }
    return result > 0 && region->start <= address && address - region->start < region->length
               ? 0
               : -EFAULT;
}

/* Growing moves: a new anonymous mapping, and a copy of what was there. */
static long move_mapping(uint64_t address, size_t old_length, size_t length)
{
    struct region_info region = {0};
    long result = region_at(address, &region);

    if (result != 0) {
        return result;
    }
    if (region.kind != PMO_ANON || region.start + region.length - address < old_length) {
        return -ENOMEM; /* a file's mapping would no longer be one */
    }
    result = sys_vm_map(CAP_VMSPACE, CAP_NONE, 0, length, 0, VM_READ | VM_WRITE);
    if (result < 0) {
        return result;
    }
    memcpy((void *)result, (const void *)address, old_length);
    sys_vm_protect(CAP_VMSPACE, (uint64_t)result, length,
                   region.flags & (VM_READ | VM_WRITE | VM_EXEC));
    sys_vm_unmap(CAP_VMSPACE, address, old_length);
    return result;
}

long px_mremap(uint64_t address, size_t old_length, size_t length, uint32_t flags)
{
    old_length = page_round(old_length);
    length = page_round(length);
    if (address & PAGE_MASK || old_length == 0 || length == 0 ||
        flags & ~(uint32_t)LX_MREMAP_MAYMOVE) {
        return -EINVAL;
    }
    if (length == old_length) {
        return (long)address;
    }
    if (length < old_length) {
        long result = sys_vm_unmap(CAP_VMSPACE, address + length, old_length - length);
        return result < 0 ? result : (long)address;
    }
    return flags & LX_MREMAP_MAYMOVE ? move_mapping(address, old_length, length) : -ENOMEM;
}

/* Give the pages back: zeroed ones take their place, as for private anonymous memory on Linux. */
static long discard(uint64_t address, size_t length)
{
    while (length > 0) {
        struct region_info region = {0};
        long result = region_at(address, &region);
        if (result != 0) {
            return -ENOMEM;
        }
        if (region.kind != PMO_ANON) {
            return -EINVAL;
        }
        uint64_t left = region.start + region.length - address;
        size_t turn = left < length ? left : length;
        result = sys_vm_map(CAP_VMSPACE, CAP_NONE, address, turn, 0,
                            VM_FIXED | (region.flags & (VM_READ | VM_WRITE | VM_EXEC)));
        if (result < 0) {
            return result;
        }
        address += turn;
        length -= turn;
    }
    return 0;
}

long px_madvise(uint64_t address, size_t length, int advice)
{
    size_t rounded = page_round(length);

    if (address & PAGE_MASK) {
        return -EINVAL;
    }
    switch (advice) {
    case LX_MADV_NORMAL:
    case LX_MADV_RANDOM:
    case LX_MADV_SEQUENTIAL:
    case LX_MADV_WILLNEED:
        return 0; /* hints, which one may leave unused */
    case LX_MADV_DONTNEED:
        return discard(address, rounded);
    default:
        return -EINVAL;
    }
}
