/* SPDX-License-Identifier: MIT */
/*
 * The system calls, one row each: number, name, argument count. Kernel table, user stubs, trace
 * names and the documentation check (docs/abi/NAME.md) are made from these rows. Numbers are
 * forever.
 *
 * Convention: `svc #1`, x8 number, x0-x7 arguments, x0 result (>= 0, or -errno). x1-x18 are dead
 * after the call. ipc_call and ipc_return have a register convention of their own (uapi/ipc.h).
 */
#pragma once

#define SYSCALL_TABLE(X)          \
    X(0, null, 0)                 \
    X(1, ipc_call, 8)             \
    X(2, ipc_return, 8)           \
    X(3, yield, 0)                \
    X(4, signal, 2)               \
    X(5, wait, 3)                 \
    X(6, wait_any, 3)             \
    X(7, bind, 4)                 \
    X(8, futex_wait, 5)           \
    X(9, futex_wake, 3)           \
    X(10, futex_requeue, 6)       \
    X(11, sleep_until, 1)         \
    X(12, cap_copy, 6)            \
    X(13, cap_drop, 2)            \
    X(14, cap_revoke, 1)          \
    X(15, cap_info, 3)            \
    X(16, cap_set_flags, 2)       \
    X(17, cap_inherit, 3)         \
    X(18, cap_close_exec, 1)      \
    X(19, cap_group_create, 2)    \
    X(20, cap_group_kill, 2)      \
    X(21, cap_group_set, 3)       \
    X(22, vmspace_create, 0)      \
    X(23, vmspace_clone, 2)       \
    X(24, vm_map, 6)              \
    X(25, vm_unmap, 3)            \
    X(26, vm_protect, 4)          \
    X(27, pmo_create, 5)          \
    X(28, pmo_clone, 3)           \
    X(29, pmo_resize, 2)          \
    X(30, pmo_read, 4)            \
    X(31, pmo_write, 4)           \
    X(32, pmo_supply, 5)          \
    X(33, pmo_clean, 4)           \
    X(34, pmo_cleaned, 3)         \
    X(35, pmo_evict, 3)           \
    X(36, pmo_info, 2)            \
    X(37, thread_create, 1)       \
    X(38, thread_exit, 4)         \
    X(39, thread_control, 3)      \
    X(40, upcall_mask, 2)         \
    X(41, upcall_post, 2)         \
    X(42, upcall_return, 1)       \
    X(43, notification_create, 0) \
    X(44, server_create, 2)       \
    X(45, server_serve, 2)        \
    X(46, handler_create, 2)      \
    X(47, server_dropped, 3)      \
    X(48, connection_create, 2)   \
    X(49, token_mint, 3)          \
    X(50, token_pair, 4)          \
    X(51, token_signal, 4)        \
    X(52, token_signal_peer, 3)   \
    X(53, token_held, 2)          \
    X(54, token_connect, 1)       \
    X(55, irq_create, 2)          \
    X(56, irq_ack, 1)             \
    X(57, device_read, 2)         \
    X(58, device_write, 3)        \
    X(59, object_info, 5)         \
    X(60, log_write, 2)           \
    X(61, log_read, 4)            \
    X(62, machine_control, 3)     \
    X(63, server_tokens, 4)       \
    X(64, thread_resume, 1)       \
    X(65, debug_drain, 1)         \
    X(66, pmo_commit, 2)          \
    X(67, token_badge, 2)

#define X(nr, name, argc) SYS_##name = (nr),
enum syscall_number { SYSCALL_TABLE(X) SYS_COUNT };
#undef X
