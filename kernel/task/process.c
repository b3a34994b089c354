/* SPDX-License-Identifier: MIT */
/* Processes; see process.h. */
#include <arch/barrier.h>
#include <arch/mmu.h>
#include <arch/uaccess.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <object/notification.h>
#include <task/process.h>
#include <task/user.h>
#include <vm/vmspace.h>

static struct kmem_cache group_cache = KMEM_CACHE("cap_group", struct cap_group);

int process_add_thread(struct cap_group *group, struct thread *thread)
{
    int err = 0;

    spin_lock(&group->lock);
    if (group->state != GROUP_ALIVE) {
        err = -EBADF;
    } else {
        object_get(&thread->obj); /* its life as a thread: put in process_thread_ended() */
        list_add_tail(&group->threads, &thread->group_link);
        group->thread_count++;
    }
    spin_unlock(&group->lock);
    return err;
}

/* Tell a batch of threads to end. Those told stand at the end of the list. group->lock held. */
static void tell_threads(struct cap_group *group)
{
    for (unsigned n = 0; n < REAP_BUDGET && !list_empty(&group->threads); n++) {
        struct thread *thread = list_first(&group->threads, struct thread, group_link);

        if (load_relaxed(&thread->attention) & ATTENTION_KILL) {
            return;
        }
        list_del(&thread->group_link);
        list_add_tail(&group->threads, &thread->group_link);
        thread_attend(thread, ATTENTION_KILL);
    }
}

void process_kill(struct cap_group *group, s64 status)
{
    bool empty;

    spin_lock(&group->lock);
    if (group->state == GROUP_ALIVE) {
        store_release(&group->state, (u32)GROUP_DYING);
        group->status = status;
    }
    tell_threads(group);
    empty = group->thread_count == 0 && group->state == GROUP_DYING;
    spin_unlock(&group->lock);
    if (empty && object_get_live(&group->obj)) {
        cap_group_teardown(group);
    }
}

void process_exit_status(struct cap_group *group, s64 status)
{
    spin_lock(&group->lock);
    if (group->state == GROUP_ALIVE) {
        group->status = status; /* each thread's replaces that of the one before */
    }
    spin_unlock(&group->lock);
}

void process_thread_ended(struct thread *thread)
{
    struct cap_group *group = thread->group;
    bool last;

    thread->state = THREAD_STATE_DEAD;
    spin_lock(&group->lock);
    list_del(&thread->group_link);
    group->cpu_ticks += thread->own_sc.used;
    last = --group->thread_count == 0;
    if (last) {
        store_release(&group->state, (u32)GROUP_DYING);
    } else if (group->state == GROUP_DYING) {
        tell_threads(group);
    }
    spin_unlock(&group->lock);
    if (last) {
        object_get(&group->obj); /* the thread still holds one */
        cap_group_teardown(group);
    }
    object_put(&thread->obj);
}

/* pc and the return addresses on the thread's stack, by its frame records (AAPCS64 6.4.6); how
 * many. What is not mapped, unaligned or not further up ends it. */
static u32 backtrace(const struct thread *thread, u64 pc[BACKTRACE_MAX])
{
    vaddr_t fp = thread->frame.x[29];
    u32 n = 0;

    pc[n++] = thread->frame.pc;
    while (n < BACKTRACE_MAX && fp != 0 && (fp & 7) == 0) {
        u64 record[2]; /* the caller's record, the return address */

        if (copy_from_user(record, (const void __user *)fp, sizeof(record)) != 0 ||
            record[1] == 0) {
            break;
        }
        pc[n++] = record[1];
        if (record[0] <= fp) {
            break;
        }
        fp = record[0];
    }
    return n;
}

void process_fault(struct thread *thread, s64 status, u64 esr, u64 address)
{
    struct cap_group *group = thread->group;
    u64 pc[BACKTRACE_MAX];
    u32 n = backtrace(thread, pc);

    spin_lock(&group->lock);
    if (group->state == GROUP_ALIVE) {
        memcpy(group->backtrace, pc, n * sizeof(pc[0]));
        group->backtrace_count = n;
        group->fault_address = address;
        group->fault_pc = thread->frame.pc;
        group->fault_esr = esr;
    }
    spin_unlock(&group->lock);
    process_kill(group, status);
    thread_exit();
}

