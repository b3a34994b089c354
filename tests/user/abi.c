/* SPDX-License-Identifier: MIT */
/* What docs/abi says of errors and results, call by call. */
#include <chcore/ipc.h>
#include <chcore/syscall.h>
#include <chcore/time.h>
/* The kernel's table of errors first: libc's macros have the same names and values. */
#include "check.h"

#define PAGE VM_PAGE_SIZE

static cap_t good(long handle)
{
    CHECK(handle >= 0);
    return (cap_t)handle;
}

/* A copy of a capability of ours with fewer rights. */
static cap_t weaker(cap_t handle, uint32_t rights)
{
    return good(sys_cap_copy(CAP_SELF, handle, CAP_SELF, CAP_SLOT_ANY, rights, 0));
}

static void drop(cap_t handle)
{
    CHECK_EQ(sys_cap_drop(CAP_SELF, handle), 0);
}

TEST(a_handle_names_one_capability_only)
{
    cap_t first = good(sys_notification_create());

    CHECK_EQ(sys_signal(first, 1), 0);
    drop(first);
    CHECK_EQ(sys_signal(first, 1), -EBADF);
    cap_t second = good(sys_notification_create()); /* the same slot, likely */
    CHECK(second != first);
    CHECK_EQ(sys_signal(first, 1), -EBADF);
    CHECK_EQ(sys_cap_drop(CAP_SELF, first), -EBADF);
    drop(second);
    CHECK_EQ(sys_signal(CAP_NONE, 1), -EBADF);
    CHECK_EQ(sys_signal(1ull << 63, 1), -EBADF);
}

TEST(types_and_rights_are_told_apart)
{
    cap_t bits = good(sys_notification_create());
    cap_t pmo = good(sys_pmo_create(PAGE, PMO_ANON, 0, 0));
    cap_t blind = weaker(bits, RIGHT_SIGNAL);
    cap_t mute = weaker(bits, RIGHT_WAIT);
    struct pmo_info info;

    CHECK_EQ(sys_pmo_info(bits, &info), -EBADTYPE);
    CHECK_EQ(sys_signal(pmo, 1), -EBADTYPE);
    CHECK_EQ(sys_wait(pmo, 1, DEADLINE_POLL), -EBADTYPE);
    CHECK_EQ(sys_wait(blind, 1, DEADLINE_POLL), -ENORIGHT);
    CHECK_EQ(sys_signal(mute, 1), -ENORIGHT);
    CHECK_EQ(sys_signal(blind, 4), 0);
    CHECK_EQ(sys_wait(mute, 6, DEADLINE_POLL), 4);
    drop(blind);
    drop(mute);
    drop(bits);
    drop(pmo);
}

TEST(a_wait_takes_the_bits_of_its_mask)
{
    cap_t bits = good(sys_notification_create());

    CHECK_EQ(sys_wait(bits, 0, DEADLINE_POLL), -EINVAL);
    CHECK_EQ(sys_wait(bits, 1ull << 63, DEADLINE_POLL), -EINVAL);
    CHECK_EQ(sys_wait(bits, 1, DEADLINE_POLL), -ETIMEDOUT);
    CHECK_EQ(sys_wait(bits, 1, chcore_deadline_after(1000000)), -ETIMEDOUT);
    CHECK_EQ(sys_signal(bits, 7), 0);
    CHECK_EQ(sys_wait(bits, 3, DEADLINE_NONE), 3);
    CHECK_EQ(sys_wait(bits, 7, DEADLINE_NONE), 4);
    drop(bits);
}

