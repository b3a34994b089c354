/* SPDX-License-Identifier: MIT */
/* See user.h. */
#include <arch/uaccess.h>
#include <check.h>
#include <fakes/machine.h>
#include <fakes/objects.h>
#include <fakes/tlb.h>
#include <fakes/user.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/inject.h>
#include <mm/page.h>
#include <object/account.h>

struct account *user_account;
static struct object server; /* pager of the pager pmos */
static u64 pages_before;

void user_init(u64 pages)
{
    machine_init(pages);
    pages_before = pages_free();
    vm_init();
    user_account = account_create(NULL, 0, 0);
    server.refs = 1;
}

void user_check_no_leak(void)
{
    objects_reap();
    CHECK_EQ(user_account->pages, 0);
    CHECK_EQ(user_account->objects, 0);
    CHECK_EQ(user_account->refs, 1);
    CHECK_EQ(server.refs, 1);
    CHECK_EQ(object_count(), 0);
    CHECK_EQ(asids_used, 0);
    account_put(user_account);
    machine_drain();
    CHECK_EQ(pages_free(), pages_before);
}

static int access(struct vmspace *vs, vaddr_t va, bool write, u64 **word,
                  struct vm_fault_result *result)
{
    struct vm_fault_result own;
    unsigned wanted = write ? PT_WRITE : PT_READ;

    for (unsigned tries = 0; tries < 200; tries++) {
        paddr_t pa;
        unsigned prot;
        int err;

        if (tlb_access(&vs->pt, va, &pa, &prot) && (prot & wanted)) {
            *word = (u64 *)((u8 *)phys_to_virt(pa) + va % PAGE_SIZE);
            CHECK(page_of(pa)->refs != 0);
            return 0;
        }
        err = vm_fault(vs, va, wanted, result != NULL ? result : &own);
        if (err != 0) {
            return err;
        }
    }
    check_failed(__FILE__, __LINE__, "an access that makes no progress");
}

int user_load(struct vmspace *vs, vaddr_t va, u64 *value, struct vm_fault_result *result)
{
    u64 *word;
    int err = access(vs, va, false, &word, result);

    if (err == 0) {
        *value = *word;
    }
    return err;
}

int user_store(struct vmspace *vs, vaddr_t va, u64 value, struct vm_fault_result *result)
{
    u64 *word;
    int err = access(vs, va, true, &word, result);

    if (err == 0) {
        *word = value;
    }
    return err;
}

u64 user_get(struct vmspace *vs, vaddr_t va)
{
    u64 value = 0;

    CHECK_EQ(user_load(vs, va, &value, NULL), 0);
    return value;
}

void user_put(struct vmspace *vs, vaddr_t va, u64 value)
{
    CHECK_EQ(user_store(vs, va, value, NULL), 0);
}

struct vmspace *user_vmspace(void)
{
    struct vmspace *vs;

    CHECK_EQ(vmspace_create(user_account, 0, &vs), 0);
    return vs;
}

vaddr_t user_map(struct vmspace *vs, struct pmo *pmo, vaddr_t at, u64 pages, unsigned flags)
{
    struct vm_map_args args = {.pmo = pmo,
                               .addr = at,
                               .len = pages << PAGE_SHIFT,
                               .flags = flags | (at != 0 ? VM_FIXED : 0),
                               .max_prot = VM_PROT};
    struct vm_need need;
    vaddr_t where = 0;
    int err;

    do {
        err = vmspace_map(vs, &args, &where, &need);
    } while (err == VM_AGAIN);
    return err == 0 ? where : 0;
}

int user_unmap(struct vmspace *vs, vaddr_t at, u64 pages)
{
    struct vm_range range = {at, at + (pages << PAGE_SHIFT)};
    struct vm_need need;
    int err;

    do {
        err = vmspace_unmap(vs, &range, &need);
    } while (err == VM_AGAIN);
    return err;
}

int user_protect(struct vmspace *vs, vaddr_t at, u64 pages, unsigned prot)
{
    struct vm_range range = {at, at + (pages << PAGE_SHIFT)};
    struct vm_need need;
    int err;

    do {
        err = vmspace_protect(vs, &range, prot, &need);
    } while (err == VM_AGAIN);
    return err;
}

int user_fork(struct vmspace *parent, struct vmspace *child)
{
    int err;

    do {
        err = vmspace_clone(parent, child);
    } while (err == VM_AGAIN);
    return err;
}

struct pmo *user_pmo(u32 kind, u64 pages, u32 flags)
{
    struct pmo_args args = {.size = pages << PAGE_SHIFT,
                            .kind = kind,
                            .flags = flags,
                            .pager = kind == PMO_PAGER ? &server : NULL,
                            .account = user_account};
    struct pmo *pmo;
    int err;

    if (pmo_create(&args, &pmo) != 0) {
        return NULL;
    }
    do {
        err = pmo_commit(pmo);
    } while (err == VM_AGAIN);
    if (err != 0) {
        user_end(&pmo->obj);
        return NULL;
    }
    return pmo;
}

void user_end(struct object *obj)
{
    object_put(obj);
    objects_reap();
}

void icache_sync(const void *va, size_t size)
{
}

/* The buffers of these tests are the test's own. */
int copy_from_user(void *dst, const void __user *src, size_t n)
{
    memcpy(dst, src, n);
    return 0;
}

int copy_to_user(void __user *dst, const void *src, size_t n)
{
    memcpy(dst, src, n);
    return 0;
}

int zero_user(void __user *dst, size_t n)
{
    memset(dst, 0, n);
    return 0;
}
