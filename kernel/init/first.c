/* SPDX-License-Identifier: MIT */
/*
 * The first process: the kernel loads one ELF file, /sbin/procmgr of the ramdisk, into anonymous
 * memory and hands it the board, the ramdisk and the time page (uapi/boot.h). All other processes
 * are its affair. What the boot loader gave is trusted to be ours, but not to be whole: every
 * length is checked.
 */
#include <arch/mmu.h>
#include <debug/log.h>
#include <init/first.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <plat/bootinfo.h>
#include <syscall/board.h>
#include <task/thread.h>
#include <uapi/boot.h>
#include <vm/vmspace.h>

#define FIRST_PROGRAM "sbin/procmgr"

enum {
    STACK_SIZE = 64 * 1024,
    AT_NULL = 0,
    AT_PAGESZ = 6,
};
#define STACK_TOP UINT64_C(0x0000ffffff000000)

/* ---- cpio, format "newc": a header of hexadecimal fields, name, data, each padded to 4 ---- */

struct cpio_header {
    char magic[6];
    char ino[8], mode[8], uid[8], gid[8], nlink[8], mtime[8], filesize[8], major[8], minor[8];
    char rmajor[8], rminor[8], namesize[8], check[8];
};
_Static_assert(sizeof(struct cpio_header) == 110, "format");

struct span {
    const u8 *data;
    u64 size;
};