TEST(wait_any_fills_in_what_is_set)
{
    cap_t a = good(sys_notification_create()), b = good(sys_notification_create());
    struct wait_item items[2] = {{.handle = a, .mask = 1}, {.handle = b, .mask = 6}};

    CHECK_EQ(sys_wait_any(items, WAIT_MAX + 1, DEADLINE_POLL), -EINVAL);
    CHECK_EQ(sys_wait_any((struct wait_item *)8, 1, DEADLINE_POLL), -EFAULT);
    CHECK_EQ(sys_wait_any(items, 2, DEADLINE_POLL), -ETIMEDOUT);
    CHECK_EQ(sys_wait_any(items, 0, chcore_deadline_after(1000)), -ETIMEDOUT);
    CHECK_EQ(sys_signal(b, 2), 0);
    CHECK_EQ(sys_wait_any(items, 2, DEADLINE_NONE), 1);
    CHECK_EQ(items[0].seen, 0);
    CHECK_EQ(items[1].seen, 2);
    CHECK_EQ(sys_wait_any(items, 2, DEADLINE_POLL), -ETIMEDOUT);
    drop(a);
    CHECK_EQ(sys_wait_any(items, 2, DEADLINE_POLL), -EBADF);
    drop(b);
}

TEST(capabilities_are_copied_with_fewer_rights)
{
    cap_t bits = good(sys_notification_create());
    cap_t kept = weaker(bits, RIGHT_SIGNAL);
    struct cap_info info = {0}, same = {0};

    CHECK_EQ(sys_cap_info(CAP_SELF, kept, &info), 0);
    CHECK_EQ(info.type, OBJ_NOTIFICATION);
    CHECK_EQ(info.rights, RIGHT_SIGNAL);
    CHECK_EQ(info.references, 2);
    cap_t again = weaker(kept, RIGHT_ALL);
    CHECK_EQ(sys_cap_info(CAP_SELF, again, &same), 0);
    CHECK_EQ(same.rights, RIGHT_SIGNAL);
    CHECK_EQ(same.object, info.object);
    CHECK_EQ(sys_cap_copy(CAP_SELF, bits, CAP_SELF, CAP_NOFILE, RIGHT_ALL, 0), -EINVAL);
    CHECK_EQ(sys_cap_copy(CAP_SELF, bits, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 64), -EINVAL);
    CHECK_EQ(sys_cap_copy(CAP_SELF, bits, CAP_SELF, CAP_SLOT_FD_MIN | CAP_NOFILE, 1, 0), -EMFILE);
    CHECK_EQ(sys_cap_copy(bits, bits, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 0), -EBADTYPE);
    /* Dropping one in the middle leaves what was derived; revoking takes it. */
    drop(kept);
    CHECK_EQ(sys_signal(again, 1), 0);
    CHECK_EQ(sys_cap_revoke(bits), 0);
    CHECK_EQ(sys_signal(again, 1), -EBADF);
    CHECK_EQ(sys_signal(bits, 1), 0);
    drop(bits);
}

TEST(descriptors_are_slots)
{
    cap_t bits = good(sys_notification_create());
    long fd = sys_cap_copy(CAP_SELF, bits, CAP_SELF, 900, RIGHT_SIGNAL, CAP_CLOEXEC);

    CHECK_EQ(fd & 0xffffff, 900);
    CHECK_EQ(sys_signal(900, 1), 0);
    CHECK_EQ(sys_cap_copy(CAP_SELF, bits, CAP_SELF, CAP_SLOT_FD_MIN | 900, RIGHT_SIGNAL, 0) &
                 0xffffff,
             901);
    CHECK_EQ(sys_cap_set_flags(901, 4), -EINVAL);
    CHECK_EQ(sys_cap_set_flags(901, CAP_CLOEXEC), 0);
    CHECK_EQ(sys_cap_close_exec(CAP_SELF), 0);
    CHECK_EQ(sys_signal(900, 1), -EBADF);
    CHECK_EQ(sys_signal(901, 1), -EBADF);
    drop(bits);
}

