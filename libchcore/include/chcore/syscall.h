/* SPDX-License-Identifier: MIT */
/*
 * The system calls as functions: sys_NAME(...) for each row of the table in uapi/syscall.h. They
 * return the kernel's result, >= 0 or -errno. docs/abi/NAME.md says what each does; here stands
 * what the arguments are.
 */
#pragma once

#include <chcore/arch.h>
#include <stddef.h>
#include <stdint.h>
#include <uapi/errno.h>
#include <uapi/ipc.h>
#include <uapi/syscall.h>
#include <uapi/task.h>
#include <uapi/vm.h>

/* Does nothing: what entering and leaving the kernel costs. */
static inline long sys_null(void)
{
    return svc0(SYS_null);
}

static inline long sys_yield(void)
{
    return svc0(SYS_yield);
}

static inline long sys_signal(cap_t notification, uint64_t bits)
{
    return svc2(SYS_signal, notification, bits);
}

/* -> the bits of mask that are set. */
static inline long sys_wait(cap_t handle, uint64_t mask, deadline_t deadline)
{
    return svc3(SYS_wait, handle, mask, deadline);
}

/* -> number of ready items. */
static inline long sys_wait_any(struct wait_item *items, size_t n, deadline_t deadline)
{
    return svc3(SYS_wait_any, (uintptr_t)items, n, deadline);
}

static inline long sys_bind(cap_t object, uint64_t mask, cap_t notification, uint64_t bits)
{
    return svc4(SYS_bind, object, mask, notification, bits);
}

static inline long sys_futex_wait(const uint32_t *addr, uint32_t expected, deadline_t deadline,
                                  uint32_t flags)
{
    return svc5(SYS_futex_wait, (uintptr_t)addr, expected, deadline, flags, 0);
}

/* -> woken. */
static inline long sys_futex_wake(uint32_t *addr, uint32_t n, uint32_t flags)
{
    return svc3(SYS_futex_wake, (uintptr_t)addr, n, flags);
}

/* -> woken + moved. */
static inline long sys_futex_requeue(uint32_t *addr, uint32_t wake_n, uint32_t *addr2,
                                     uint32_t move_n, uint32_t flags, uint32_t expected)
{
    return svc6(SYS_futex_requeue, (uintptr_t)addr, wake_n, (uintptr_t)addr2, move_n, flags,
                expected);
}

static inline long sys_sleep_until(deadline_t deadline)
{
    return svc1(SYS_sleep_until, deadline);
}

/* -> handle; dst_slot: CAP_SLOT_ANY, CAP_SLOT_FD_MIN | n, or a descriptor to replace. */
static inline long sys_cap_copy(cap_t src_group, cap_t src, cap_t dst_group, uint64_t dst_slot,
                                uint32_t rights, uint32_t flags)
{
    return svc6(SYS_cap_copy, src_group, src, dst_group, dst_slot, rights, flags);
}

static inline long sys_cap_drop(cap_t group, cap_t handle)
{
    return svc2(SYS_cap_drop, group, handle);
}

static inline long sys_cap_revoke(cap_t handle)
{
    return svc1(SYS_cap_revoke, handle);
}

static inline long sys_cap_info(cap_t group, cap_t handle, struct cap_info *info)
{
    return svc3(SYS_cap_info, group, handle, (uintptr_t)info);
}

static inline long sys_cap_set_flags(cap_t handle, uint32_t flags)
{
    return svc2(SYS_cap_set_flags, handle, flags);
}

/* -> slot to go on with, 0 when done. */
static inline long sys_cap_inherit(cap_t src_group, cap_t dst_group, uint64_t first_slot)
{
    return svc3(SYS_cap_inherit, src_group, dst_group, first_slot);
}

static inline long sys_cap_close_exec(cap_t group)
{
    return svc1(SYS_cap_close_exec, group);
}

/* -> handle. */
static inline long sys_cap_group_create(const struct cap_group_args *args, size_t size)
{
    return svc2(SYS_cap_group_create, (uintptr_t)args, size);
}

static inline long sys_cap_group_kill(cap_t group, int64_t status)
{
    return svc2(SYS_cap_group_kill, group, (uint64_t)status);
}

