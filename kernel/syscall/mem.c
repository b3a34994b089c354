/* SPDX-License-Identifier: MIT */
/* System calls on address spaces and physical memory objects. */
#include <arch/uaccess.h>
#include <lib/errno.h>
#include <syscall/syscall.h>
#include <task/user.h>
#include <vm/vmspace.h>

enum {
    TURNS = 4, /* of PMO_ZERO_BATCH pages, a call does before it restarts */
    MAP_FLAGS =
        VM_PROT | VM_FIXED | VM_NOREPLACE | VM_DONTFORK | VM_GROWSDOWN | VM_POPULATE | VM_PRIVATE,
    CREATE_FLAGS = PMO_FIXED_SIZE | PMO_COMMIT | PMO_CALLER_PAYS | PMO_PINNED,
};

static s64 lookup_pmo(struct thread *thread, cap_t handle, unsigned rights, struct pmo **out)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, handle, OBJ_PMO, rights, &obj);

    if (err == 0) {
        *out = pmo_of(obj);
    }
    return err;
}

/* What vm/ answered, for a call that can simply be made again. */
static s64 answer(struct thread *thread, int status, struct vm_need *need)
{
    return status > 0 ? thread_need(thread, status, need) : status;
}

/*
 * What the trusted first process makes is for a new process: it has an account of its own, which
 * cap_group_create takes over, so that private memory counts against that process's limits.
 */
s64 sys_vmspace_create(struct thread *thread, const u64 *arg)
{
    struct account *account = thread->group->charge;
    u64 seed = thread->obj.id * 0x9e3779b97f4a7c15u;
    struct vmspace *vs;
    int err = -ENOMEM;

    (void)arg;
    if (!thread->group->trusted) {
        err = vmspace_create(account, seed, &vs);
    } else {
        account = account_create(account, 0, 0);
        if (account != NULL) {
            err = vmspace_create(account, seed, &vs);
            account_put(account);
        }
    }
    return err != 0 ? err : syscall_give(thread, vmspace_object(vs), RIGHT_ALL);
}

s64 sys_vmspace_clone(struct thread *thread, const u64 *arg)
{
    struct vmspace *src, *dst;
    s64 err = syscall_vmspace(thread, arg[0], RIGHT_READ, &src);

    if (err == 0) {
        err = syscall_vmspace(thread, arg[1], RIGHT_MANAGE, &dst);
    }
    if (err != 0) {
        return err;
    }
    err = vmspace_clone(src, dst);
    return err == VM_AGAIN ? -RESTART : err;
}

/* The mapping rights that a capability gives. */
static unsigned prot_of_rights(unsigned rights)
{
    return (rights & RIGHT_READ ? VM_READ : 0) | (rights & RIGHT_WRITE ? VM_WRITE : 0) |
           (rights & RIGHT_EXEC ? VM_EXEC : 0);
}

/* Which pmo, by which capability; CAP_NONE: fresh anonymous memory. */
static s64 map_source(struct thread *thread, cap_t handle, struct vm_map_args *args)
{
    if (handle == CAP_NONE) {
        args->max_prot = VM_PROT;
        args->flags |= VM_PRIVATE;
        return 0;
    }
    args->via = cap_slot(thread->group, handle, &args->via_word);
    if (args->via == NULL) {
        return -EBADF;
    }
    if (slot_type(args->via_word) != OBJ_PMO) {
        return -EBADTYPE;
    }
    if (!(slot_rights(args->via_word) & RIGHT_READ)) {
        return -ENORIGHT;
    }
    args->pmo = pmo_of(slot_object(args->via_word));
    args->max_prot = prot_of_rights(slot_rights(args->via_word));
    if (args->flags & VM_PRIVATE) {
        args->max_prot |= VM_WRITE; /* of the copy */
    }
    return 0;
}