TEST(bindings_pass_bits_on)
{
    cap_t bits = good(sys_notification_create());
    cap_t server = good(sys_server_create(0, CAP_NONE));
    cap_t token = good(sys_token_mint(server, 7, RIGHT_ALL));

    CHECK_EQ(sys_bind(bits, 1, bits, 1), -EINVAL);
    CHECK_EQ(sys_bind(token, 0, bits, 0), -ENOENT);
    CHECK_EQ(sys_bind(token, TOKEN_READABLE, bits, 8), 0);
    CHECK_EQ(sys_bind(token, TOKEN_READABLE, bits, 8), -EEXIST);
    CHECK_EQ(sys_wait(bits, 8, DEADLINE_POLL), -ETIMEDOUT);
    CHECK_EQ(sys_token_signal(server, 7, 0, TOKEN_READABLE), 0);
    CHECK_EQ(sys_wait(bits, 8, DEADLINE_POLL), 8);
    CHECK_EQ(sys_bind(token, 0, bits, 0), 0);
    CHECK_EQ(sys_wait(token, TOKEN_READABLE, DEADLINE_POLL), TOKEN_READABLE);
    CHECK_EQ(sys_wait(token, TOKEN_READABLE, DEADLINE_POLL), TOKEN_READABLE); /* it stays */
    drop(token);
    drop(server);
    drop(bits);
}

TEST(tokens_are_minted_by_badge_and_their_end_is_told)
{
    cap_t bits = good(sys_notification_create());
    cap_t server = good(sys_server_create(0, bits));
    cap_t other = good(sys_server_create(0, CAP_NONE));
    cap_t a = good(sys_token_mint(server, 7, RIGHT_READ)), b;
    struct drop_record records[4];
    struct cap_info first = {0}, second = {0};

    b = good(sys_token_mint(server, 7, RIGHT_ALL));
    CHECK_EQ(sys_cap_info(CAP_SELF, a, &first), 0);
    CHECK_EQ(sys_cap_info(CAP_SELF, b, &second), 0);
    CHECK_EQ(first.object, second.object);
    CHECK_EQ(sys_token_held(server, 7), 2);
    CHECK_EQ(sys_token_held(server, 8), 0);
    CHECK_EQ(sys_token_badge(server, a), 7);
    CHECK_EQ(sys_token_badge(other, a), -EXDEV);
    CHECK_EQ(sys_token_signal(server, 8, 0, 1), -ENOENT);
    CHECK_EQ(sys_token_signal(server, 7, 0, TOKEN_PEER_CLOSED), -EINVAL);
    CHECK_EQ(sys_token_signal_peer(b, 0, 1), -EPIPE);
    CHECK_EQ(sys_token_signal_peer(a, 0, 1), -ENORIGHT);
    CHECK_EQ(sys_server_dropped(server, records, 4), 0);
    drop(a);
    CHECK_EQ(sys_wait(bits, 1, DEADLINE_POLL), -ETIMEDOUT);
    drop(b);
    CHECK_EQ(sys_wait(bits, 1, DEADLINE_NONE), 1);
    a = good(sys_token_mint(server, 7, RIGHT_ALL)); /* the drop is taken back */
    CHECK_EQ(sys_server_dropped(server, records, 4), 0);
    drop(a);
    CHECK_EQ(sys_server_dropped(server, records, 4), 1);
    CHECK_EQ(records[0].badge, 7);
    CHECK_EQ(records[0].kind, DROP_TOKEN);
    drop(server);
    drop(other);
    drop(bits);
}

TEST(peers_learn_of_each_others_end)
{
    cap_t server = good(sys_server_create(0, CAP_NONE));
    cap_t ends[2], none[2];
    uint64_t badges[4];

    CHECK_EQ(sys_token_pair(server, 1, 1, none), -EINVAL);
    CHECK_EQ(sys_token_pair(server, 1, 2, ends), 0);
    CHECK_EQ(sys_token_pair(server, 2, 3, none), -EEXIST);
    CHECK_EQ(sys_server_tokens(server, 0, badges, 4), 2);
    CHECK_EQ(badges[0], 1);
    CHECK_EQ(badges[1], 2);
    CHECK_EQ(sys_server_tokens(server, 2, badges, 4), 1);
    CHECK_EQ(sys_token_signal_peer(ends[0], 0, TOKEN_READABLE), 0);
    CHECK_EQ(sys_wait(ends[1], TOKEN_READABLE, DEADLINE_POLL), TOKEN_READABLE);
    drop(ends[0]);
    CHECK_EQ(sys_wait(ends[1], TOKEN_PEER_CLOSED, DEADLINE_NONE), TOKEN_PEER_CLOSED);
    drop(ends[1]);
    drop(server);
}

