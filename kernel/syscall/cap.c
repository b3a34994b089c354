/* SPDX-License-Identifier: MIT */
/* System calls on capabilities and cap_groups. */
#include <lib/errno.h>
#include <lib/string.h>
#include <syscall/syscall.h>
#include <task/process.h>
#include <task/user.h>
#include <vm/vmspace.h>

/* A capability from nothing, for the caller's own things that have no slot. */
static s64 copy_own(struct thread *thread, struct object *obj, struct cap_group *dst,
                    const u64 *arg)
{
    unsigned rights = (unsigned)arg[4] & RIGHT_ALL & ~(unsigned)RIGHT_PRINCIPAL;

    (void)thread;
    return cap_insert(dst, obj, rights, arg[3], (unsigned)arg[5]);
}

s64 sys_cap_copy(struct thread *thread, const u64 *arg)
{
    struct cap_group *src, *dst;
    s64 err = syscall_group(thread, arg[0], RIGHT_MANAGE, &src);

    if (err == 0) {
        err = syscall_group(thread, arg[2], RIGHT_MANAGE, &dst);
    }
    if (err != 0) {
        return err;
    }
    if (arg[5] & ~(u64)(CAP_CLOEXEC | CAP_INHERIT)) {
        return -EINVAL;
    }
    if (arg[3] >= CAP_NOFILE && arg[3] != CAP_SLOT_ANY && !(arg[3] & CAP_SLOT_FD_MIN)) {
        return -EINVAL;
    }
    if (src == thread->group) {
        switch (arg[1]) {
        case CAP_SELF:
            return copy_own(thread, &thread->group->obj, dst, arg);
        case CAP_VMSPACE:
            return copy_own(thread, vmspace_object(thread->vmspace), dst, arg);
        case CAP_THREAD:
            return copy_own(thread, &thread->obj, dst, arg);
        default:
            break;
        }
    }
    return cap_copy(src, arg[1], dst, arg[3], (unsigned)arg[4] & RIGHT_ALL, (unsigned)arg[5]);
}

s64 sys_cap_drop(struct thread *thread, const u64 *arg)
{
    struct cap_group *group;
    s64 err = syscall_group(thread, arg[0], RIGHT_MANAGE, &group);

    return err != 0 ? err : cap_drop(group, arg[1]);
}

s64 sys_cap_revoke(struct thread *thread, const u64 *arg)
{
    int ret = cap_revoke_turn(thread->group, arg[0]);

    if (ret != 0) {
        return ret > 0 ? -RESTART : ret;
    }
    return thread_wait_grace(thread); /* nobody is in the middle of using one of them any more */
}

s64 sys_cap_info(struct thread *thread, const u64 *arg)
{
    u32 index = (u32)arg[1] & ((1u << CAP_SLOT_BITS) - 1);
    struct cap_group *group;
    struct cap_info info;
    s64 err = syscall_group(thread, arg[0], RIGHT_READ, &group);

    if (err != 0) {
        return err;
    }
    if (cap_word(group, arg[1]) == 0 || !cap_describe(group, index, &info)) {
        return -EBADF;
    }
    return user_copy_out(thread, arg[2], &info, sizeof(info));
}

s64 sys_cap_set_flags(struct thread *thread, const u64 *arg)
{
    if (arg[1] & ~(u64)(CAP_CLOEXEC | CAP_INHERIT)) {
        return -EINVAL;
    }
    return cap_set_flags(thread->group, arg[0], (unsigned)arg[1]);
}

/* One turn over the descriptors from `first`; the next to go on with, 0 when all are done. */
s64 sys_cap_inherit(struct thread *thread, const u64 *arg)
{
    struct cap_group *src, *dst;
    u64 slot = arg[2];
    s64 err = syscall_group(thread, arg[0], RIGHT_MANAGE, &src);

    if (err == 0) {
        err = syscall_group(thread, arg[1], RIGHT_MANAGE, &dst);
    }
    if (err != 0) {
        return err;
    }
    for (unsigned n = 0; n < REAP_BUDGET && slot < CAP_NOFILE; n++, slot++) {
        struct cap_info info;

        slot = cap_next_used(src, (u32)slot);
        if (slot >= CAP_NOFILE) {
            return 0;
        }
        if (cap_describe(src, (u32)slot, &info) && !(info.flags & CAP_CLOEXEC)) {
            s64 ret = cap_copy(src, slot, dst, slot, RIGHT_ALL, 0);

            /* Closed by another thread meanwhile, or not for others: left out. */
            if (ret < 0 && ret != -EBADF && ret != -ENORIGHT) {
                return ret;
            }
        }
    }
    return slot < CAP_NOFILE ? (s64)slot : 0;
}