/* ---- the end of a group ---- */

void cap_group_belongs(struct cap_group *group, struct cap_group *maker)
{
    object_get(&maker->obj);
    group->maker = maker;
    spin_lock(&maker->lock);
    list_add_tail(&maker->made, &group->made_link);
    spin_unlock(&maker->lock);
}

/* End the groups that this one made; true when none is left. */
static bool end_made(struct cap_group *group, unsigned *budget)
{
    while (*budget > 0) {
        struct cap_group *made;

        spin_lock(&group->lock);
        if (list_empty(&group->made)) {
            spin_unlock(&group->lock);
            return true;
        }
        made = list_first(&group->made, struct cap_group, made_link);
        list_del(&made->made_link);
        if (object_get_live(&made->obj)) {
            made->maker = NULL;
        } else {
            made = NULL; /* on its way to the reaper, with its reference to us */
        }
        spin_unlock(&group->lock);
        (*budget)--;
        if (made != NULL) {
            process_kill(made, group->status);
            object_put(&made->obj);
            object_put(&group->obj); /* the teardown holds one more */
        }
    }
    return false;
}

/* The group is being destroyed: its maker forgets it. */
static void leave_maker(struct cap_group *group)
{
    struct cap_group *maker = group->maker;

    if (maker == NULL) {
        return;
    }
    spin_lock(&maker->lock);
    list_del(&group->made_link);
    spin_unlock(&maker->lock);
    group->maker = NULL;
    object_put(&maker->obj);
}

/* The reaper's turns: end what it made, drop the capabilities, a slice a turn, then tell who waits
 * for the end. */
static bool teardown_turn(struct reap_item *item, unsigned *budget)
{
    struct cap_group *group = container_of(item, struct cap_group, teardown);
    struct object *notify;

    if (!end_made(group, budget)) {
        return false;
    }
    while (*budget > 0) {
        group->teardown_slot = cap_next_used(group, group->teardown_slot);
        if (group->teardown_slot == CAP_SLOTS) {
            break;
        }
        cap_drop_slot(group, group->teardown_slot);
        group->teardown_slot++;
        (*budget)--;
    }
    if (group->teardown_slot < CAP_SLOTS) {
        return false;
    }
    if (group->vmspace != NULL) {
        struct vmspace *vmspace = group->vmspace;

        /* Its memory is free before anybody learns of the end, unless others have the space, too.
         */
        if (load_relaxed(&vmspace_object(vmspace)->refs) == 1 && !vmspace_clear(vmspace, budget)) {
            return false;
        }
        /* Before the reference goes: others look without a lock. */
        store_release(&group->vmspace, NULL);
        object_put(vmspace_object(vmspace));
    }
    if (group->charge != group->obj.account) {
        account_close(group->charge);
    }
    spin_lock(&group->lock);
    store_release(&group->state, (u32)GROUP_DEAD);
    notify = group->exit_notify;
    group->exit_notify = NULL;
    spin_unlock(&group->lock);
    if (notify != NULL) {
        notification_signal(container_of(notify, struct notification, obj), group->exit_bits);
        object_put(notify);
    }
    object_put(&group->obj);
    return true;
}

void cap_group_teardown(struct cap_group *group)
{
    bool first;

    spin_lock(&group->lock);
    first = !group->obj.dead;
    group->obj.dead = true;
    spin_unlock(&group->lock);
    if (first) {
        group->teardown.turn = teardown_turn; /* puts the reference at its end */
        reap_add(&group->teardown);
    } else {
        object_put(&group->obj);
    }
}

/* The last capability to a group went. One that still has threads cannot get here: they hold it. */
static void group_last_put(struct object *obj)
{
    struct cap_group *group = container_of(obj, struct cap_group, obj);

    if (!obj->dead) {
        /* It never had a thread, and nobody can reach it. The teardown gets a reference to put:
         * then we come here again. */
        store_relaxed(&obj->refs, 1U);
        spin_lock(&group->lock);
        store_release(&group->state, (u32)GROUP_DYING);
        spin_unlock(&group->lock);
        cap_group_teardown(group);
    } else {
        object_reap_later(obj);
    }
}