TEST(calls_say_what_is_wrong)
{
    cap_t server = good(sys_server_create(0, CAP_NONE));
    cap_t other = good(sys_server_create(0, CAP_NONE));
    cap_t connection = good(sys_connection_create(server, 3));
    cap_t token = good(sys_token_mint(other, 1, RIGHT_ALL));
    struct ipc_msg msg = {{1, 2, 3, 4, 5, 6, 7, 8}};

    CHECK_EQ(sys_server_create(64, CAP_NONE), -EINVAL);
    CHECK_EQ(sys_server_create(63, CAP_NONE), -EPERM);
    CHECK_EQ(ipc_call(CAP_NONE, &msg), -EBADF);
    CHECK_EQ(msg.w[0], 0);
    CHECK_EQ(ipc_call(token, &msg), -EBADTYPE);
    CHECK_EQ(ipc_call_token(connection, token, &msg), -EXDEV);
    CHECK_EQ(ipc_call_token(connection, connection, &msg), -EBADTYPE);
    CHECK_EQ(ipc_call_full(connection, DEADLINE_POLL, CAP_NONE, NULL, &msg, NULL), -ETIMEDOUT);
    CHECK_EQ(ipc_call_full(connection, chcore_deadline_after(1000000), CAP_NONE, NULL, &msg, NULL),
             -ETIMEDOUT);
    CHECK_EQ(sys_server_serve(server, 1), 0);
    CHECK_EQ(sys_server_serve(server, 0), 0);
    CHECK_EQ(sys_server_serve(server, 1), -EPEERDEAD);
    CHECK_EQ(ipc_call(connection, &msg), -EPEERDEAD);
    drop(connection);
    drop(token);
    drop(server);
    drop(other);
}

TEST(futexes_look_at_the_word)
{
    static uint32_t word = 5;

    CHECK_EQ(sys_futex_wait(&word, 4, DEADLINE_NONE, 0), -EAGAIN);
    CHECK_EQ(sys_futex_wait(&word, 5, DEADLINE_POLL, 0), -ETIMEDOUT);
    CHECK_EQ(sys_futex_wait(&word, 5, chcore_deadline_after(1000000), FUTEX_SHARED), -ETIMEDOUT);
    CHECK_EQ(sys_futex_wait((uint32_t *)((uintptr_t)&word + 2), 5, DEADLINE_POLL, 0), -EINVAL);
    CHECK_EQ(sys_futex_wait(&word, 5, DEADLINE_POLL, 2), -EINVAL);
    CHECK_EQ(sys_futex_wait((uint32_t *)8, 5, DEADLINE_POLL, 0), -EFAULT);
    CHECK_EQ(sys_futex_wake(&word, 1, 0), 0);
    CHECK_EQ(sys_futex_wake((uint32_t *)8, 1, FUTEX_SHARED), -EFAULT);
    CHECK_EQ(sys_futex_requeue(&word, 1, &word, 1, 0, 4), -EAGAIN);
    CHECK_EQ(sys_futex_requeue(&word, 1, &word, 1, 0, 5), 0);
}

