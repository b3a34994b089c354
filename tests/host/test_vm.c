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

enum { RW = VM_READ | VM_WRITE, RX = VM_READ | VM_EXEC, BASE = 0x100000 };

TEST(anonymous_memory_is_zero_and_keeps_what_is_written)
{
    struct vmspace *vs;
    vaddr_t at;

    user_init(1000);
    vs = user_vmspace();
    at = user_map(vs, NULL, 0, 20, RW);
    CHECK(at != 0);
    for (unsigned i = 0; i < 20; i++) {
        CHECK_EQ(user_get(vs, at + i * PAGE_SIZE), 0);
        user_put(vs, at + i * PAGE_SIZE + 8, i + 1);
    }
    for (unsigned i = 0; i < 20; i++) {
        CHECK_EQ(user_get(vs, at + i * PAGE_SIZE + 8), i + 1);
    }
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(illegal_accesses_are_told_apart)
{
    struct vm_fault_result result;
    struct vmspace *vs;
    struct pmo *pmo;
    vaddr_t stack;
    u64 value;

    user_init(1000);
    vs = user_vmspace();
    pmo = user_pmo(PMO_ANON, 1, 0);
    CHECK_EQ(user_map(vs, NULL, BASE, 1, VM_READ), BASE);
    CHECK_EQ(user_map(vs, pmo, 2 * BASE, 2, RW), 2 * BASE);
    stack = user_map(vs, NULL, 0, 4, RW | VM_GROWSDOWN);

    CHECK_EQ(user_load(vs, BASE - 8, &value, &result), -EFAULT);
    CHECK_EQ(result.reason, VM_REASON_UNMAPPED);
    CHECK_EQ(user_store(vs, BASE, 1, &result), -EFAULT);
    CHECK_EQ(result.reason, VM_REASON_PROTECTION);
    CHECK_EQ(vm_fault(vs, BASE, VM_EXEC, &result), -EFAULT);
    CHECK_EQ(result.reason, VM_REASON_PROTECTION);
    CHECK_EQ(user_load(vs, 2 * BASE + PAGE_SIZE, &value, &result), -EFAULT);
    CHECK_EQ(result.reason, VM_REASON_BEYOND_END);
    CHECK_EQ(user_store(vs, stack - 8, 1, &result), -EFAULT);
    CHECK_EQ(result.reason, VM_REASON_GUARD);
    CHECK_EQ(vm_fault(vs, UINT64_MAX, VM_READ, &result), -EFAULT);
    object_put(&pmo->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(shared_memory_is_seen_by_both_sides)
{
    struct vmspace *a;
    struct vmspace *b;
    struct pmo *pmo;

    user_init(1000);
    a = user_vmspace();
    b = user_vmspace();
    pmo = user_pmo(PMO_ANON, 3, 0);
    (void)user_map(a, pmo, BASE, 3, RW);
    (void)user_map(b, pmo, 2 * BASE, 3, RW);
    user_put(a, BASE + PAGE_SIZE, 7);
    CHECK_EQ(user_get(b, 2 * BASE + PAGE_SIZE), 7);
    user_put(b, 2 * BASE + PAGE_SIZE, 8);
    CHECK_EQ(user_get(a, BASE + PAGE_SIZE), 8);
    CHECK_EQ(pmo->frames, 1);
    object_put(&pmo->obj);
    user_end(&a->obj);
    CHECK_EQ(user_get(b, 2 * BASE + PAGE_SIZE), 8);
    user_end(&b->obj);
    user_check_no_leak();
}

TEST(fork_copies_private_and_shares_shared_memory)
{
    struct vmspace *parent;
    struct vmspace *child;
    struct pmo *pmo;

    user_init(1000);
    parent = user_vmspace();
    child = user_vmspace();
    pmo = user_pmo(PMO_ANON, 1, 0);
    (void)user_map(parent, NULL, BASE, 200, RW);
    (void)user_map(parent, pmo, 2 * BASE, 1, RW);
    (void)user_map(parent, NULL, 3 * BASE, 1, RW | VM_DONTFORK);
    for (unsigned i = 0; i < 200; i += 3) {
        user_put(parent, BASE + i * PAGE_SIZE, i + 1);
    }
    user_put(parent, 2 * BASE, 5);
    CHECK_EQ(user_fork(parent, child), 0);
    CHECK_EQ(tlb_stale(), 0);
    CHECK_EQ(wakes, 1);
    for (unsigned i = 0; i < 200; i++) {
        CHECK_EQ(user_get(child, BASE + i * PAGE_SIZE), i % 3 == 0 ? i + 1 : 0);
    }
    user_put(parent, BASE, 1000);
    user_put(child, BASE + 3 * PAGE_SIZE, 2000);
    CHECK_EQ(user_get(child, BASE), 1);
    CHECK_EQ(user_get(parent, BASE + 3 * PAGE_SIZE), 4);
    user_put(child, 2 * BASE, 6);
    CHECK_EQ(user_get(parent, 2 * BASE), 6);
    CHECK_EQ(user_load(child, 3 * BASE, &(u64){0}, NULL), -EFAULT);
    object_put(&pmo->obj);
    user_end(&parent->obj);
    CHECK_EQ(user_get(child, BASE + 6 * PAGE_SIZE), 7);
    user_end(&child->obj);
    user_check_no_leak();
}

TEST(last_holder_of_a_frame_writes_without_copying)
{
    struct vmspace *parent;
    struct vmspace *child;
    u64 free;

    user_init(1000);
    parent = user_vmspace();
    child = user_vmspace();
    (void)user_map(parent, NULL, BASE, 1, RW);
    user_put(parent, BASE, 1);
    CHECK_EQ(user_fork(parent, child), 0);
    user_end(&parent->obj);
    CHECK_EQ(user_get(child, BASE), 1);
    free = pages_free();
    user_put(child, BASE, 2);
    CHECK_EQ(pages_free(), free);
    user_end(&child->obj);
    user_check_no_leak();
}

TEST(map_and_unmap_wait_while_a_clone_goes_on)
{
    struct vm_range range = {BASE, BASE + PAGE_SIZE};
    struct vmspace *parent;
    struct vmspace *child;
    struct vm_need need;

    user_init(2000);
    parent = user_vmspace();
    child = user_vmspace();
    (void)user_map(parent, NULL, BASE, 300, RW);
    for (unsigned i = 0; i < 300; i++) {
        user_put(parent, BASE + i * PAGE_SIZE, i);
    }
    CHECK_EQ(vmspace_clone(parent, child), VM_AGAIN);
    CHECK_EQ(vmspace_unmap(parent, &range, &need), VM_WAIT);
    CHECK_EQ(need.sequence, parent->event.sequence);
    vm_need_put(&need);
    CHECK_EQ(vmspace_protect(parent, &range, VM_READ, &need), VM_WAIT);
    vm_need_put(&need);
    user_put(parent, BASE, 77); /* faults go on */
    CHECK_EQ(user_fork(parent, child), 0);
    CHECK_EQ(need.sequence + 1, parent->event.sequence);
    CHECK_EQ(vmspace_unmap(parent, &range, &need), 0);
    CHECK_EQ(user_get(child, BASE + 299 * PAGE_SIZE), 299);
    user_end(&parent->obj);
    user_end(&child->obj);
    user_check_no_leak();
}

TEST(child_that_dies_in_the_clone_frees_the_parent)
{
    struct vm_range range = {BASE, BASE + PAGE_SIZE};
    struct vmspace *parent;
    struct vmspace *child;
    struct vm_need need;

    user_init(2000);
    parent = user_vmspace();
    child = user_vmspace();
    (void)user_map(parent, NULL, BASE, 300, RW);
    for (unsigned i = 0; i < 300; i++) {
        user_put(parent, BASE + i * PAGE_SIZE, i);
    }
    CHECK_EQ(vmspace_clone(parent, child), VM_AGAIN);
    user_end(&child->obj);
    CHECK_EQ(vmspace_unmap(parent, &range, &need), 0);
    user_end(&parent->obj);
    user_check_no_leak();
}

TEST(private_mapping_of_a_file_copies_on_write_only)
{
    struct vmspace *vs;
    struct vmspace *child;
    struct pmo *file;
    struct pmo_io io;
    struct vm_need need;
    u64 word = 42;

    user_init(1000);
    vs = user_vmspace();
    child = user_vmspace();
    file = user_pmo(PMO_ANON, 40, 0);
    for (unsigned i = 0; i < 40; i += 2) {
        io = (struct pmo_io){.offset = i * PAGE_SIZE, .left = 8, .kernel = &word};
        CHECK_EQ(pmo_write(file, &io, &need), 0);
    }
    (void)user_map(vs, file, BASE, 40, RW | VM_PRIVATE);
    CHECK_EQ(user_get(vs, BASE + 2 * PAGE_SIZE), 42);
    CHECK_EQ(user_get(vs, BASE + 3 * PAGE_SIZE), 0);
    user_put(vs, BASE + 2 * PAGE_SIZE, 43);  /* read before */
    user_put(vs, BASE + 4 * PAGE_SIZE, 44);  /* mapped by fault-around or not at all */
    user_put(vs, BASE + 38 * PAGE_SIZE, 45); /* never read */
    CHECK_EQ(user_fork(vs, child), 0);
    CHECK_EQ(user_get(child, BASE + 2 * PAGE_SIZE), 43);
    CHECK_EQ(user_get(child, BASE + 36 * PAGE_SIZE), 42);
    for (unsigned i = 0; i < 40; i += 2) {
        word = 0;
        io = (struct pmo_io){.offset = i * PAGE_SIZE, .left = 8, .kernel = &word};
        CHECK_EQ(pmo_read(file, &io, &need), 0);
        CHECK_EQ(word, 42);
    }
    CHECK_EQ(file->frames, 20);
    object_put(&file->obj);
    user_end(&vs->obj);
    CHECK_EQ(user_get(child, BASE + 4 * PAGE_SIZE), 44);
    CHECK_EQ(user_get(child, BASE + 6 * PAGE_SIZE), 42);
    user_end(&child->obj);
    user_check_no_leak();
}

TEST(unmapping_part_of_private_memory_frees_its_frames)
{
    struct vmspace *vs;

    user_init(1000);
    vs = user_vmspace();
    (void)user_map(vs, NULL, BASE, 256, RW);
    for (unsigned i = 0; i < 256; i++) {
        user_put(vs, BASE + i * PAGE_SIZE, i);
    }
    CHECK_EQ(user_account->pages, 256 + vs->table_pages);
    CHECK_EQ(user_unmap(vs, BASE + 28 * PAGE_SIZE, 200), 0);
    CHECK_EQ(user_account->pages, 56 + vs->table_pages);
    CHECK_EQ(user_get(vs, BASE + 27 * PAGE_SIZE), 27);
    CHECK_EQ(user_get(vs, BASE + 228 * PAGE_SIZE), 228);
    CHECK_EQ(user_load(vs, BASE + 28 * PAGE_SIZE, &(u64){0}, NULL), -EFAULT);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(protect_merges_what_it_has_cut)
{
    struct region_info info;
    struct vmspace *vs;

    user_init(1000);
    vs = user_vmspace();
    (void)user_map(vs, NULL, BASE, 10, RW);
    CHECK_EQ(user_protect(vs, BASE + 3 * PAGE_SIZE, 2, VM_READ), 0);
    CHECK(vmspace_region_info(vs, BASE, &info));
    CHECK_EQ(info.length, 3 * PAGE_SIZE);
    CHECK_EQ(user_protect(vs, BASE + 3 * PAGE_SIZE, 2, RW), 0);
    CHECK(vmspace_region_info(vs, BASE, &info));
    CHECK_EQ(info.length, 10 * PAGE_SIZE);
    CHECK_EQ(user_protect(vs, BASE + 9 * PAGE_SIZE, 2, VM_READ), -ENOMEM);
    CHECK_EQ(user_protect(vs, BASE, 1, VM_WRITE | VM_EXEC), -EINVAL);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(protect_takes_rights_from_mapped_pages)
{
    struct vmspace *vs;

    user_init(1000);
    vs = user_vmspace();
    (void)user_map(vs, NULL, BASE, 200, RW);
    for (unsigned i = 0; i < 200; i++) {
        user_put(vs, BASE + i * PAGE_SIZE, i);
    }
    CHECK_EQ(user_protect(vs, BASE, 200, VM_READ), 0);
    CHECK_EQ(tlb_stale(), 0);
    for (unsigned i = 0; i < 200; i++) {
        CHECK_EQ(user_store(vs, BASE + i * PAGE_SIZE, 1, NULL), -EFAULT);
    }
    CHECK_EQ(user_protect(vs, BASE, 200, 0), 0);
    CHECK_EQ(user_load(vs, BASE + 199 * PAGE_SIZE, &(u64){0}, NULL), -EFAULT);
    CHECK_EQ(user_protect(vs, BASE, 200, RW), 0);
    CHECK_EQ(user_get(vs, BASE + 199 * PAGE_SIZE), 199);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(rights_never_exceed_those_of_the_capability)
{
    struct vm_map_args args = {.addr = BASE, .len = PAGE_SIZE, .max_prot = VM_READ};
    struct vm_need need;
    struct vmspace *vs;
    struct pmo *pmo;
    vaddr_t at;

    user_init(1000);
    vs = user_vmspace();
    pmo = user_pmo(PMO_ANON, 1, 0);
    args.pmo = pmo;
    args.flags = RW | VM_FIXED;
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), -EACCES);
    args.flags = VM_READ | VM_FIXED;
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), 0);
    CHECK_EQ(user_protect(vs, BASE, 1, RW), -EACCES);
    args.flags = RW | VM_PRIVATE;
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), 0);
    user_put(vs, at, 1);
    args.flags = VM_READ | VM_NOREPLACE;
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), -EEXIST);
    args.flags = 0x8000;
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), -EINVAL);
    args.flags = VM_READ | VM_FIXED;
    args.addr = USER_LIMIT - PAGE_SIZE;
    args.len = 2 * PAGE_SIZE;
    CHECK_EQ(vmspace_map(vs, &args, &at, &need), -EINVAL);
    object_put(&pmo->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(room_is_found_beside_regions_and_guards)
{
    enum { COUNT = 300 };
    static vaddr_t at[COUNT];
    struct vmspace *vs;

    user_init(4000);
    vs = user_vmspace();
    for (unsigned i = 0; i < COUNT; i++) {
        at[i] = user_map(vs, NULL, 0, 1 + i % 5, RW | (i % 7 == 0 ? VM_GROWSDOWN : 0));
        CHECK(at[i] != 0);
        if (i > 0) {
            CHECK(at[i] + (1 + i % 5) * PAGE_SIZE <= at[i - 1]);
        }
        if (i > 0 && (i - 1) % 7 == 0) {
            CHECK(at[i] + (1 + i % 5 + VM_GUARD_PAGES) * PAGE_SIZE <= at[i - 1]);
        }
    }
    CHECK_EQ(user_unmap(vs, at[100], 1), 0); /* room of one page opens */
    CHECK_EQ(user_map(vs, NULL, 0, 1, RW), at[100]);
    CHECK_EQ(user_map(vs, NULL, 0, USER_LIMIT >> PAGE_SHIFT, RW), 0);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(contiguous_memory_is_contiguous_zeroed_and_mapped_in_blocks)
{
    struct vmspace *vs;
    struct pmo *pmo;
    vaddr_t at;
    paddr_t pa;
    unsigned prot;

    user_init(4000);
    tlb_span = MiB(2);
    vs = user_vmspace();
    pmo = user_pmo(PMO_CONTIGUOUS, 1024, 0);
    CHECK(pmo != 0);
    CHECK_EQ(user_account->pages, 1024 + vs->table_pages);
    at = user_map(vs, pmo, 0, 1024, RW);
    CHECK_EQ(at % MiB(2), 0);
    for (unsigned i = 0; i < 1024; i += 5) {
        CHECK_EQ(user_get(vs, at + i * PAGE_SIZE), 0);
        user_put(vs, at + i * PAGE_SIZE, i);
        CHECK(pgtable_query(&vs->pt, at + i * PAGE_SIZE, &pa, &prot));
        CHECK_EQ(pa, pmo->phys + i * PAGE_SIZE);
    }
    CHECK_EQ(vs->table_pages, 3);                  /* no table of 4 KiB pages */
    CHECK_EQ(user_protect(vs, at, 3, VM_READ), 0); /* the block falls apart */
    CHECK_EQ(user_store(vs, at, 1, NULL), -EFAULT);
    user_put(vs, at + 5 * PAGE_SIZE, 6);
    CHECK_EQ(user_get(vs, at), 0);
    CHECK_EQ(user_unmap(vs, at + PAGE_SIZE, 1), 0);
    CHECK_EQ(user_get(vs, at + 5 * PAGE_SIZE), 6);
    CHECK_EQ(tlb_stale(), 0);
    object_put(&pmo->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(uncommitted_contiguous_memory_is_given_back)
{
    struct pmo_args args = {.size = MiB(1), .kind = PMO_CONTIGUOUS, .account = 0};
    struct pmo *pmo;

    user_init(2000);
    args.account = user_account;
    CHECK_EQ(pmo_create(&args, &pmo), 0);
    CHECK_EQ(pmo_commit(pmo), VM_AGAIN);
    user_end(&pmo->obj);
    args.size = 3 * PAGE_SIZE;
    CHECK_EQ(pmo_create(&args, &pmo), -EINVAL);
    args.size = MiB(32);
    CHECK_EQ(pmo_create(&args, &pmo), -ENOMEM);
    user_check_no_leak();
}

TEST(device_pages_are_mapped_whole_or_not_at_all)
{
    struct pmo_args args = {.size = 0x200, .kind = PMO_DEVICE, .phys = 0x0a003e00};
    struct vmspace *vs;
    struct pmo *pmo;
    paddr_t pa;
    unsigned prot;
    struct vm_fault_result result;

    user_init(1000);
    vs = user_vmspace();
    args.account = user_account;
    CHECK_EQ(pmo_create(&args, &pmo), 0);
    CHECK_EQ(user_map(vs, pmo, 0, 1, RW), 0);
    user_end(&pmo->obj);
    args.size = PAGE_SIZE;
    args.phys = 0x09000000;
    CHECK_EQ(pmo_create(&args, &pmo), 0);
    CHECK_EQ(user_map(vs, pmo, 0, 2, RW), 0);
    CHECK_EQ(user_map(vs, pmo, BASE, 1, RW), BASE);
    CHECK_EQ(vm_fault(vs, BASE, VM_WRITE, &result), 0);
    CHECK(pgtable_query(&vs->pt, BASE, &pa, &prot));
    CHECK_EQ(pa, 0x09000000);
    CHECK_EQ(prot, RW | PT_DEVICE);
    object_put(&pmo->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(adopted_memory_keeps_its_contents_and_is_freed_in_the_end)
{
    struct page *block;
    struct vmspace *vs;
    struct pmo *pmo;

    user_init(1000);
    block = page_alloc(3);
    memset(page_to_virt(block), 0x5a, 8 * PAGE_SIZE);
    CHECK_EQ(pmo_adopt(page_to_phys(block), 8 * PAGE_SIZE, user_account, &pmo), 0);
    vs = user_vmspace();
    (void)user_map(vs, pmo, BASE, 8, VM_READ);
    CHECK_EQ(user_get(vs, BASE + 7 * PAGE_SIZE), 0x5a5a5a5a5a5a5a5a);
    object_put(&pmo->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(resize_unmaps_and_zeroes_what_is_cut_off)
{
    struct vm_need need;
    struct vmspace *vs;
    struct pmo *pmo;
    int err;

    user_init(2000);
    vs = user_vmspace();
    pmo = user_pmo(PMO_ANON, 300, 0);
    (void)user_map(vs, pmo, BASE, 300, RW);
    for (unsigned i = 0; i < 300; i++) {
        user_put(vs, BASE + i * PAGE_SIZE, i + 1);
        user_put(vs, BASE + i * PAGE_SIZE + 512, i + 1);
    }
    CHECK_EQ(pmo_resize(pmo, 10 * PAGE_SIZE + 256, &need), VM_AGAIN);
    do {
        err = pmo_resize(pmo, 10 * PAGE_SIZE + 256, &need);
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    CHECK_EQ(tlb_stale(), 0);
    CHECK_EQ(pmo->frames, 11);
    CHECK_EQ(user_load(vs, BASE + 11 * PAGE_SIZE, &(u64){0}, NULL), -EFAULT);
    CHECK_EQ(pmo_resize(pmo, 300 * PAGE_SIZE, &need), 0);
    CHECK_EQ(user_get(vs, BASE + 10 * PAGE_SIZE), 11);
    CHECK_EQ(user_get(vs, BASE + 10 * PAGE_SIZE + 512), 0);
    CHECK_EQ(user_get(vs, BASE + 299 * PAGE_SIZE), 0);
    object_put(&pmo->obj);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(huge_sparse_pmo_shrinks_in_few_turns)
{
    struct vm_need need;
    struct pmo *pmo;
    u64 word = 1;
    unsigned turns = 0;

    user_init(1000);
    pmo = user_pmo(PMO_ANON, 0, 0);
    CHECK_EQ(pmo_resize(pmo, GiB(1024), &need), 0);
    for (u64 at = 0; at < GiB(1024); at += GiB(100)) {
        struct pmo_io io = {.offset = at, .left = 8, .kernel = &word};

        CHECK_EQ(pmo_write(pmo, &io, &need), 0);
    }
    CHECK_EQ(pmo->frames, 11);
    while (pmo_resize(pmo, 0, &need) == VM_AGAIN) {
        turns++;
    }
    CHECK(turns < 40);
    CHECK_EQ(pmo->frames, 0);
    user_end(&pmo->obj);
    user_check_no_leak();
}

TEST(copies_to_other_address_spaces_take_the_faults)
{
    struct vm_need need;
    struct vmspace *vs;
    u64 words[3] = {1, 2, 3};
    u64 back[3] = {0};

    user_init(1000);
    vs = user_vmspace();
    (void)user_map(vs, NULL, BASE, 2, RW);
    (void)user_map(vs, NULL, 2 * BASE, 1, VM_READ);
    CHECK_EQ(vmspace_copy_out(vs, BASE + PAGE_SIZE - 8, words, sizeof(words), &need), 0);
    CHECK_EQ(user_get(vs, BASE + PAGE_SIZE), 2);
    CHECK_EQ(vmspace_copy_in(vs, back, BASE + PAGE_SIZE - 8, sizeof(back), &need), 0);
    CHECK_EQ(back[2], 3);
    CHECK_EQ(vmspace_copy_out(vs, 2 * BASE, words, 8, &need), -EFAULT);
    CHECK_EQ(vmspace_copy_out(vs, BASE + 2 * PAGE_SIZE - 8, words, 16, &need), -EFAULT);
    CHECK_EQ(vmspace_copy_out(vs, UINT64_MAX - 7, words, 8, &need), -EFAULT);
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(populate_makes_all_pages_present)
{
    struct vm_range range = {BASE, BASE + 100 * PAGE_SIZE};
    struct vm_need need;
    struct vmspace *vs;
    int err;

    user_init(1000);
    vs = user_vmspace();
    (void)user_map(vs, NULL, BASE, 100, RW);
    do {
        err = vmspace_populate(vs, &range, &need);
    } while (err == VM_AGAIN);
    CHECK_EQ(err, 0);
    for (unsigned i = 0; i < 100; i++) {
        paddr_t pa;
        unsigned prot;

        CHECK(pgtable_query(&vs->pt, BASE + i * PAGE_SIZE, &pa, &prot));
        CHECK_EQ(prot, RW);
    }
    user_end(&vs->obj);
    user_check_no_leak();
}

TEST(account_limit_is_an_error_and_not_more)
{
    struct vmspace *vs;
    unsigned stored = 0;

    user_init(1000);
    vs = user_vmspace();
    (void)user_map(vs, NULL, BASE, 100, RW);
    user_account->limit_pages = 40;
    while (stored < 100 && user_store(vs, BASE + stored * PAGE_SIZE, 1, NULL) == 0) {
        stored++;
    }
    CHECK_EQ(stored, 40 - vs->table_pages);
    CHECK_EQ(user_store(vs, BASE + stored * PAGE_SIZE, 1, NULL), -ENOMEM);
    user_end(&vs->obj);
    user_check_no_leak();
}

/* One of each, for the injected failures. Stops at the first error. */
static int scenario(void)
{
    struct vmspace *a = NULL;
    struct vmspace *b = NULL;
    struct pmo *pmo = user_pmo(PMO_ANON, 70, PMO_COMMIT);
    int err = -ENOMEM;

    if (pmo == NULL || vmspace_create(user_account, 0, &a) != 0 ||
        vmspace_create(user_account, 0, &b) != 0) {
        goto out;
    }
    if (user_map(a, pmo, BASE, 70, RW) == 0 || user_map(a, NULL, 2 * BASE, 70, RW) == 0 ||
        user_map(a, pmo, 3 * BASE, 70, RW | VM_PRIVATE) == 0) {
        goto out;
    }
    for (unsigned i = 0; i < 70; i += 9) {
        err = user_store(a, 2 * BASE + i * PAGE_SIZE, i, NULL);
        err = err != 0 ? err : user_store(a, 3 * BASE + i * PAGE_SIZE, i, NULL);
        if (err != 0) {
            goto out;
        }
    }
    err = user_fork(a, b);
    err = err != 0 ? err : user_store(b, 2 * BASE, 1, NULL);
    err = err != 0 ? err : user_protect(b, 2 * BASE + PAGE_SIZE, 3, VM_READ);
    err = err != 0 ? err : user_unmap(a, 2 * BASE + 5 * PAGE_SIZE, 30);
out:
    if (pmo != NULL) {
        user_end(&pmo->obj);
    }
    if (a != NULL) {
        user_end(&a->obj);
    }
    if (b != NULL) {
        user_end(&b->obj);
    }
    return err;
}

TEST(every_single_allocation_failure_is_survived_without_leak)
{
    unsigned n = 0;

    user_init(2000);
    for (;; n++) {
        int err;

        alloc_fail_after = n;
        err = scenario();
        CHECK(err == 0 || err == -ENOMEM);
        CHECK_EQ(user_account->pages, 0);
        CHECK_EQ(object_count(), 0);
        if (alloc_fail_after >= 0) {
            break; /* it was not reached any more */
        }
    }
    alloc_fail_after = -1;
    CHECK(n > 100);
    CHECK_EQ(scenario(), 0);
    user_check_no_leak();
}