static u64 hex8(const char *text)
{
    u64 value = 0;

    for (unsigned i = 0; i < 8; i++) {
        char c = text[i];

        if (c >= '0' && c <= '9') {
            value = value << 4 | (u64)(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            value = value << 4 | (u64)((c | 0x20) - 'a' + 10);
        } else {
            return UINT32_MAX; /* damaged: longer than any archive */
        }
    }
    return value;
}

/* The file of that name in the archive (or archives, one after the other); data NULL: not there.
 * The last one of a name counts, as when it is unpacked. */
static struct span cpio_find(struct span archive, const char *name)
{
    struct span found = {NULL, 0};
    u64 at = 0;

    while (archive.size >= sizeof(struct cpio_header) &&
           at <= archive.size - sizeof(struct cpio_header)) {
        const struct cpio_header *header = (const void *)(archive.data + at);
        u64 name_size, file_size, data_at;
        const char *entry = (const char *)(header + 1);

        if (memcmp(header->magic, "070701", 6) != 0) {
            at += 4; /* padding between archives */
            continue;
        }
        name_size = hex8(header->namesize);
        file_size = hex8(header->filesize);
        data_at = ALIGN_UP(at + sizeof(*header) + name_size, 4);
        if (data_at > archive.size || file_size > archive.size - data_at) {
            break;
        }
        /* A name may be padded with NULs, so that the data begins a page. */
        if (name_size > strlen(name) && memcmp(entry, name, strlen(name) + 1) == 0) {
            found = (struct span){archive.data + data_at, file_size};
        }
        at = ALIGN_UP(data_at + file_size, 4);
    }
    return found;
}

/* ---- ELF64, static, AArch64 ---- */

struct elf_header {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, phoff, shoff;
    u32 flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_segment {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};

enum { PT_LOAD = 1, PF_X = 1, PF_W = 2, PF_R = 4, EM_AARCH64 = 183 };

static void check(bool good, const char *what)
{
    if (!good) {
        panic("cannot start /" FIRST_PROGRAM ": %s", what);
    }
}

static void copy_out(struct vmspace *vs, vaddr_t va, const void *data, u64 size)
{
    while (size > 0) {
        u64 n = MIN(size, PAGE_SIZE - (va & (PAGE_SIZE - 1)));
        struct vm_need need;

        check(vmspace_copy_out(vs, va, data, n, &need) == 0, "out of memory");
        va += n;
        data = (const u8 *)data + n;
        size -= n;
    }
}

static void map(struct vmspace *vs, vaddr_t at, u64 size, unsigned flags)
{
    const struct vm_map_args args = {
        .addr = at,
        .len = size,
        .flags = flags | VM_NOREPLACE | VM_PRIVATE,
        .max_prot = VM_PROT,
    };
    struct vm_need need;
    vaddr_t out;
    int err;

    do {
        err = vmspace_map(vs, &args, &out, &need);
    } while (err == VM_AGAIN);
    check(err == 0, "a segment cannot be mapped");
}

static void load_segment(struct vmspace *vs, struct span file, const struct elf_segment *segment)
{
    struct vm_range range = {
        .start = ALIGN_DOWN(segment->vaddr, PAGE_SIZE),
        .end = ALIGN_UP(segment->vaddr + segment->memsz, PAGE_SIZE),
    };
    unsigned prot =
        VM_READ | (segment->flags & PF_W ? VM_WRITE : 0) | (segment->flags & PF_X ? VM_EXEC : 0);
    struct vm_need need;
    int err;

    check(segment->offset <= file.size && segment->filesz <= file.size - segment->offset &&
              segment->filesz <= segment->memsz && segment->vaddr < USER_LIMIT &&
              segment->memsz < USER_LIMIT - segment->vaddr,
          "damaged ELF segment");
    map(vs, range.start, range.end - range.start, VM_READ | VM_WRITE);
    copy_out(vs, segment->vaddr, file.data + segment->offset, segment->filesz);
    do {
        err = vmspace_protect(vs, &range, prot, &need);
    } while (err == VM_AGAIN);
    check(err == 0, "a segment cannot be protected");
}

/* Returns the entry point. */
static vaddr_t load(struct vmspace *vs, struct span file)
{
    const struct elf_header *elf = (const void *)file.data;
    const struct elf_segment *segment;

    check(file.data != NULL, "not in the ramdisk (was QEMU given -initrd?)");
    check(file.size >= sizeof(*elf) && memcmp(elf->ident, "\177ELF\2\1\1", 7) == 0 &&
              elf->type == 2 && elf->machine == EM_AARCH64 && elf->phentsize == sizeof(*segment) &&
              elf->phoff <= file.size && elf->phnum <= (file.size - elf->phoff) / sizeof(*segment),
          "no static AArch64 ELF file");
    segment = (const void *)(file.data + elf->phoff);
    for (u16 i = 0; i < elf->phnum; i++) {
        if (segment[i].type == PT_LOAD && segment[i].memsz != 0) {
            load_segment(vs, file, &segment[i]);
        }
    }
    return elf->entry;
}

/* ---- start ---- */

static cap_t give(struct cap_group *group, struct object *obj)
{
    s64 handle = cap_insert(group, obj, RIGHT_ALL, CAP_SLOT_ANY, 0);

    check(handle >= 0, "out of memory");
    return (cap_t)handle;
}

/* argc, argv, envp, auxv, and what auxv points to, at the top of the stack. Returns sp. */
static vaddr_t build_stack(struct vmspace *vs, const struct boot_info *boot)
{
    struct {
        u64 argc, argv[2], envp[1];
        u64 auxv[4][2];
        struct start_info start;
        struct boot_info boot;
        char name[16];
    } block = {.argc = 1};
    vaddr_t sp = ALIGN_DOWN(STACK_TOP - sizeof(block), 16);

    block.argv[0] = sp + __builtin_offsetof(__typeof__(block), name);
    block.auxv[0][0] = AT_PAGESZ;
    block.auxv[0][1] = PAGE_SIZE;
    block.auxv[1][0] = AT_CHCORE_START;
    block.auxv[1][1] = sp + __builtin_offsetof(__typeof__(block), start);
    block.auxv[2][0] = AT_CHCORE_BOOT;
    block.auxv[2][1] = sp + __builtin_offsetof(__typeof__(block), boot);
    block.auxv[3][0] = AT_NULL;
    block.start = (struct start_info){
        .version = 1,
        .procmgr = CAP_NONE,
        .fsm = CAP_NONE,
        .self = CAP_NONE,
        .cwd = CAP_NONE,
        .root = CAP_NONE,
        .server = CAP_NONE,
    };
    block.boot = *boot;
    memcpy(block.name, "procmgr", sizeof("procmgr"));
    map(vs, STACK_TOP - STACK_SIZE, STACK_SIZE, VM_READ | VM_WRITE);
    copy_out(vs, sp, &block, sizeof(block));
    return sp;
}

static struct pmo *time_pmo(struct account *account)
{
    const struct pmo_args args = {
        .size = PAGE_SIZE,
        .kind = PMO_CONTIGUOUS,
        .account = account,
    };
    struct pmo *pmo;

    check(pmo_create(&args, &pmo) == 0 && pmo_commit(pmo) == 0, "out of memory");
    return pmo;
}

void first_process_start(void)
{
    struct phys_range initrd = bootinfo.initrd;
    struct span archive = {phys_to_virt(initrd.base), initrd.size};
    struct cap_group_args group_args = {.name = "procmgr", .exit_notify = CAP_NONE};
    struct thread_args thread_args = {.priority = PRIORITY_MAX, .cpu = CPU_ANY};
    struct account *account = account_create(NULL, 0, 0);
    struct boot_info boot;
    struct cap_group *group;
    struct vmspace *vs;
    struct thread *thread;
    struct pmo *ramdisk, *time;
    struct object *board;

    check(initrd.size != 0, "the boot loader gave no ramdisk");
    check(account != NULL && vmspace_create(account, 0, &vs) == 0 &&
              cap_group_create(&group_args, account, account, vs, &group) == 0,
          "out of memory");
    group->trusted = true;
    thread_args.entry = load(vs, cpio_find(archive, FIRST_PROGRAM));
    check(pmo_adopt(initrd.base, ALIGN_UP(initrd.size, PAGE_SIZE), account, &ramdisk) == 0,
          "the ramdisk cannot be adopted");
    time = time_pmo(account);
    board = board_init(time);
    check(board != NULL, "out of memory");
    boot = (struct boot_info){
        .board = give(group, board),
        .ramdisk = give(group, &ramdisk->obj),
        .ramdisk_size = initrd.size,
        .time_pmo = give(group, &time->obj),
    };
    thread_args.stack = build_stack(vs, &boot);
    check(thread_create(group, &thread_args, &thread) == 0, "out of memory");
    thread_start(thread);
    object_put(&thread->obj);
    object_put(&ramdisk->obj); /* the process's capabilities keep them; the time page stays ours */
    object_put(vmspace_object(vs));
    object_put(&group->obj);
}