TEST(mappings_keep_to_the_rules)
{
    cap_t pmo = good(sys_pmo_create(2 * PAGE, PMO_ANON, 0, 0));
    cap_t reader = weaker(pmo, RIGHT_READ);
    const uint64_t rw = VM_READ | VM_WRITE;

    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, 0, 0, 0, rw), -EINVAL);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, 0, PAGE, 1, rw), -EINVAL);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, 0, PAGE, 0, rw | VM_EXEC), -EINVAL);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, 0, PAGE, 0, rw | 0x8000), -EINVAL);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, PAGE, PAGE, 0, rw | VM_FIXED), -EINVAL);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, 0, USER_LIMIT + 1, 0, rw), -EINVAL);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, reader, 0, PAGE, 0, rw), -EACCES);
    CHECK_EQ(sys_vm_map(CAP_SELF, pmo, 0, PAGE, 0, rw), -EBADF);
    long at = sys_vm_map(CAP_VMSPACE, pmo, 0, 2 * PAGE, 0, rw);
    CHECK(at >= (long)USER_BASE && at % (long)PAGE == 0);
    CHECK_EQ(sys_vm_map(CAP_VMSPACE, pmo, (uint64_t)at, PAGE, 0, rw | VM_NOREPLACE), -EEXIST);
    CHECK_EQ(sys_vm_protect(CAP_VMSPACE, (uint64_t)at, 2 * PAGE, rw | VM_EXEC), -EINVAL);
    CHECK_EQ(sys_vm_protect(CAP_VMSPACE, (uint64_t)at + 1, PAGE, VM_READ), -EINVAL);
    CHECK_EQ(sys_vm_unmap(CAP_VMSPACE, (uint64_t)at + PAGE, PAGE), 0);
    CHECK_EQ(sys_vm_protect(CAP_VMSPACE, (uint64_t)at, 2 * PAGE, VM_READ), -ENOMEM);
    CHECK_EQ(sys_vm_unmap(CAP_VMSPACE, (uint64_t)at, 2 * PAGE), 0); /* holes are fine */
    CHECK_EQ(sys_vm_unmap(CAP_VMSPACE, (uint64_t)at, 0), -EINVAL);
    long read_only = sys_vm_map(CAP_VMSPACE, reader, 0, PAGE, 0, VM_READ);
    CHECK_EQ(sys_vm_protect(CAP_VMSPACE, (uint64_t)good(read_only), PAGE, rw), -EACCES);
    CHECK_EQ(sys_cap_revoke(pmo), 0); /* takes the mapping made through the copy, too */
    struct region_info region = {0};
    CHECK(sys_object_info(CAP_SELF, INFO_REGIONS, (uint64_t)read_only, &region, sizeof(region)) <
              1 ||
          region.start != (uint64_t)read_only);
    drop(pmo);
}

TEST(pmos_say_what_they_cannot)
{
    static uint8_t buf[2 * PAGE];
    cap_t pmo = good(sys_pmo_create(100, PMO_ANON, 0, 0));
    cap_t fixed = good(sys_pmo_create(PAGE, PMO_ANON, PMO_FIXED_SIZE, 0));
    struct pmo_info info;

    CHECK_EQ(sys_pmo_create(PAGE, 0, 0, 0), -EINVAL);
    CHECK_EQ(sys_pmo_create(PAGE, PMO_PAGER + 1, 0, 0), -EINVAL);
    CHECK_EQ(sys_pmo_create(PAGE, PMO_ANON, 0x100, 0), -EINVAL);
    CHECK_EQ(sys_pmo_create(3 * PAGE, PMO_CONTIGUOUS, 0, 0), -EINVAL);
    CHECK_EQ(sys_pmo_create_by(PAGE, PMO_DEVICE, 0, pmo, 0x9000000), -EBADTYPE);
    CHECK_EQ(sys_pmo_create(1ul << 60, PMO_ANON, 0, 0), -EINVAL);
    CHECK_EQ(sys_pmo_write(pmo, 0, "hello", 5), 5);
    CHECK_EQ(sys_pmo_read(pmo, 0, buf, 5), 5);
    CHECK(memcmp(buf, "hello", 5) == 0);
    CHECK_EQ(sys_pmo_read(pmo, 0, buf, PAGE), -ERANGE);
    CHECK_EQ(sys_pmo_read(pmo, 100, buf, 1), -ERANGE);
    CHECK_EQ(sys_pmo_read(pmo, 0, (void *)8, 4), -EFAULT);
    CHECK_EQ(sys_pmo_read(pmo, 0, buf, 0), 0);
    CHECK_EQ(sys_pmo_resize(fixed, 2 * PAGE), -EINVAL);
    CHECK_EQ(sys_pmo_resize(pmo, 40 * PAGE), 0);
    static uint8_t large[20 * PAGE];
    long moved = sys_pmo_read(pmo, 0, large + 1, sizeof(large) - 1); /* its pages are absent */
    CHECK(moved > 0);
    memset(large, 1, sizeof(large));
    CHECK_EQ(sys_pmo_read(pmo, 0, large + 1, sizeof(large) - 1), 16 * PAGE); /* a call's worth */
    CHECK(memcmp(large + 1, "hello", 6) == 0);
    CHECK_EQ(sys_pmo_info(pmo, &info), 0);
    CHECK_EQ(info.size, 40 * PAGE);
    CHECK_EQ(info.kind, PMO_ANON);
    CHECK_EQ(sys_pmo_info(pmo, (struct pmo_info *)8), -EFAULT);
    CHECK_EQ(sys_pmo_clone(pmo, 1, PAGE), -EINVAL);
    CHECK_EQ(sys_pmo_clone(pmo, 0, 0), -EINVAL);
    cap_t clone = good(sys_pmo_clone(pmo, 0, PAGE));
    CHECK_EQ(sys_pmo_write(clone, 0, "J", 1), 1);
    CHECK_EQ(sys_pmo_read(pmo, 0, buf, 1), 1);
    CHECK_EQ(buf[0], 'h');
    CHECK_EQ(sys_pmo_clone(clone, 0, PAGE), -EINVAL);
    CHECK_EQ(sys_pmo_resize(clone, 2 * PAGE), -EINVAL);
    CHECK_EQ(sys_pmo_evict(pmo, 0, 1), -EINVAL);
    CHECK_EQ(sys_pmo_cleaned(pmo, 0, 65), -EINVAL);
    drop(clone);
    drop(fixed);
    drop(pmo);
}

