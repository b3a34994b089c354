/* SPDX-License-Identifier: MIT */
/* See machine.h. */
#include <stdarg.h>

#include <arch/cache.h>
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <fakes/machine.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <mm/boot_alloc.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <plat/bootinfo.h>

void *aligned_alloc(size_t align, size_t size);
int vprintf(const char *fmt, va_list args);
int puts(const char *s);
_Noreturn void abort(void);

struct bootinfo bootinfo;
unsigned fake_cpu;
u8 *fake_ram;
static u64 random_state = 88172645463325252u;

void machine_init(u64 pages)
{
    fake_ram = aligned_alloc(MiB(64), ALIGN_UP(pages << PAGE_SHIFT, MiB(64)));
    memset(fake_ram, 0xa5, pages << PAGE_SHIFT);
    bootinfo.ram[0] = (struct phys_range){FAKE_RAM_BASE, pages << PAGE_SHIFT};
    bootinfo.ram_count = 1;
    boot_alloc_init();
    page_init();
}

void machine_drain(void)
{
    for (fake_cpu = CPU_MAX; fake_cpu-- > 0;) {
        kmem_drain();
    }
    for (fake_cpu = CPU_MAX; fake_cpu-- > 0;) {
        page_drain();
    }
    fake_cpu = 0;
}

u64 machine_random(u64 n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

void cpu_relax(void)
{
    panic("deadlock: waiting for a lock that this thread holds");
}

void panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    (void)vprintf(fmt, args);
    va_end(args);
    (void)puts("");
    abort();
}

void page_zero(void *va)
{
    memset(va, 0, PAGE_SIZE);
}

void page_copy(void *restrict dst, const void *restrict src)
{
    memcpy(dst, src, PAGE_SIZE);
}

paddr_t empty_root_table(void)
{
    return 0;
}
