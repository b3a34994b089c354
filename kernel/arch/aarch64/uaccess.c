/* SPDX-License-Identifier: MIT */
/* Range checks in front of the copies of uaccess.S, and what made the last one fail. */
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/uaccess.h>

#include "boot.h"
#include "uaccess_asm.h"

static struct uaccess_fault last_fault[CPU_MAX];

/* [addr, addr + n) lies below USER_TOP, without wrapping. */
static bool user_range(u64 addr, size_t n)
{
    return n <= USER_TOP && addr <= USER_TOP - n;
}

static int refuse(u64 addr)
{
    last_fault[cpu_id()] = (struct uaccess_fault){.addr = addr, .esr = 0};
    return -EFAULT;
}

int copy_from_user(void *dst, const void __user *src, size_t n)
{
    u64 addr = (u64)(uintptr_t)src;

    return user_range(addr, n) ? uaccess_copy_from(dst, addr, n) : refuse(addr);
}

int copy_to_user(void __user *dst, const void *src, size_t n)
{
    u64 addr = (u64)(uintptr_t)dst;

    return user_range(addr, n) ? uaccess_copy_to(addr, src, n) : refuse(addr);
}

int zero_user(void __user *dst, size_t n)
{
    u64 addr = (u64)(uintptr_t)dst;

    return user_range(addr, n) ? uaccess_zero(addr, n) : refuse(addr);
}

int get_user64(u64 *value, const u64 __user *src)
{
    u64 addr = (u64)(uintptr_t)src;

    return addr < USER_TOP && IS_ALIGNED(addr, 8) ? uaccess_get64(value, addr) : refuse(addr);
}

int put_user64(u64 __user *dst, u64 value)
{
    u64 addr = (u64)(uintptr_t)dst;

    return addr < USER_TOP && IS_ALIGNED(addr, 8) ? uaccess_put64(addr, value) : refuse(addr);
}

int get_user32(u32 *value, const u32 __user *src)
{
    u64 addr = (u64)(uintptr_t)src;

    return addr < USER_TOP && IS_ALIGNED(addr, 4) ? uaccess_get32(value, addr) : refuse(addr);
}

int put_user32(u32 __user *dst, u32 value)
{
    u64 addr = (u64)(uintptr_t)dst;

    return addr < USER_TOP && IS_ALIGNED(addr, 4) ? uaccess_put32(addr, value) : refuse(addr);
}

const struct uaccess_fault *uaccess_fault(void)
{
    return &last_fault[cpu_id()];
}

u64 uaccess_fixup(u64 pc, u64 esr, vaddr_t far)
{
    if (pc < (u64)_uaccess_start || pc >= (u64)_uaccess_end || far >= USER_TOP) {
        return 0;
    }
    last_fault[cpu_id()] = (struct uaccess_fault){.addr = far, .esr = esr};
    return (u64)uaccess_failed;
}