TEST(physical_addresses_are_for_who_has_the_board)
{
    cap_t pmo = good(sys_pmo_create(4 * PAGE, PMO_CONTIGUOUS, 0, 0));
    struct pmo_info info;

    CHECK_EQ(sys_pmo_info(pmo, &info), 0);
    CHECK_EQ(info.committed, 4 * PAGE);
    CHECK_EQ(info.phys, 0);
    CHECK_EQ(sys_irq_create(pmo, 40), -EBADTYPE);
    CHECK_EQ(sys_machine_control(pmo, MACHINE_POWER_OFF, 0), -EBADTYPE);
    CHECK_EQ(sys_debug_drain(CAP_NONE), -EBADF);
    drop(pmo);
}

TEST(threads_are_made_within_limits)
{
    struct thread_args args = {.group = CAP_SELF, .cpu = CPU_ANY, .priority = 64};

    CHECK_EQ(sys_thread_create(&args), -EINVAL);
    args.priority = 63;
    CHECK_EQ(sys_thread_create(&args), -EPERM);
    args.priority = 1;
    args.flags = 2;
    CHECK_EQ(sys_thread_create(&args), -EINVAL);
    args.flags = THREAD_SUSPENDED;
    args.stack = 8;
    CHECK_EQ(sys_thread_create(&args), -EINVAL);
    args.stack = 0;
    args.cpu = 1000;
    CHECK_EQ(sys_thread_create(&args), -EINVAL);
    CHECK_EQ(sys_thread_create((struct thread_args *)8), -EFAULT);
    CHECK_EQ(sys_thread_control(CAP_THREAD, 99, 0), -EINVAL);
    CHECK_EQ(sys_thread_control(CAP_THREAD, THREAD_SET_UPCALL, 0), -EINVAL);
    CHECK_EQ(sys_thread_control(CAP_THREAD, THREAD_SET_PRIORITY, 63), -EPERM);
    CHECK(sys_thread_control(CAP_THREAD, THREAD_GET_CPU_TIME, 0) > 0);
}

