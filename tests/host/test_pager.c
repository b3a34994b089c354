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
/* The paging protocol, the reverse map and revocation. */
#include <check.h>
#include <fakes/machine.h>
#include <fakes/objects.h>
#include <fakes/tlb.h>
#include <fakes/user.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/page.h>
#include <object/account.h>

enum { RW = VM_READ | VM_WRITE, BASE = 0x100000, MANY = 150 };

static struct pmo *file;
static struct vmspace *vs;

static void setup(u64 pages)
{
    user_init(4000);
    vs = user_vmspace();
    file = user_pmo(PMO_PAGER, pages, 0);
    CHECK_EQ(user_map(vs, file, BASE, pages, RW), BASE);
}

static void teardown(void)
{
    CHECK_EQ(tlb_stale(), 0);
    object_put(&file->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

/* Supply pages of which each begins with its number + 1. */
static void supply(u64 first, u64 count)
{
    struct pmo *from = user_pmo(PMO_ANON, count, 0);
    struct pmo_supply_args args = {.first = first, .count = count, .from = from};
    struct vm_need need;
    u64 done;
    int err;

    for (u64 i = 0; i < count; i++) {
        u64 word = first + i + 1;
        struct pmo_io io = {.offset = i << PAGE_SHIFT, .left = sizeof(word), .kernel = &word};

        CHECK_EQ(pmo_write(from, &io, &need), 0);
    }
    do {
        err = pmo_supply(file, &args, &done);
        args.first += done;
        args.from_first += done;
        args.count -= done;
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    user_end(&from->obj);
}

static int clean(u64 first, u64 count, u64 *dirty)
{
    int err;

    do {
        err = pmo_clean(file, first, count, dirty);
    } while (err == VM_AGAIN);
    return err;
}

static int evict(u64 first, u64 count)
{
    int err;

    do {
        err = pmo_evict(file, first, count);
    } while (err == VM_AGAIN);
    return err;
}

TEST(absent_page_is_asked_of_the_pager)
{
    struct vm_fault_result result;

    setup(10);
    CHECK_EQ(user_store(vs, BASE + 3 * PAGE_SIZE, 1, &result), VM_FAULT_PAGER);
    CHECK_EQ(result.need.object, &file->obj);
    CHECK_EQ(result.need.first, 3);
    CHECK_EQ(result.need.count, 1);
    CHECK(result.need.write);
    vm_need_put(&result.need);
    supply(3, 1);
    CHECK_EQ(user_get(vs, BASE + 3 * PAGE_SIZE), 4);
    teardown();
}

TEST(supply_moves_pages_and_keeps_what_is_there)
{
    setup(100);
    supply(0, 50);
    user_put(vs, BASE + 20 * PAGE_SIZE, 999);
    supply(0, 100);
    CHECK_EQ(file->frames, 100);
    CHECK_EQ(user_account->pages, 100 + vs->table_pages);
    CHECK_EQ(user_get(vs, BASE + 20 * PAGE_SIZE), 999);
    CHECK_EQ(user_get(vs, BASE + 99 * PAGE_SIZE), 100);
    teardown();
}

TEST(clean_reports_what_was_written_and_holds_writers)
{
    struct vm_fault_result result;
    u64 dirty;

    setup(64);
    supply(0, 64);
    CHECK_EQ(clean(0, 64, &dirty), 0);
    CHECK_EQ(dirty, 0);
    for (unsigned i = 0; i < 64; i++) {
        (void)user_get(vs, BASE + i * PAGE_SIZE);
    }
    user_put(vs, BASE, 1);
    user_put(vs, BASE + 5 * PAGE_SIZE, 1);
    user_put(vs, BASE + 63 * PAGE_SIZE, 1);
    CHECK_EQ(clean(0, 64, &dirty), 0);
    CHECK_EQ(dirty, BIT(0) | BIT(5) | BIT(63));
    CHECK_EQ(tlb_stale(), 0);

    CHECK_EQ(user_get(vs, BASE), 1); /* readers go on */
    CHECK_EQ(user_store(vs, BASE, 2, &result), VM_FAULT_WAIT);
    CHECK_EQ(result.need.event, &file->event);
    CHECK_EQ(result.need.sequence, file->event.sequence);
    vm_need_put(&result.need);
    CHECK_EQ(evict(0, 1), 0);
    CHECK_EQ(file->frames, 64);

    CHECK_EQ(pmo_cleaned(file, 0, 64, false), 0);
    CHECK(file->event.sequence != result.need.sequence);
    user_put(vs, BASE, 2);
    CHECK_EQ(clean(0, 64, &dirty), 0);
    CHECK_EQ(dirty, BIT(0));
    CHECK_EQ(pmo_cleaned(file, 0, 64, true), 0);
    CHECK_EQ(clean(0, 64, &dirty), 0);
    CHECK_EQ(dirty, BIT(0)); /* it had failed */
    CHECK_EQ(pmo_cleaned(file, 0, 64, false), 0);
    teardown();
}

TEST(evict_takes_clean_pages_only_and_they_can_come_back)
{
    setup(20);
    supply(0, 20);
    user_put(vs, BASE + 2 * PAGE_SIZE, 7);
    (void)user_get(vs, BASE + 3 * PAGE_SIZE);
    CHECK_EQ(evict(0, 20), 0);
    CHECK_EQ(tlb_stale(), 0);
    CHECK_EQ(file->frames, 1);
    CHECK_EQ(user_load(vs, BASE + 3 * PAGE_SIZE, &(u64){0}, NULL), VM_FAULT_PAGER);
    object_put(&file->obj); /* the need's */
    supply(3, 1);
    CHECK_EQ(user_get(vs, BASE + 3 * PAGE_SIZE), 4);
    CHECK_EQ(user_get(vs, BASE + 2 * PAGE_SIZE), 7);
    teardown();
}

TEST(only_pagers_have_pages_cleaned_and_evicted)
{
    struct pmo *anon;
    struct pmo_supply_args args = {.count = 1};
    u64 word;

    setup(10);
    anon = user_pmo(PMO_ANON, 10, 0);
    CHECK_EQ(pmo_clean(anon, 0, 1, &word), -EINVAL);
    CHECK_EQ(pmo_evict(anon, 0, 1), -EINVAL);
    CHECK_EQ(pmo_cleaned(anon, 0, 1, false), -EINVAL);
    CHECK_EQ(pmo_clean(file, 0, 65, &word), -EINVAL);
    CHECK_EQ(pmo_evict(file, UINT64_MAX, 1), -EINVAL);
    args.from = anon;
    CHECK_EQ(pmo_supply(anon, &args, &word), -EINVAL);
    args.from = file;
    CHECK_EQ(pmo_supply(file, &args, &word), -EINVAL);
    args.from = anon;
    args.first = 10;
    CHECK_EQ(pmo_supply(file, &args, &word), -EINVAL);
    object_put(&anon->obj);
    teardown();
}

TEST(private_clone_of_a_paged_file_asks_the_files_pager)
{
    struct vm_fault_result result;
    u64 dirty;

    setup(20);
    CHECK_EQ(user_map(vs, file, 2 * BASE, 20, RW | VM_PRIVATE), 2 * BASE);
    CHECK_EQ(user_store(vs, 2 * BASE + 4 * PAGE_SIZE, 1, &result), VM_FAULT_PAGER);
    CHECK_EQ(result.need.object, &file->obj);
    CHECK_EQ(result.need.first, 4);
    CHECK(!result.need.write); /* the file itself is not written */
    vm_need_put(&result.need);
    supply(0, 20);
    user_put(vs, 2 * BASE + 4 * PAGE_SIZE, 100);
    CHECK_EQ(user_get(vs, 2 * BASE + 5 * PAGE_SIZE), 6);
    CHECK_EQ(clean(0, 20, &dirty), 0);
    CHECK_EQ(dirty, 0);
    CHECK_EQ(user_get(vs, BASE + 4 * PAGE_SIZE), 5);

    /* The clone keeps its pages when the file loses them. */
    CHECK_EQ(evict(0, 20), 0);
    CHECK_EQ(user_get(vs, 2 * BASE + 5 * PAGE_SIZE), 6);
    CHECK_EQ(user_get(vs, 2 * BASE + 4 * PAGE_SIZE), 100);
    teardown();
}

TEST(write_to_a_shared_file_page_leaves_private_copies_alone)
{
    setup(4);
    supply(0, 4);
    CHECK_EQ(user_map(vs, file, 2 * BASE, 4, RW | VM_PRIVATE), 2 * BASE);
    CHECK_EQ(user_get(vs, 2 * BASE), 1);
    CHECK_EQ(user_get(vs, BASE), 1);
    user_put(vs, BASE, 50);
    CHECK_EQ(tlb_stale(), 0);
    CHECK_EQ(user_get(vs, BASE), 50);
    CHECK_EQ(user_get(vs, 2 * BASE), 1);
    teardown();
}

TEST(operation_on_many_mappings_takes_turns_and_misses_none)
{
    u64 dirty;
    unsigned turns = 0;

    setup(2);
    supply(0, 2);
    for (u64 i = 0; i < MANY; i++) {
        CHECK(user_map(vs, file, 2 * BASE + i * 2 * PAGE_SIZE, 2, RW) != 0);
        user_put(vs, 2 * BASE + i * 2 * PAGE_SIZE, i);
    }
    while (pmo_clean(file, 0, 2, &dirty) == VM_AGAIN) {
        /* A mapping that was visited is used again, for reading. */
        CHECK_EQ(user_get(vs, 2 * BASE + turns * 2 * PAGE_SIZE), MANY - 1);
        turns++;
    }
    CHECK(turns > 1);
    CHECK_EQ(dirty, 1);
    CHECK_EQ(tlb_stale(), 0);
    for (u64 i = 0; i < MANY; i++) {
        CHECK_EQ(user_store(vs, 2 * BASE + i * 2 * PAGE_SIZE, 1, NULL), VM_FAULT_WAIT);
        object_put(&file->obj);
    }
    CHECK_EQ(pmo_cleaned(file, 0, 2, false), 0);
    teardown();
}

TEST(page_that_is_mapped_again_during_an_eviction_is_not_lost)
{
    unsigned turns = 0;
    int err;

    setup(2);
    supply(0, 2);
    for (u64 i = 0; i < MANY; i++) {
        CHECK(user_map(vs, file, 2 * BASE + i * 2 * PAGE_SIZE, 2, RW) != 0);
        (void)user_get(vs, 2 * BASE + i * 2 * PAGE_SIZE);
    }
    do {
        err = pmo_evict(file, 0, 2);
        if (err == VM_AGAIN && turns++ < 3) {
            (void)user_get(vs, 2 * BASE);
        }
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    CHECK_EQ(file->frames, 0);
    CHECK_EQ(tlb_stale(), 0);
    CHECK_EQ(user_load(vs, 2 * BASE, &(u64){0}, NULL), VM_FAULT_PAGER);
    object_put(&file->obj);
    teardown();
}

TEST(shared_page_with_private_copies_is_unshared_in_all_mappings)
{
    setup(1);
    supply(0, 1);
    CHECK(user_map(vs, file, 2 * BASE, 1, VM_READ | VM_WRITE | VM_PRIVATE) != 0);
    for (u64 i = 0; i < MANY; i++) {
        CHECK(user_map(vs, file, 3 * BASE + i * PAGE_SIZE, 1, RW) != 0);
        (void)user_get(vs, 3 * BASE + i * PAGE_SIZE);
    }
    CHECK_EQ(user_get(vs, 2 * BASE), 1);
    user_put(vs, BASE, 60); /* the file's page gets a frame of its own, turn by turn */
    CHECK_EQ(tlb_stale(), 0);
    for (u64 i = 0; i < MANY; i++) {
        CHECK_EQ(user_get(vs, 3 * BASE + i * PAGE_SIZE), 60);
    }
    CHECK_EQ(user_get(vs, 2 * BASE), 1);
    teardown();
}

TEST(revoking_a_capability_unmaps_what_was_mapped_by_it)
{
    struct slot slot = {.word = 1};
    struct vm_map_args args = {.addr = BASE + 100 * BASE,
                               .len = 100 * PAGE_SIZE,
                               .flags = RW | VM_FIXED,
                               .max_prot = VM_PROT,
                               .via = &slot,
                               .via_word = 1};
    struct vmspace *child;
    struct vm_need need;
    struct pmo *pmo;
    vaddr_t at;

    setup(1);
    child = user_vmspace();
    pmo = user_pmo(PMO_ANON, 100, 0);
    args.pmo = pmo;
    cap_node_init_root(&slot.node);
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), 0);
    for (u64 i = 0; i < 100; i++) {
        user_put(vs, at + i * PAGE_SIZE, i);
    }
    CHECK_EQ(user_protect(vs, at + 30 * PAGE_SIZE, 10, VM_READ), 0); /* now three regions */
    CHECK_EQ(user_fork(vs, child), 0);
    CHECK_EQ(user_get(child, at), 0);
    for (unsigned turns = 0; slot.node.first_child != NULL; turns++) {
        unsigned budget = 64;

        CHECK(turns < 50);
        spin_lock(&pmo->obj.tree_lock);
        (void)vmregion_revoke(&pmo->obj, slot.node.first_child, &budget);
    }
    CHECK_EQ(tlb_stale(), 0);
    for (u64 i = 0; i < 100; i++) {
        CHECK_EQ(user_load(vs, at + i * PAGE_SIZE, &(u64){0}, NULL), -EFAULT);
        CHECK_EQ(user_load(child, at + i * PAGE_SIZE, &(u64){0}, NULL), -EFAULT);
    }
    slot.word = 2; /* the slot has another capability now */
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), -EBADF);
    CHECK_EQ(user_load(vs, args.addr, &(u64){0}, NULL), -EFAULT);
    object_put(&pmo->obj);
    user_end(&child->obj);
    teardown();
}