s64 sys_cap_close_exec(struct thread *thread, const u64 *arg)
{
    struct cap_group *group;
    unsigned dropped = 0;
    s64 err = syscall_group(thread, arg[0], RIGHT_MANAGE, &group);

    if (err != 0) {
        return err;
    }
    for (u32 slot = 0; (slot = cap_next_used(group, slot)) < CAP_NOFILE; slot++) {
        struct cap_info info;

        if (cap_describe(group, slot, &info) && (info.flags & CAP_CLOEXEC)) {
            cap_drop_slot(group, slot);
            if (++dropped == REAP_BUDGET) {
                return -RESTART;
            }
        }
    }
    return 0;
}

/*
 * Only the trusted first process makes accounts, limits and principals; what others make shares
 * their own account and principal.
 */
s64 sys_cap_group_create(struct thread *thread, const u64 *arg)
{
    bool trusted = thread->group->trusted;
    struct cap_group_args args;
    struct vmspace *vmspace = NULL;
    struct object *notify = NULL;
    struct account *charge = thread->group->charge;
    struct cap_group *group;
    s64 ret;

    if (arg[1] != sizeof(args)) {
        return -EINVAL;
    }
    ret = user_copy_in(thread, &args, arg[0], sizeof(args));
    if (ret == 0) {
        ret = syscall_vmspace(thread, args.vmspace, RIGHT_MANAGE, &vmspace);
    }
    if (ret == 0 && args.exit_notify != CAP_NONE) {
        ret = cap_lookup(thread->group, args.exit_notify, OBJ_NOTIFICATION, RIGHT_SIGNAL, &notify);
    }
    if (ret != 0) {
        return ret;
    }
    if (trusted) {
        charge = vmspace_object(vmspace)->account; /* its own: vmspace_create */
        if (args.limit_pages != 0) {
            account_limit(charge, true, args.limit_pages);
        }
        if (args.limit_objects != 0) {
            account_limit(charge, false, args.limit_objects);
        }
    } else {
        args.principal = thread->group->principal;
    }
    ret = cap_group_create(&args, thread->group->charge, charge, vmspace, &group);
    if (ret != 0) {
        return ret;
    }
    if (!trusted) {
        cap_group_belongs(group, thread->group);
    }
    if (notify != NULL && object_get_live(notify)) {
        group->exit_notify = notify;
        group->exit_bits = args.exit_bits;
    }
    return syscall_give(thread, &group->obj,
                        trusted ? RIGHT_ALL : RIGHT_ALL & ~(unsigned)RIGHT_PRINCIPAL);
}

s64 sys_cap_group_kill(struct thread *thread, const u64 *arg)
{
    struct cap_group *group;
    s64 err = syscall_group(thread, arg[0], RIGHT_MANAGE, &group);

    if (err == 0) {
        process_kill(group, (s64)arg[1]);
    }
    return err;
}

s64 sys_cap_group_set(struct thread *thread, const u64 *arg)
{
    bool own = arg[1] >= GROUP_FOREIGN_ENTRY && arg[1] <= GROUP_COPY_END;
    struct cap_group *group;
    s64 err = syscall_group(thread, arg[0], own ? RIGHT_MANAGE : RIGHT_PRINCIPAL, &group);

    if (err != 0) {
        return err;
    }
    switch (arg[1]) {
    case GROUP_PRINCIPAL:
        store_relaxed(&group->principal, arg[2]);
        return 0;
    case GROUP_LIMIT_PAGES:
    case GROUP_LIMIT_OBJECTS:
        account_limit(group->charge, arg[1] == GROUP_LIMIT_PAGES, arg[2]);
        return 0;
    case GROUP_FOREIGN_ENTRY:
        group->foreign_entry = arg[2];
        return 0;
    case GROUP_UPCALL_ENTRY:
        group->upcall_entry = arg[2];
        return 0;
    case GROUP_COPY_START:
        group->copy_start = arg[2];
        return 0;
    case GROUP_COPY_END:
        group->copy_end = arg[2];
        return 0;
    default:
        return -EINVAL;
    }
}