TEST(groups_are_changed_by_who_may)
{
    struct cap_group_args args = {.name = "abi", .vmspace = CAP_VMSPACE, .exit_notify = CAP_NONE};

    CHECK_EQ(sys_cap_group_set(CAP_SELF, GROUP_PRINCIPAL, 1), -ENORIGHT);
    CHECK_EQ(sys_cap_group_set(CAP_SELF, GROUP_LIMIT_PAGES, 0), -ENORIGHT);
    CHECK_EQ(sys_cap_group_create(&args, 8), -EINVAL);
    cap_t group = good(sys_cap_group_create(&args, sizeof(args)));
    CHECK_EQ(sys_cap_group_set(group, GROUP_PRINCIPAL, 1), -ENORIGHT);
    struct group_info info = {0};
    CHECK_EQ(sys_object_info(group, INFO_GROUP, 0, &info, 8), -EINVAL);
    CHECK_EQ(sys_object_info(group, INFO_GROUP, 0, &info, sizeof(info)), 1);
    CHECK_STR_EQ(info.name, "abi");
    CHECK_EQ(info.state, GROUP_ALIVE);
    CHECK_EQ(sys_object_info(group, 99, 0, &info, sizeof(info)), -EINVAL);
    CHECK_EQ(sys_object_info(CAP_NONE, INFO_GROUP, 0, &info, sizeof(info)), -EBADF);
    drop(group);
}

TEST(numbers_that_are_none_are_refused)
{
    CHECK_EQ(svc0(SYS_COUNT), -ENOSYS);
    CHECK_EQ(svc0(UINT64_MAX), -ENOSYS);
    CHECK_EQ(sys_null(), 0);
    CHECK_EQ(sys_yield(), 0);
    CHECK_EQ(sys_device_read(CAP_NONE, 0), -ENOTSUP);
    CHECK_EQ(sys_sleep_until(DEADLINE_POLL), 0);
    CHECK_EQ(svc1(SYS_ipc_return, 0), -EINVAL);
}

/* A group of its own, with an empty address space, that tells of its end. */
static cap_t make_group(cap_t vmspace, cap_t notification)
{
    struct cap_group_args args = {
        .name = "abi", .vmspace = vmspace, .exit_notify = notification, .exit_bits = 0x10};

    return good(sys_cap_group_create(&args, sizeof(args)));
}

TEST(a_group_that_is_killed_tells_of_its_end)
{
    cap_t bits = good(sys_notification_create());
    cap_t vmspace = good(sys_vmspace_create());
    cap_t group = make_group(vmspace, bits);
    struct group_info info = {0};

    CHECK_EQ(sys_cap_group_kill(group, 77), 0);
    CHECK_EQ(sys_wait(bits, 0x10, DEADLINE_NONE), 0x10);
    CHECK_EQ(sys_object_info(group, INFO_GROUP, 0, &info, sizeof(info)), 1);
    CHECK_EQ(info.state, GROUP_DEAD);
    CHECK_EQ(info.status, 77);
    CHECK_EQ(sys_cap_copy(CAP_SELF, bits, group, CAP_SLOT_ANY, RIGHT_ALL, 0), -EMFILE);
    struct thread_args args = {.group = group, .cpu = CPU_ANY, .priority = 1};
    CHECK_EQ(sys_thread_create(&args), -EINVAL); /* it has no address space any more */
    drop(group);
    drop(vmspace);
    drop(bits);
}

TEST(descriptors_are_inherited_by_slot)
{
    cap_t bits = good(sys_notification_create());
    cap_t vmspace = good(sys_vmspace_create());
    cap_t group = make_group(vmspace, CAP_NONE);
    struct cap_info info = {0};
    long next = 0;

    CHECK(sys_cap_copy(CAP_SELF, bits, CAP_SELF, 800, RIGHT_ALL, 0) > 0);
    CHECK(sys_cap_copy(CAP_SELF, bits, CAP_SELF, 801, RIGHT_ALL, CAP_CLOEXEC) > 0);
    CHECK(sys_cap_copy(CAP_SELF, bits, CAP_SELF, 802, RIGHT_SIGNAL, 0) > 0);
    do {
        next = sys_cap_inherit(CAP_SELF, group, (uint64_t)next);
    } while (next > 0);
    CHECK_EQ(next, 0);
    CHECK_EQ(sys_cap_info(group, 800, &info), 0);
    CHECK_EQ(info.type, OBJ_NOTIFICATION);
    CHECK_EQ(info.rights, RIGHT_ALL);
    CHECK_EQ(sys_cap_info(group, 801, &info), -EBADF); /* close-on-exec */
    CHECK_EQ(sys_cap_info(group, 802, &info), -EBADF); /* not to be copied */
    for (cap_t fd = 800; fd < 803; fd++) {
        drop(fd);
    }
    CHECK_EQ(sys_cap_info(group, 800, &info), 0); /* the copy is the other group's */
    drop(group);
    drop(vmspace);
    drop(bits);
}

