/* SPDX-License-Identifier: MIT */
/* The system call table and what its functions share. */
#include <ipc/call.h>
#include <lib/errno.h>
#include <syscall/syscall.h>
#include <vm/vmspace.h>

struct counters counters[CPU_MAX];

static const struct {
    const char *name;
    syscall_fn fn;
} table[] = {
#define X(nr, name, argc) [nr] = {#name, sys_##name}, /* NOLINT(bugprone-macro-parentheses) */
    SYSCALL_TABLE(X)
#undef X
};

/* NOLINTNEXTLINE(bugprone-macro-parentheses): a term of the sum below */
#define X(nr, name, argc) +1
_Static_assert(SYS_COUNT == 0 SYSCALL_TABLE(X), "system call numbers are dense");
#undef X

const char *syscall_name(u64 nr)
{
    return nr < SYS_COUNT ? table[nr].name : "unknown";
}

void syscall_dispatch(struct thread *thread)
{
    u64 nr = thread->frame.x[8];
    s64 ret = -ENOSYS;

    counters[cpu_id()].syscalls++;
    thread->in_syscall = true;
    if (nr < SYS_COUNT) {
        ret = table[nr].fn(thread, thread->frame.x);
    }
    if (ret == -SWITCHED) {
        return; /* the thread may be anybody's by now: it is not touched */
    }
    if (ret == -RESTART) {
        thread_rewind(thread);
    } else {
        thread->frame.x[0] = (u64)ret;
    }
    thread->in_syscall = false;
}

s64 syscall_group(struct thread *thread, cap_t handle, unsigned rights, struct cap_group **out)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, handle, OBJ_CAP_GROUP, rights, &obj);

    if (err == 0) {
        *out = container_of(obj, struct cap_group, obj);
    }
    return err;
}

s64 syscall_vmspace(struct thread *thread, cap_t handle, unsigned rights, struct vmspace **out)
{
    struct object *obj;
    s64 err;

    if (handle == CAP_VMSPACE) {
        *out = thread->vmspace;
        return 0;
    }
    err = cap_lookup(thread->group, handle, OBJ_VMSPACE, rights, &obj);
    if (err == 0) {
        *out = vmspace_of(obj);
    }
    return err;
}

s64 syscall_give(struct thread *thread, struct object *obj, unsigned rights)
{
    s64 handle = cap_insert(thread->group, obj, rights, CAP_SLOT_ANY, 0);

    object_put(obj);
    return handle;
}

struct account *syscall_account(struct thread *thread, bool caller_pays)
{
    struct thread *caller = thread->ipc.caller;

    return caller_pays && caller != NULL ? caller->group->charge : thread->group->charge;
}
