/* SPDX-License-Identifier: MIT */
/* Memory: mapping, protection and physical memory objects. */
#pragma once

#include <uapi/types.h>

#define VM_PAGE_SHIFT 12
#define VM_PAGE_SIZE  4096ul

#define USER_BASE  0x0000000000010000ul /* lowest address that can be mapped */
#define USER_LIMIT 0x0001000000000000ul /* first address beyond TTBR0's range */

/* vm_map(vmspace, pmo, addr, len, offset, prot | flags) -> address */
enum vm_flag {
    VM_READ = 0x01,
    VM_WRITE = 0x02,
    VM_EXEC = 0x04,      /* WRITE and EXEC together are refused */
    VM_FIXED = 0x10,     /* exactly at addr; replaces what is there */
    VM_NOREPLACE = 0x20, /* exactly at addr; -EEXIST when something is there */
    VM_DONTFORK = 0x40,  /* vmspace_clone leaves it out */
    VM_GROWSDOWN = 0x80, /* a stack: guard pages below it stay free */
    VM_POPULATE = 0x100, /* fault all pages in now */
    VM_PRIVATE =
        0x200, /* pmo is cloned copy-on-write first (pmo_clone), the mapping is of the clone */
};

/* pmo_create(size, kind, flags, authority, base) -> handle; authority: PMO_DEVICE: the board, base
 * its physical address; PMO_CONTIGUOUS: the board for RIGHT_DMA, or 0; PMO_PAGER: the server, base
 * its cookie for page_in requests; else both 0 */
enum pmo_kind {
    PMO_ANON = 1,       /* zero-filled on demand */
    PMO_CONTIGUOUS = 2, /* physically contiguous, allocated at once, power-of-two pages */
    PMO_DEVICE = 3,     /* device registers */
    PMO_PAGER = 4,      /* a server supplies the pages */
};
enum pmo_flag {
    PMO_FIXED_SIZE = 1,  /* pmo_resize fails */
    PMO_COMMIT = 2,      /* all pages are allocated now: touching it never fails */
    PMO_CALLER_PAYS = 4, /* in a handler: charged to the calling process's account */
    PMO_PINNED = 8,      /* never evicted */
};

/* pmo_info(pmo, struct pmo_info *) */
struct pmo_info {
    uint64_t size;      /* bytes */
    uint64_t committed; /* bytes present */
    uint64_t phys;      /* physical base for contiguous with RIGHT_DMA, else 0 */
    uint32_t kind;
    uint32_t flags;
};
_Static_assert(sizeof(struct pmo_info) == 32, "ABI");

/* Requests of the kernel to a pager, as messages of a FAULT frame: x0 = PAGER_*, x1.. as said. */
enum pager_request {
    PAGER_PAGE_IN = 0x7001, /* x1 pmo's cookie, x2 page offset, x3 pages, x4 write */
};

/* pmo_clean(pmo, first page, pages, bitmap *): at most 64 pages a call; bit i of *bitmap: page was
 * dirty */