s64 sys_vm_map(struct thread *thread, const u64 *arg)
{
    struct vm_map_args args = {.addr = arg[2], .len = arg[3], .flags = (unsigned)arg[5]};
    struct vm_need need;
    struct vmspace *vs;
    vaddr_t at = 0;
    s64 ret = syscall_vmspace(thread, arg[0], RIGHT_MANAGE, &vs);

    if (ret != 0) {
        return ret;
    }
    if ((arg[5] & ~(u64)MAP_FLAGS) != 0 || !IS_ALIGNED(arg[4], PAGE_SIZE) ||
        (arg[5] & (VM_WRITE | VM_EXEC)) == (VM_WRITE | VM_EXEC) || args.len == 0 ||
        args.len > USER_LIMIT) {
        return -EINVAL;
    }
    args.len = ALIGN_UP(args.len, PAGE_SIZE);
    args.first = arg[4] >> PAGE_SHIFT;
    args.flags &= ~(unsigned)VM_POPULATE;
    ret = map_source(thread, arg[1], &args);
    if (ret == 0) {
        ret = answer(thread, vmspace_map(vs, &args, &at, &need), &need);
    }
    if (ret == 0 && (arg[5] & VM_POPULATE)) {
        struct vm_range range = {at, at + args.len};

        /* A help, not a promise: what one turn does not bring comes by faults. */
        if (vmspace_populate(vs, &range, &need) > VM_AGAIN) {
            vm_need_put(&need);
        }
    }
    return ret != 0 ? ret : (s64)at;
}

/* Start and length as registers, pages touched. */
static s64 range_of(const u64 *arg, struct vm_range *range)
{
    if (!IS_ALIGNED(arg[1], PAGE_SIZE) || arg[2] == 0 || arg[2] > USER_LIMIT ||
        arg[1] > USER_LIMIT - arg[2]) {
        return -EINVAL;
    }
    range->start = arg[1];
    range->end = arg[1] + ALIGN_UP(arg[2], PAGE_SIZE);
    return 0;
}

/* A range operation is not done: the registers say what is left. */
static s64 again(struct thread *thread, const struct vm_range *range)
{
    thread->frame.x[1] = range->start;
    thread->frame.x[2] = range->end - range->start;
    return -RESTART;
}

s64 sys_vm_unmap(struct thread *thread, const u64 *arg)
{
    struct vm_range range;
    struct vm_need need;
    struct vmspace *vs;
    s64 ret = syscall_vmspace(thread, arg[0], RIGHT_MANAGE, &vs);

    if (ret == 0) {
        ret = range_of(arg, &range);
    }
    if (ret != 0) {
        return ret;
    }
    ret = vmspace_unmap(vs, &range, &need);
    return ret == VM_AGAIN ? again(thread, &range) : answer(thread, (int)ret, &need);
}

s64 sys_vm_protect(struct thread *thread, const u64 *arg)
{
    struct vm_range range;
    struct vm_need need;
    struct vmspace *vs;
    s64 ret = syscall_vmspace(thread, arg[0], RIGHT_MANAGE, &vs);

    if (ret == 0) {
        ret = range_of(arg, &range);
    }
    if (ret != 0) {
        return ret;
    }
    if ((arg[3] & ~(u64)VM_PROT) != 0 || (arg[3] & (VM_WRITE | VM_EXEC)) == (VM_WRITE | VM_EXEC)) {
        return -EINVAL;
    }
    ret = vmspace_protect(vs, &range, (unsigned)arg[3], &need);
    return ret == VM_AGAIN ? again(thread, &range) : answer(thread, (int)ret, &need);
}

/* Who may make it: a device needs the board, a pager-backed one its server. */
static s64 creation_authority(struct thread *thread, const u64 *arg, struct pmo_args *args)
{
    struct object *obj;
    s64 err = 0;

    if (arg[1] == PMO_CONTIGUOUS && arg[3] != 0) {
        err = cap_lookup(thread->group, arg[3], OBJ_BOARD, RIGHT_MANAGE, &obj);
    } else if (arg[1] == PMO_DEVICE) {
        err = cap_lookup(thread->group, arg[3], OBJ_BOARD, RIGHT_MANAGE, &obj);
        args->phys = arg[4];
    } else if (arg[1] == PMO_PAGER) {
        err = cap_lookup(thread->group, arg[3], OBJ_SERVER, RIGHT_MANAGE, &obj);
        args->pager = obj;
        args->cookie = arg[4];
    }
    return err;
}