static inline long sys_cap_group_set(cap_t group, uint64_t field, uint64_t value)
{
    return svc3(SYS_cap_group_set, group, field, value);
}

/* -> handle. */
static inline long sys_vmspace_create(void)
{
    return svc0(SYS_vmspace_create);
}

static inline long sys_vmspace_clone(cap_t src, cap_t dst)
{
    return svc2(SYS_vmspace_clone, src, dst);
}

/* -> address. pmo CAP_NONE: fresh anonymous memory, private. */
static inline long sys_vm_map(cap_t vmspace, cap_t pmo, uint64_t addr, size_t len, uint64_t offset,
                              uint64_t flags)
{
    return svc6(SYS_vm_map, vmspace, pmo, addr, len, offset, flags);
}

static inline long sys_vm_unmap(cap_t vmspace, uint64_t addr, size_t len)
{
    return svc3(SYS_vm_unmap, vmspace, addr, len);
}

static inline long sys_vm_protect(cap_t vmspace, uint64_t addr, size_t len, uint64_t flags)
{
    return svc4(SYS_vm_protect, vmspace, addr, len, flags);
}

/* -> handle. */
/* Device and pager-backed ones: by whose authority (board, server), and the base or cookie. */
static inline long sys_pmo_create_by(size_t size, uint64_t kind, uint64_t flags, cap_t authority,
                                     uint64_t base)
{
    return svc5(SYS_pmo_create, size, kind, flags, authority, base);
}

static inline long sys_pmo_create(size_t size, uint64_t kind, uint64_t flags, uint64_t arg)
{
    return svc5(SYS_pmo_create, size, kind, flags, arg, 0);
}

/* -> handle of a copy-on-write copy. */
static inline long sys_pmo_clone(cap_t pmo, uint64_t offset, size_t len)
{
    return svc3(SYS_pmo_clone, pmo, offset, len);
}

static inline long sys_pmo_resize(cap_t pmo, size_t size)
{
    return svc2(SYS_pmo_resize, pmo, size);
}

/* -> bytes. */
static inline long sys_pmo_read(cap_t pmo, uint64_t offset, void *buf, size_t len)
{
    return svc4(SYS_pmo_read, pmo, offset, (uintptr_t)buf, len);
}

/* -> bytes. */
static inline long sys_pmo_write(cap_t pmo, uint64_t offset, const void *buf, size_t len)
{
    return svc4(SYS_pmo_write, pmo, offset, (uintptr_t)buf, len);
}

static inline long sys_pmo_supply(cap_t dst, uint64_t offset, cap_t src, uint64_t src_offset,
                                  size_t len)
{
    return svc5(SYS_pmo_supply, dst, offset, src, src_offset, len);
}

static inline long sys_pmo_clean(cap_t pmo, uint64_t first, size_t n, uint64_t *bitmap)
{
    return svc4(SYS_pmo_clean, pmo, first, n, (uintptr_t)bitmap);
}

static inline long sys_pmo_cleaned(cap_t pmo, uint64_t first, size_t n)
{
    return svc3(SYS_pmo_cleaned, pmo, first, n);
}

static inline long sys_pmo_evict(cap_t pmo, uint64_t first, size_t n)
{
    return svc3(SYS_pmo_evict, pmo, first, n);
}

static inline long sys_pmo_info(cap_t pmo, struct pmo_info *info)
{
    return svc2(SYS_pmo_info, pmo, (uintptr_t)info);
}

/* -> handle. */
static inline long sys_thread_create(const struct thread_args *args)
{
    return svc1(SYS_thread_create, (uintptr_t)args);
}

static inline _Noreturn void sys_thread_exit(uint64_t unmap_addr, size_t unmap_len,
                                             uint32_t *clear_addr, int64_t status)
{
    svc4(SYS_thread_exit, unmap_addr, unmap_len, (uintptr_t)clear_addr, (uint64_t)status);
    __builtin_unreachable();
}

static inline long sys_thread_control(cap_t thread, uint64_t op, uint64_t value)
{
    return svc3(SYS_thread_control, thread, op, value);
}

/* -> the old mask. */
static inline long sys_upcall_mask(uint64_t how_set, uint64_t mask)
{
    return svc2(SYS_upcall_mask, how_set, mask);
}