TEST(clone_of_a_clone_is_a_snapshot)
{
    struct pmo *first;
    struct pmo *second;
    struct pmo_io io;
    struct vm_need need;
    u64 word = 0;
    int err;

    setup(100);
    supply(0, 100);
    CHECK_EQ(pmo_clone(file, 10, 80, true, user_account, &first), 0);
    CHECK_EQ(user_map(vs, first, 2 * BASE, 80, RW), 2 * BASE);
    user_put(vs, 2 * BASE, 500);
    CHECK_EQ(pmo_clone(first, 0, 80, true, user_account, &second), -EINVAL);
    CHECK_EQ(pmo_clone(first, 0, 80, false, user_account, &second), 0);
    do {
        err = pmo_clone_turn(first, 0, second);
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    user_put(vs, 2 * BASE, 501);
    io = (struct pmo_io){.offset = 0, .left = 8, .kernel = &word};
    CHECK_EQ(pmo_read(second, &io, &need), 0);
    CHECK_EQ(word, 500);
    io = (struct pmo_io){.offset = 79 * PAGE_SIZE, .left = 8, .kernel = &word};
    CHECK_EQ(pmo_read(second, &io, &need), 0);
    CHECK_EQ(word, 90);
    object_put(&first->obj);
    object_put(&second->obj);
    teardown();
}

TEST(copies_with_a_pmo_stop_at_its_end)
{
    struct vm_need need;
    struct pmo_io io;
    struct pmo *pmo;
    char text[] = "across the border";
    char back[sizeof(text)] = "";
    int err;

    setup(1);
    pmo = user_pmo(PMO_ANON, 2, 0);
    io = (struct pmo_io){.offset = PAGE_SIZE - 5, .left = sizeof(text), .user = text};
    CHECK_EQ(pmo_write(pmo, &io, &need), VM_AGAIN);
    CHECK_EQ(io.left, sizeof(text) - 5);
    CHECK_EQ(pmo_write(pmo, &io, &need), 0);
    io = (struct pmo_io){.offset = PAGE_SIZE - 5, .left = sizeof(text), .user = back};
    do {
        err = pmo_read(pmo, &io, &need);
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    CHECK_STR_EQ(back, text);
    io = (struct pmo_io){.offset = 2 * PAGE_SIZE - 4, .left = 8, .user = back};
    CHECK_EQ(pmo_read(pmo, &io, &need), VM_AGAIN);
    CHECK_EQ(pmo_read(pmo, &io, &need), -ERANGE);
    io = (struct pmo_io){.offset = UINT64_MAX - 3, .left = 8, .user = back};
    CHECK_EQ(pmo_write(pmo, &io, &need), -ERANGE);
    object_put(&pmo->obj);
    teardown();
}
