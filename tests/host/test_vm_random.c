/* SPDX-License-Identifier: MIT */
// sources: kernel/vm/access.c kernel/vm/fault.c kernel/vm/map.c kernel/vm/pmo.c
// sources: kernel/vm/pmo_clone.c kernel/vm/pmo_io.c kernel/vm/pmo_page.c kernel/vm/pmo_pager.c
// sources: kernel/vm/protect.c kernel/vm/radix.c kernel/vm/sweep.c kernel/vm/unmap.c
// sources: kernel/vm/vmregion.c kernel/vm/vmspace.c kernel/vm/vmspace_clone.c
// sources: kernel/arch/aarch64/pgtable.c kernel/object/object.c kernel/object/account.c
// sources: kernel/object/slot.c kernel/lib/rbtree.c kernel/mm/buddy.c kernel/mm/page.c
// sources: kernel/mm/boot_alloc.c kernel/mm/slab.c tests/host/fakes/machine.c
// sources: tests/host/fakes/tlb.c tests/host/fakes/objects.c tests/host/fakes/user.c
// sources: kernel/lib/lock.c
// flags: -DCHCORE_DEBUG
/* Random address spaces against a model that is an array a space. */
#include <arch/cpu.h>
#include <check.h>
#include <fakes/machine.h>
#include <fakes/objects.h>
#include <fakes/tlb.h>
#include <fakes/user.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/inject.h>

enum { SPACES = 4, PAGES = 200, SHARED = 3, RW = VM_READ | VM_WRITE };
static const vaddr_t base = MiB(2) - 100 * 4096; /* across a border of tables */

/* What a page is: its rights, and the value in it or where the shared value is. */
struct model_page {
    bool mapped;
    unsigned prot;
    u64 value;
    u64 *shared;
};

static struct vmspace *space[SPACES];
static struct model_page model[SPACES][PAGES];
static struct pmo *shared[SHARED];
static u64 shared_value[SHARED][PAGES];

static void check_page(unsigned s, unsigned page)
{
    struct model_page *m = &model[s][page];
    u64 value = 0;
    int err = user_load(space[s], base + page * PAGE_SIZE, &value, NULL);

    CHECK_EQ(err, m->mapped && m->prot != 0 ? 0 : -EFAULT);
    if (err == 0) {
        CHECK_EQ(value, m->shared != NULL ? *m->shared : m->value);
    }
}

static void store(unsigned s, unsigned page, u64 value)
{
    struct model_page *m = &model[s][page];
    int err = user_store(space[s], base + page * PAGE_SIZE, value, NULL);

    CHECK_EQ(err, m->mapped && (m->prot & VM_WRITE) ? 0 : -EFAULT);
    if (err == 0) {
        *(m->shared != NULL ? m->shared : &m->value) = value;
    }
}

static void map(unsigned s, unsigned page, unsigned n)
{
    unsigned which = (unsigned)machine_random(SHARED + 2);
    struct vm_map_args args = {.addr = base + page * PAGE_SIZE,
                               .len = (u64)n << PAGE_SHIFT,
                               .flags = RW | VM_FIXED,
                               .max_prot = VM_PROT};
    struct vm_need need;
    vaddr_t at;
    int err;

    if (which < SHARED) {
        args.pmo = shared[which];
        args.first = machine_random(PAGES - n + 1);
    }
    do {
        err = vmspace_map(space[s], &args, &at, &need);
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    for (unsigned i = 0; i < n; i++) {
        model[s][page + i] = (struct model_page){
            .mapped = true,
            .prot = RW,
            .shared = which < SHARED ? &shared_value[which][args.first + i] : NULL};
    }
}

static void protect(unsigned s, unsigned page, unsigned n)
{
    static const unsigned prots[] = {0, VM_READ, RW, VM_READ | VM_EXEC};
    unsigned prot = prots[machine_random(4)];
    bool whole = true;
    int err = user_protect(space[s], base + page * PAGE_SIZE, n, prot);

    for (unsigned i = 0; i < n; i++) {
        whole = whole && model[s][page + i].mapped;
        if (whole) {
            model[s][page + i].prot = prot;
        }
    }
    CHECK_EQ(err, whole ? 0 : -ENOMEM);
}

static void unmap(unsigned s, unsigned page, unsigned n)
{
    CHECK_EQ(user_unmap(space[s], base + page * PAGE_SIZE, n), 0);
    memset(&model[s][page], 0, n * sizeof(model[s][0]));
}

/* Space s ends, and becomes a child of another one or starts empty. */
static void replace(unsigned s)
{
    unsigned parent = (unsigned)machine_random(SPACES);

    user_end(&space[s]->obj);
    space[s] = user_vmspace();
    memset(model[s], 0, sizeof(model[s]));
    if (parent != s) {
        CHECK_EQ(user_fork(space[parent], space[s]), 0);
        memcpy(model[s], model[parent], sizeof(model[s]));
    }
}

TEST(random_address_spaces_agree_with_a_model)
{
    user_init(8000);
    for (unsigned i = 0; i < SHARED; i++) {
        shared[i] = user_pmo(PMO_ANON, PAGES, 0);
    }
    for (unsigned s = 0; s < SPACES; s++) {
        space[s] = user_vmspace();
    }
    for (unsigned step = 0; step < 60000; step++) {
        unsigned s = (unsigned)machine_random(SPACES);
        unsigned page = (unsigned)machine_random(PAGES);
        unsigned n = 1 + (unsigned)machine_random(machine_random(4) == 0 ? PAGES - page : 8);

        n = MIN(n, PAGES - page);
        fake_cpu = (unsigned)machine_random(2);
        switch (machine_random(40)) {
        case 0:
        case 1:
            map(s, page, n);
            break;
        case 2:
            protect(s, page, n);
            break;
        case 3:
            unmap(s, page, n);
            break;
        case 4:
            if (machine_random(10) == 0) {
                replace(s);
            }
            break;
        default:
            if (machine_random(2) == 0) {
                store(s, page, step);
            } else {
                check_page(s, page);
            }
            break;
        }
        if (step % 32 == 0) {
            CHECK_EQ(tlb_stale(), 0);
        }
    }
    for (unsigned s = 0; s < SPACES; s++) {
        for (unsigned page = 0; page < PAGES; page++) {
            check_page(s, page);
        }
        object_put(&space[s]->obj);
    }
    for (unsigned i = 0; i < SHARED; i++) {
        object_put(&shared[i]->obj);
    }
    user_check_no_leak();
}