static inline long sys_upcall_post(cap_t thread, uint64_t bits)
{
    return svc2(SYS_upcall_post, thread, bits);
}

static inline long sys_upcall_return(const struct upcall_frame *frame)
{
    return svc1(SYS_upcall_return, (uintptr_t)frame);
}

/* -> handle. */
static inline long sys_notification_create(void)
{
    return svc0(SYS_notification_create);
}

/* -> handle. */
static inline long sys_server_create(uint64_t flags, cap_t notification)
{
    return svc2(SYS_server_create, flags, notification);
}

static inline long sys_server_serve(cap_t server, uint64_t on)
{
    return svc2(SYS_server_serve, server, on);
}

static inline long sys_handler_create(cap_t server, const struct handler_args *args)
{
    return svc2(SYS_handler_create, server, (uintptr_t)args);
}

/* -> count. */
static inline long sys_server_dropped(cap_t server, struct drop_record *records, size_t max)
{
    return svc3(SYS_server_dropped, server, (uintptr_t)records, max);
}

/* -> handle. */
static inline long sys_connection_create(cap_t server, uint64_t badge)
{
    return svc2(SYS_connection_create, server, badge);
}

/* -> handle. */
static inline long sys_token_mint(cap_t server, uint64_t badge, uint32_t rights)
{
    return svc3(SYS_token_mint, server, badge, rights);
}

static inline long sys_token_pair(cap_t server, uint64_t badge_a, uint64_t badge_b,
                                  cap_t handles[2])
{
    return svc4(SYS_token_pair, server, badge_a, badge_b, (uintptr_t)handles);
}

static inline long sys_token_signal(cap_t server, uint64_t badge, uint32_t clear, uint32_t set)
{
    return svc4(SYS_token_signal, server, badge, clear, set);
}

static inline long sys_token_signal_peer(cap_t token, uint32_t clear, uint32_t set)
{
    return svc3(SYS_token_signal_peer, token, clear, set);
}

/* -> copies that others hold. */
static inline long sys_token_held(cap_t server, uint64_t badge)
{
    return svc2(SYS_token_held, server, badge);
}

/* -> the badge of a token of that server; -EXDEV: of another's. */
static inline long sys_token_badge(cap_t server, cap_t token)
{
    return svc2(SYS_token_badge, server, token);
}

/* -> handle of a connection. */
static inline long sys_token_connect(cap_t token)
{
    return svc1(SYS_token_connect, token);
}

/* -> handle. */
static inline long sys_irq_create(cap_t board, uint64_t nr)
{
    return svc2(SYS_irq_create, board, nr);
}

static inline long sys_irq_ack(cap_t irq)
{
    return svc1(SYS_irq_ack, irq);
}

/* -> the 32-bit register. */
static inline long sys_device_read(cap_t pmo, uint64_t offset)
{
    return svc2(SYS_device_read, pmo, offset);
}

static inline long sys_device_write(cap_t pmo, uint64_t offset, uint32_t value)
{
    return svc3(SYS_device_write, pmo, offset, value);
}

/* -> records. */
static inline long sys_object_info(cap_t handle, uint64_t topic, uint64_t cursor, void *buf,
                                   size_t len)
{
    return svc5(SYS_object_info, handle, topic, cursor, (uintptr_t)buf, len);
}

static inline long sys_log_write(const char *buf, size_t len)
{
    return svc2(SYS_log_write, (uintptr_t)buf, len);
}

/* -> bytes; *position moves on, first over what was lost. */
static inline long sys_log_read(cap_t board, uint64_t *position, char *buf, size_t len)
{
    return svc4(SYS_log_read, board, (uintptr_t)position, (uintptr_t)buf, len);
}

static inline long sys_machine_control(cap_t board, uint64_t op, uint64_t value)
{
    return svc3(SYS_machine_control, board, op, value);
}

/* -> count. */
static inline long sys_server_tokens(cap_t server, uint64_t cursor, uint64_t *badges, size_t max)
{
    return svc4(SYS_server_tokens, server, cursor, (uintptr_t)badges, max);
}

static inline long sys_thread_resume(const void *frame)
{
    return svc1(SYS_thread_resume, (uintptr_t)frame);
}

static inline long sys_debug_drain(cap_t board)
{
    return svc1(SYS_debug_drain, board);
}
