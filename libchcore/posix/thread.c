/* SPDX-License-Identifier: MIT */
/*
 * Threads of the process. A thread's block is made before it and goes back to a list when it ends;
 * its id is the pid with the thread's number above it, unique in the system while pids are below
 * 65536.
 */
#include "state.h"
#include <chcore/posix.h>

#define THREADS_MAX 16383u /* 14 bits: libc uses the two bits above as flags in its locks */
#define TID_SHIFT   16

static uint32_t tid_of(uint32_t pid, uint32_t number)
{
    return (pid & 0xffff) | number << TID_SHIFT;
}

static bool tid_in_use(uint32_t tid)
{
    for (const struct chcore_thread *t = px.threads; t; t = t->next) {
        if (t->tid == tid) {
            return true;
        }
    }
    return false;
}

/* An id that no living thread has; 0 when all are taken. px.thread_lock is held. */
static uint32_t new_tid(uint32_t pid)
{
    for (uint32_t tries = 0; tries < THREADS_MAX; tries++) {
        px.last_thread = px.last_thread % THREADS_MAX + 1;
        uint32_t tid = tid_of(pid, px.last_thread);
        if (!tid_in_use(tid)) {
            return tid;
        }
    }
    return 0;
}

/* Another page of blocks. px.thread_lock is held. */
static long add_blocks(void)
{
    long page = sys_vm_map(CAP_VMSPACE, CAP_NONE, 0, VM_PAGE_SIZE, 0, VM_READ | VM_WRITE);

    if (page < 0) {
        return page;
    }
    struct chcore_thread *blocks = (struct chcore_thread *)page;
    for (size_t i = 0; i < VM_PAGE_SIZE / sizeof(*blocks); i++) {
        blocks[i].next = px.free_threads;
        px.free_threads = &blocks[i];
    }
    return 0;
}

/* A block with an id, on the list of living threads. */
static long block_create(struct chcore_thread **created)
{
    const struct chcore_thread *parent = chcore_self();
    long result = 0;

    mutex_lock(&px.thread_lock);
    if (!px.free_threads) {
        result = add_blocks();
    }
    uint32_t tid = result < 0 ? 0 : new_tid(parent->pid);
    if (tid != 0) {
        struct chcore_thread *block = px.free_threads;
        px.free_threads = block->next;
        *block = (struct chcore_thread){
            .self = block,
            .start = parent->start,
            .tid = tid,
            .pid = parent->pid,
            .signal_mask = parent->signal_mask,
            .next = px.threads,
        };
        px.threads = block;
        *created = block;
    } else if (result == 0) {
        result = -EAGAIN;
    }
    mutex_unlock(&px.thread_lock);
    return result;
}

/* The first thread's block is not ours and on no list. */
static void block_destroy(struct chcore_thread *block)
{
    struct chcore_thread **link = &px.threads;

    mutex_lock(&px.thread_lock);
    while (*link && *link != block) {
        link = &(*link)->next;
    }
    if (*link) {
        *link = block->next;
        block->next = px.free_threads;
        px.free_threads = block;
    }
    mutex_unlock(&px.thread_lock);
}

_Noreturn static void thread_start(struct chcore_thread *self)
{
    px_open_upcalls();
    px_exit(self->start_function(self->start_argument));
}

/* NOLINTNEXTLINE(readability-function-size): libc's clone has seven arguments */
long chcore_clone(int (*fn)(void *), void *stack, int flags, void *arg, int *parent_tid, void *tls,
                  int *child_tid)
{
    struct chcore_thread *block;

    if (!(flags & LX_CLONE_VM) || !(flags & LX_CLONE_THREAD)) {
        return -ENOSYS;
    }
    px_open_upcalls();
    long result = block_create(&block);
    if (result != 0) {
        return result;
    }
    uint32_t tid = block->tid;
    block->start_function = fn;
    block->start_argument = arg;
    block->clear_tid = flags & LX_CLONE_CHILD_CLEARTID ? (uint32_t *)child_tid : NULL;
    struct thread_args args = {
        .group = CAP_SELF,
        .entry = (uintptr_t)thread_start,
        .stack = (uintptr_t)stack & ~15ul,
        .arg = (uintptr_t)block,
        .tpidr = flags & LX_CLONE_SETTLS ? (uintptr_t)tls : 0,
        .tpidrro = (uintptr_t)block,
        .priority = PRIORITY_DEFAULT,
        .cpu = CPU_ANY,
        .flags =
            THREAD_SUSPENDED, /* it drops its own handle, so it must not run before it has it */
    };
    result = sys_thread_create(&args);
    if (result < 0) {
        block_destroy(block);
        return result;
    }
    block->handle = (cap_t)result;
    if (flags & LX_CLONE_PARENT_SETTID) {
        *parent_tid = (int)tid;
    }
    sys_thread_control((cap_t)result, THREAD_RESUME, 0);
    return tid;
}

/* End the calling thread. Once its block is on the free list it is another's, and not looked at. */
_Noreturn static void thread_end(uint64_t unmap, size_t length, int code)
{
    struct chcore_thread *self = chcore_self();
    uint32_t *clear_tid = self->clear_tid;

    if (self->handle) {
        sys_cap_drop(CAP_SELF, self->handle);
    }
    block_destroy(self);
    sys_thread_exit(unmap, length, clear_tid, PROC_EXIT_STATUS(code));
}

long px_exit(int code)
{
    thread_end(0, 0, code);
}

void chcore_unmap_self(void *base, size_t size)
{
    thread_end((uintptr_t)base, size, 0);
}

long px_set_tid_address(uint32_t *address)
{
    chcore_self()->clear_tid = address;
    return chcore_self()->tid;
}

long px_gettid(void)
{
    return chcore_self()->tid;
}

long px_sched_yield(void)
{
    return sys_yield();
}