TEST(an_address_space_is_cloned_once_and_into_an_empty_one)
{
    const uint64_t at = 0x10000000;
    cap_t from = good(sys_vmspace_create()), to = good(sys_vmspace_create());
    cap_t reader = weaker(from, RIGHT_READ);

    CHECK_EQ(sys_vm_map(from, CAP_NONE, at, 4 * PAGE, 0, VM_READ | VM_WRITE | VM_FIXED), (long)at);
    CHECK_EQ(sys_vmspace_clone(from, from), -EINVAL);
    CHECK_EQ(sys_vmspace_clone(from, reader), -ENORIGHT);
    CHECK_EQ(sys_vmspace_clone(reader, to), 0);
    CHECK_EQ(sys_vm_map(to, CAP_NONE, at, PAGE, 0, VM_READ | VM_NOREPLACE), -EEXIST);
    CHECK_EQ(sys_vmspace_clone(from, to), -EINVAL);
    CHECK_EQ(sys_vm_unmap(reader, at, PAGE), -ENORIGHT);
    drop(from);
    drop(reader);
    CHECK_EQ(sys_vm_protect(to, at, 4 * PAGE, VM_READ), 0); /* it lives on by itself */
    drop(to);
}

/* A thread without libc: it says that it ran, and ends. */
static void run_and_end(uint32_t *word)
{
    __atomic_store_n(word, 2, __ATOMIC_RELEASE);
    sys_thread_exit(0, 0, word, 0);
}

TEST(a_suspended_thread_runs_when_it_is_resumed)
{
    static uint8_t stack[PAGE] __attribute__((aligned(16)));
    static uint32_t word = 1;
    struct thread_args args = {
        .group = CAP_SELF,
        .entry = (uintptr_t)run_and_end,
        .stack = (uintptr_t)stack + sizeof(stack),
        .arg = (uintptr_t)&word,
        .priority = PRIORITY_DEFAULT,
        .cpu = CPU_ANY,
        .flags = THREAD_SUSPENDED,
    };
    cap_t thread = good(sys_thread_create(&args));

    CHECK_EQ(sys_futex_wait(&word, 1, chcore_deadline_after(10000000), 0), -ETIMEDOUT);
    CHECK_EQ(word, 1);
    CHECK_EQ(sys_thread_control(thread, THREAD_SET_TPIDRRO, 0), -EINVAL);
    CHECK_EQ(sys_thread_control(thread, THREAD_RESUME, 0), 0);
    /* It writes 2; its end writes 0 and wakes. */
    while (__atomic_load_n(&word, __ATOMIC_ACQUIRE) != 0) {
        sys_futex_wait(&word, 2, chcore_deadline_after(1000000), 0);
    }
    drop(thread);
}

TEST(lists_go_on_at_their_cursor)
{
    struct cap_info caps[3];
    uint64_t slot = 0;
    long seen = 0, n;
    struct region_info region;
    uint64_t address = 0, regions = 0;

    while ((n = sys_object_info(CAP_SELF, INFO_CAPS, slot, caps, sizeof(caps))) > 0) {
        for (long i = 0; i < n; i++) {
            CHECK((caps[i].handle & 0xffffff) >= slot);
            slot = (caps[i].handle & 0xffffff) + 1;
        }
        seen += n;
    }
    CHECK_EQ(n, 0);
    CHECK(seen >= 3);
    while (sys_object_info(CAP_SELF, INFO_REGIONS, address, &region, sizeof(region)) == 1) {
        CHECK(region.start >= address && region.length > 0);
        address = region.start + region.length;
        regions++;
    }
    CHECK(regions >= 4);
}