static bool group_destroy(struct object *obj, unsigned *budget)
{
    struct cap_group *group = container_of(obj, struct cap_group, obj);

    leave_maker(group);
    for (u32 d = 0; d < ROOT_DIRS; d++) {
        struct cap_chunk *dir = group->root[d];

        if (dir == NULL) {
            continue;
        }
        for (u32 c = 0; c < DIR_CHUNKS; c++) {
            if (dir[c].slots == NULL) {
                continue;
            }
            if (*budget == 0) {
                return false;
            }
            (*budget)--;
            page_free(virt_to_page(dir[c].slots), 0);
            dir[c].slots = NULL;
            account_uncharge(group->charge, 1, 0);
        }
        page_free(virt_to_page(dir), 0);
        group->root[d] = NULL;
        account_uncharge(group->charge, 1, 0);
    }
    account_put(group->charge);
    return true;
}

static void group_release(struct object *obj)
{
    kmem_free(&group_cache, container_of(obj, struct cap_group, obj));
}

void cap_group_init_types(void)
{
    static const struct object_ops ops = {
        .name = "cap_group",
        .destroy = group_destroy,
        .release = group_release,
        .last_put = group_last_put,
    };

    object_type_register(OBJ_CAP_GROUP, &ops);
}

int cap_group_create(const struct cap_group_args *args, struct account *payer,
                     struct account *charge, struct vmspace *vmspace, struct cap_group **out)
{
    struct cap_group *group;
    int err = -ENOMEM;

    if (vmspace != NULL && !object_get_live(vmspace_object(vmspace))) {
        return -EBADF;
    }
    group = kmem_zalloc(&group_cache);
    if (group == NULL) {
        goto out_vmspace;
    }
    err = object_init(&group->obj, OBJ_CAP_GROUP, payer);
    if (err != 0) {
        goto out_free;
    }
    group->charge = charge;
    account_get(charge);
    spin_init(&group->lock, LOCK_CAP_GROUP);
    list_init(&group->threads);
    list_init(&group->made);
    list_init(&group->made_link);
    group->next_cap = CAP_NOFILE;
    group->state = GROUP_ALIVE;
    group->principal = args->principal;
    group->vmspace = vmspace;
    strlcpy_printable(group->name, args->name, sizeof(group->name));
    *out = group;
    return 0;

out_free:
    kmem_free(&group_cache, group);
out_vmspace:
    if (vmspace != NULL) {
        object_put(vmspace_object(vmspace));
    }
    return err;
}

/* ---- upcalls ---- */

void process_deliver_upcall(struct thread *thread)
{
    u64 bits = load_acquire(&thread->upcalls_pending) & ~load_relaxed(&thread->upcalls_masked);
    struct upcall_frame frame;
    vaddr_t at;
    s64 ret;

    thread->in_syscall = false;
    isb(); /* the switch to its address space takes effect for the copy below */
    (void)fetch_and(&thread->attention, ~(u32)ATTENTION_UPCALL);
    if (bits == 0 || thread->group->upcall_entry == 0) {
        return;
    }
    memcpy(frame.x, thread->frame.x, sizeof(frame.x));
    frame.sp = thread->frame.sp;
    frame.pc = thread->frame.pc;
    frame.pstate = thread->frame.pstate;
    frame.mask = thread->upcalls_masked;
    frame.reserved = 0;
    at = ALIGN_DOWN(thread->frame.sp, 16) - sizeof(frame);
    ret = user_copy_out(thread, at, &frame, sizeof(frame));
    if (ret == -RESTART || ret == -SWITCHED) {
        (void)fetch_or(&thread->attention, (u32)ATTENTION_UPCALL);
        thread_return();
    }
    if (ret != 0) {
        process_fault(thread, -EFAULT, 0, at); /* no stack to deliver on: as SIGSEGV */
    }
    (void)fetch_and(&thread->upcalls_pending, ~bits);
    store_relaxed(&thread->upcalls_masked, ~UINT64_C(0)); /* until the handler says otherwise */
    thread->frame.x[0] = bits;
    thread->frame.x[1] = at;
    thread->frame.sp = at;
    thread->frame.pc = thread->group->upcall_entry;
}
