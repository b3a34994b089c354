/* SPDX-License-Identifier: MIT */
/* Address spaces on the machine itself: user copies that take faults. */
#include <arch/barrier.h>
#include <arch/timer.h>
#include <arch/uaccess.h>
#include <debug/ktest.h>
#include <debug/log.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <object/reap.h>
#include <vm/fault.h>
#include <vm/vmspace.h>

enum { PAGES = 1000, RW = VM_READ | VM_WRITE };
static const vaddr_t VA = 0x40000000;

static void leave(struct object *obj)
{
    vmspace_activate(NULL);
    isb();
    object_put(obj);
    while (reap_pending()) {
        (void)reap_turn();
    }
}

static struct vmspace *enter(void)
{
    struct vm_map_args args = {.addr = VA, .len = PAGES << PAGE_SHIFT, .flags = RW | VM_FIXED};
    struct vmspace *vs = NULL;
    struct vm_need need;
    vaddr_t at;

    if (vmspace_create(NULL, 0, &vs) != 0 || vmspace_map(vs, &args, &at, &need) != 0) {
        return NULL;
    }
    vmspace_activate(vs);
    isb();
    return vs;
}

/* A store as a program would do it: faults are resolved until it succeeds. */
static int store(struct vmspace *vs, vaddr_t va, u64 value)
{
    while (put_user64((u64 __user *)va, value) != 0) {
        struct vm_fault_result result;
        int err = vm_fault(vs, va, VM_WRITE, &result);

        if (err != 0) {
            return err;
        }
    }
    return 0;
}

KTEST(anonymous_memory_comes_by_faults_and_goes_completely)
{
    struct vmspace *vs;
    u64 value = 1;
    u64 before;

    kmem_drain();
    page_drain();
    before = pages_free();
    vs = enter();
    KEXPECT(vs != NULL);
    for (unsigned i = 0; i < PAGES; i++) {
        KEXPECT_EQ(store(vs, VA + i * PAGE_SIZE + 8, i), 0);
        KEXPECT_EQ(get_user64(&value, (u64 __user *)(VA + i * PAGE_SIZE)), 0);
        KEXPECT_EQ(value, 0);
    }
    leave(&vs->obj);
    kmem_drain();
    page_drain();
    KEXPECT_EQ(pages_free(), before);
}

KTEST(forked_memory_is_copied_when_written)
{
    struct vmspace *parent = enter();
    struct vmspace *child = NULL;
    u64 value = 0;
    int err;

    KEXPECT(parent != NULL);
    for (unsigned i = 0; i < PAGES; i++) {
        KEXPECT_EQ(store(parent, VA + i * PAGE_SIZE, i), 0);
    }
    KEXPECT_EQ(vmspace_create(NULL, 0, &child), 0);
    do {
        err = vmspace_clone(parent, child);
    } while (err == VM_AGAIN);
    KEXPECT_EQ(err, 0);
    KEXPECT(put_user64((u64 __user *)VA, 1) != 0); /* write-protected under our feet */
    KEXPECT_EQ(store(parent, VA, 1000), 0);
    vmspace_activate(child);
    isb();
    KEXPECT_EQ(store(child, VA + PAGE_SIZE, 2000), 0);
    KEXPECT_EQ(store(child, VA + 8, 1), 0);
    KEXPECT_EQ(get_user64(&value, (u64 __user *)VA), 0);
    KEXPECT_EQ(value, 0);
    leave(&parent->obj);
    leave(&child->obj);
}