s64 sys_pmo_create(struct thread *thread, const u64 *arg)
{
    struct pmo_args args = {
        .size = arg[0],
        .kind = (u32)arg[1],
        .flags = (u32)arg[2] & ~(u32)PMO_CALLER_PAYS,
        .account = syscall_account(thread, (arg[2] & PMO_CALLER_PAYS) != 0),
    };
    bool dma = arg[1] == PMO_CONTIGUOUS && arg[3] != 0;
    struct pmo *pmo;
    s64 ret;

    if ((arg[2] & ~(u64)CREATE_FLAGS) != 0 || arg[1] < PMO_ANON || arg[1] > PMO_PAGER) {
        return -EINVAL;
    }
    ret = creation_authority(thread, arg, &args);
    if (ret == 0) {
        ret = pmo_create(&args, &pmo);
    }
    if (ret != 0) {
        return ret;
    }
    /* Physical addresses are for who has the board. */
    ret = syscall_give(thread, &pmo->obj, dma ? RIGHT_ALL : RIGHT_ALL & ~(unsigned)RIGHT_DMA);
    if (ret >= 0 && (args.kind == PMO_CONTIGUOUS || (args.flags & PMO_COMMIT))) {
        /* Goes on as pmo_commit, which drops the capability when memory runs out. */
        thread->frame.x[0] = (u64)ret;
        thread->frame.x[1] = 1;
        thread->frame.x[8] = SYS_pmo_commit;
        return sys_pmo_commit(thread, thread->frame.x);
    }
    return ret;
}

s64 sys_pmo_commit(struct thread *thread, const u64 *arg)
{
    struct pmo *pmo;
    s64 err = lookup_pmo(thread, arg[0], RIGHT_MANAGE, &pmo);
    int status = VM_AGAIN;

    if (err != 0) {
        return err;
    }
    for (unsigned i = 0; i < TURNS && status == VM_AGAIN; i++) {
        status = pmo_commit(pmo);
    }
    if (status == VM_AGAIN) {
        return -RESTART;
    }
    if (status != 0) {
        if (arg[1] != 0) {
            (void)cap_drop(thread->group, arg[0]);
        }
        return status;
    }
    return (s64)arg[0];
}

s64 sys_pmo_clone(struct thread *thread, const u64 *arg)
{
    struct pmo *src, *clone;
    s64 err = lookup_pmo(thread, arg[0], RIGHT_READ, &src);

    if (err != 0) {
        return err;
    }
    if (!IS_ALIGNED(arg[1], PAGE_SIZE) || arg[2] == 0 || arg[2] > PMO_MAX_PAGES) {
        return -EINVAL;
    }
    err = pmo_clone(src, arg[1] >> PAGE_SHIFT, ALIGN_UP(arg[2], PAGE_SIZE) >> PAGE_SHIFT, true,
                    thread->group->charge, &clone);
    return err != 0 ? err : syscall_give(thread, &clone->obj, RIGHT_ALL);
}

s64 sys_pmo_resize(struct thread *thread, const u64 *arg)
{
    struct vm_need need;
    struct pmo *pmo;
    s64 err = lookup_pmo(thread, arg[0], RIGHT_MANAGE, &pmo);

    return err != 0 ? err : answer(thread, pmo_resize(pmo, arg[1], &need), &need);
}

/* A page of the buffer is not there, not always its first one: bring it in, and start again. */
static s64 bring_buffer(struct thread *thread, bool read_only)
{
    const struct uaccess_fault *fault = uaccess_fault();
    vaddr_t at = fault->addr;
    u8 byte;
    s64 ret;

    if (fault->esr == 0) {
        return -EFAULT; /* it does not lie below the limit as a whole */
    }
    ret = read_only ? user_copy_in(thread, &byte, at, 1) : user_fault_in(thread, at);
    return ret == 0 ? -RESTART : ret;
}

/* Bytes of a pmo, to or from the caller's memory: at most 16 pages a call; returns how many were
 * done. */
static s64 transfer(struct thread *thread, const u64 *arg, bool write)
{
    struct pmo_io io = {.offset = arg[1], .user = (void __user *)arg[2], .left = arg[3]};
    u64 wanted = MIN(arg[3], (u64)PMO_ZERO_BATCH * PAGE_SIZE);
    struct vm_need need;
    struct pmo *pmo;
    s64 ret = lookup_pmo(thread, arg[0], write ? RIGHT_WRITE : RIGHT_READ, &pmo);
    int status = VM_AGAIN;

    if (ret != 0) {
        return ret;
    }
    io.left = wanted;
    for (unsigned i = 0; i < 2 * PMO_ZERO_BATCH && status == VM_AGAIN && io.left != 0; i++) {
        status = write ? pmo_write(pmo, &io, &need) : pmo_read(pmo, &io, &need);
    }
    if (status > VM_AGAIN) {
        ret = thread_need(thread, status, &need);
    } else if (status == -EFAULT) {
        ret = bring_buffer(thread, write);
    } else if (status < 0) {
        ret = status;
    }
    if (wanted != io.left && ret != -SWITCHED) {
        return (s64)(wanted - io.left); /* what was done counts; an error shows at the next call */
    }
    return ret;
}

