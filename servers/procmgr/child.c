/* SPDX-License-Identifier: MIT */
/* Building a process (child.h). */
#include "child.h"

#include <chcore/string.h>
#include <chcore/syscall.h>

/* The last component: what ps shows. */
static void name_after(const char *path, char name[TASK_NAME_MAX])
{
    const char *slash = strrchr(path, '/');

    strlcpy(name, slash ? slash + 1 : path, TASK_NAME_MAX);
}

static uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

/* For stack protectors: unlike from run to run where the counter is; not a secret. */
static void fill_random(uint8_t out[16], uint64_t principal)
{
    uint64_t word[2] = {mix(server_now()), mix(server_now() ^ mix(principal))};

    memcpy(out, word, 16);
}

long child_begin(struct child *child)
{
    struct process *process = child->process;
    struct cap_group_args args = {
        .principal = process->principal,
        .exit_notify = machine.exit_notification,
        .exit_bits = 1ull << (process->pid % 64),
    };

    child->vmspace = child->group = CAP_NONE;
    long result = sys_vmspace_create();
    if (result < 0) {
        return result;
    }
    child->vmspace = args.vmspace = (cap_t)result;
    name_after(child->stack.execfn, args.name);
    memcpy(process->name, args.name, sizeof(args.name));
    result = sys_cap_group_create(&args, sizeof(args));
    if (result < 0) {
        return result;
    }
    child->group = (cap_t)result;
    return 0;
}

long child_give(const struct child *child, cap_t handle, uint32_t rights, uint32_t flags)
{
    return sys_cap_copy(CAP_SELF, handle, child->group, CAP_SLOT_ANY, rights, flags);
}

long child_move(const struct child *child, long handle, uint32_t rights)
{
    if (handle < 0) {
        return handle;
    }
    long result = child_give(child, (cap_t)handle, rights, 0);
    sys_cap_drop(CAP_SELF, (cap_t)handle);
    return result;
}

long child_image(struct child *child, const struct image_source *source,
                 const struct elf_image *image)
{
    const struct process *process = child->process;
    struct stack_args *stack = &child->stack;
    uint64_t bias = image->position_independent ? MOVABLE_BASE : 0;
    long result = image_map(child->vmspace, source, image, bias);

    if (result == 0) {
        result = sys_vm_map(child->vmspace, machine.time_pmo, TIME_PAGE, VM_PAGE_SIZE, 0,
                            VM_READ | VM_FIXED);
    }
    if (result < 0) {
        return result;
    }
    stack->pid = process->pid;
    stack->uid = process->ids.uid;
    stack->gid = process->ids.gid;
    stack->euid = process->ids.euid;
    stack->egid = process->ids.egid;
    stack->entry = image->entry + bias;
    stack->phdr = image->phdr_address ? image->phdr_address + bias : 0;
    stack->phnum = image->phdr_count;
    stack->start.version = 1;
    stack->start.time_page = TIME_PAGE;
    fill_random(stack->random, process->principal);
    child->thread = (struct thread_args){
        .group = child->group,
        .entry = stack->entry,
        .tpidrro = stack_thread_block(STACK_TOP),
        .priority = PRIORITY_DEFAULT,
        .cpu = CPU_ANY,
        .flags = THREAD_SUSPENDED,
    };
    return image_stack(child->vmspace, stack, &child->thread.stack);
}

/* From here on it is a process like any other. */
static long start(struct child *child)
{
    struct process *process = child->process;
    long thread = sys_thread_create(&child->thread);

    if (thread < 0) {
        return thread;
    }
    mutex_lock(&processes.lock);
    process->cap_group = child->group;
    process->thread = (cap_t)thread;
    process->state = ALIVE;
    sys_thread_control((cap_t)thread, THREAD_RESUME, 0);
    mutex_unlock(&processes.lock);
    return 0;
}

long child_finish(struct child *child, long result)
{
    if (result == 0) {
        result = start(child);
    }
    if (child->vmspace != CAP_NONE) {
        sys_cap_drop(CAP_SELF, child->vmspace);
    }
    if (result < 0) {
        if (child->group != CAP_NONE) {
            sys_cap_drop(CAP_SELF, child->group); /* ends it with all that it holds */
        }
        process_abandon(child->process);
    }
    return result;
}