s64 sys_pmo_read(struct thread *thread, const u64 *arg)
{
    return transfer(thread, arg, false);
}

s64 sys_pmo_write(struct thread *thread, const u64 *arg)
{
    return transfer(thread, arg, true);
}

s64 sys_pmo_supply(struct thread *thread, const u64 *arg)
{
    struct pmo_supply_args args;
    struct pmo *pmo;
    u64 done = 0;
    s64 ret = lookup_pmo(thread, arg[0], RIGHT_MANAGE, &pmo);

    if (ret == 0) {
        ret = lookup_pmo(thread, arg[2], RIGHT_READ | RIGHT_WRITE, &args.from);
    }
    if (ret != 0) {
        return ret;
    }
    if (!IS_ALIGNED(arg[1] | arg[3] | arg[4], PAGE_SIZE)) {
        return -EINVAL;
    }
    args.first = arg[1] >> PAGE_SHIFT;
    args.from_first = arg[3] >> PAGE_SHIFT;
    args.count = arg[4] >> PAGE_SHIFT;
    ret = pmo_supply(pmo, &args, &done);
    if (ret == VM_AGAIN) {
        thread->frame.x[1] += done << PAGE_SHIFT;
        thread->frame.x[3] += done << PAGE_SHIFT;
        thread->frame.x[4] -= done << PAGE_SHIFT;
        return -RESTART;
    }
    return ret;
}

/* [first, first + count) of pages, at most a batch. */
static s64 page_range(struct thread *thread, const u64 *arg, struct pmo **pmo)
{
    s64 err = lookup_pmo(thread, arg[0], RIGHT_MANAGE, pmo);

    if (err == 0 && (arg[2] == 0 || arg[2] > PMO_BATCH || arg[1] > PMO_MAX_PAGES - arg[2])) {
        err = -EINVAL;
    }
    return err;
}

s64 sys_pmo_clean(struct thread *thread, const u64 *arg)
{
    struct pmo *pmo;
    u64 dirty = 0;
    s64 ret = page_range(thread, arg, &pmo);

    if (ret == 0) {
        ret = user_copy_out(thread, arg[3], &dirty, sizeof(dirty)); /* it can be written */
    }
    if (ret != 0) {
        return ret;
    }
    ret = pmo_clean(pmo, arg[1], arg[2], &dirty);
    if (ret == VM_AGAIN) {
        return -RESTART;
    }
    if (ret == 0) {
        ret = user_copy_out(thread, arg[3], &dirty, sizeof(dirty));
    }
    /* Nobody has learnt what is dirty: it is so again. (At most a batch: one turn, no VM_AGAIN.) */
    return ret != 0 && pmo_cleaned(pmo, arg[1], arg[2], true) < 0 ? -EINVAL : ret;
}

s64 sys_pmo_cleaned(struct thread *thread, const u64 *arg)
{
    struct pmo *pmo;
    s64 ret = page_range(thread, arg, &pmo);

    if (ret == 0) {
        ret = pmo_cleaned(pmo, arg[1], arg[2], false);
    }
    return ret == VM_AGAIN ? -RESTART : ret;
}

s64 sys_pmo_evict(struct thread *thread, const u64 *arg)
{
    struct pmo *pmo;
    s64 ret = page_range(thread, arg, &pmo);

    if (ret == 0) {
        ret = pmo_evict(pmo, arg[1], arg[2]);
    }
    return ret == VM_AGAIN ? -RESTART : ret;
}

s64 sys_pmo_info(struct thread *thread, const u64 *arg)
{
    u64 word = cap_word(thread->group, arg[0]);
    struct pmo_info info;
    struct pmo *pmo;
    s64 err = lookup_pmo(thread, arg[0], 0, &pmo);

    if (err != 0) {
        return err;
    }
    pmo_info(pmo, &info);
    if (!(slot_rights(word) & RIGHT_DMA)) {
        info.phys = 0;
    }
    return user_copy_out(thread, arg[1], &info, sizeof(info));
}
