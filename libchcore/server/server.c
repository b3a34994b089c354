/* SPDX-License-Identifier: MIT */
/* The server skeleton (chcore/server.h): handlers, dispatch, drop notices, threads. */
#include <chcore/print.h>
#include <chcore/server.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>
#include <proto/message.h>

#include "internal.h"

_Static_assert(SYS_ipc_return == 2, "entry.S");

#define DROP_BATCH 32u

static cap_t the_server = CAP_NONE;
static const struct server_ops *the_ops;

cap_t server_handle(void)
{
    return the_server;
}

uint64_t server_now(void)
{
    uint64_t ticks;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}

deadline_t server_deadline_ms(uint64_t ms)
{
    uint64_t frequency;

    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    return server_now() + frequency / 1000 * ms;
}

/* Capabilities of a request and of its reply. */

long server_mint(uint64_t badge, uint32_t rights)
{
    return sys_token_mint(the_server, badge, rights);
}

cap_t server_take_cap(struct server_request *request, unsigned i)
{
    if (i >= request->cap_count) {
        return CAP_NONE;
    }
    cap_t taken = request->cap[i];
    request->cap[i] = CAP_NONE;
    return taken;
}

uint64_t server_cap_badge(const struct server_request *request, unsigned i)
{
    long badge = i < request->cap_count ? sys_token_badge(the_server, request->cap[i]) : 0;

    return badge > 0 ? (uint64_t)badge : 0;
}

static void send(struct server_request *request, uint64_t handle, uint32_t rights, uint32_t flags)
{
    ASSERT(request->send.count < IPC_MAX_CAPS);
    request->send.cap[request->send.count++] =
        (struct ipc_cap){.handle = handle, .rights = rights, .flags = flags};
}

void server_send_token(struct server_request *request, uint64_t badge, uint32_t rights)
{
    send(request, badge, rights, IPC_CAP_MINT);
}

void server_send_cap(struct server_request *request, cap_t handle, uint32_t rights)
{
    send(request, handle, rights, 0);
}

void server_move_cap(struct server_request *request, cap_t handle, uint32_t rights)
{
    send(request, handle, rights, IPC_CAP_MOVE);
}

static void drop_received(struct server_request *request)
{
    for (unsigned i = 0; i < request->cap_count; i++) {
        if (request->cap[i] != CAP_NONE) {
            sys_cap_drop(CAP_SELF, request->cap[i]);
        }
    }
}

struct ipc_caps *server_dispatch(struct server_request *request)
{
    uint64_t head = request->w[0];
    uint32_t slot = msg_slot(head);

    request->send.count = 0;
    if (request->cap_count > IPC_MAX_CAPS) {
        request->cap_count = 0;
    }
    if (msg_method(head) == MSG_CONNECT) {
        request->w[0] = (uint64_t)buffer_connect(request);
    } else {
        void *buffer = slot == MSG_NO_SLOT ? NULL : buffer_slot(request->connection, slot);

        request->w[0] = (uint64_t)the_ops->call(request, buffer);
    }
    if (request->cap_count > 0) {
        drop_received(request);
    }
    return request->send.count > 0 ? &request->send : NULL;
}

/*
 * The reply could not be delivered as it is: the client has no slot left, or what it asked for is
 * gone. It gets the error alone, and what would have been moved goes. A second refusal means
 * that there is no caller: this thread is no handler.
 */
struct ipc_caps *server_return_refused(struct server_request *request, long error)
{
    if (request->send.count == 0) {
        panic("server: reply without a caller: %ld\n", error);
    }
    for (uint32_t i = 0; i < request->send.count; i++) {
        const struct ipc_cap *cap = &request->send.cap[i];

        if (cap->flags & IPC_CAP_MOVE) {
            sys_cap_drop(CAP_SELF, cap->handle);
        } else if ((cap->flags & IPC_CAP_MINT) && the_ops->dropped &&
                   sys_token_held(the_server, cap->handle) == 0) {
            the_ops->dropped(cap->handle, DROP_TOKEN); /* no token was made: no drop will tell */
        }
    }
    request->send.count = 0;
    memset(request->w, 0, sizeof(request->w));
    request->w[0] = (uint64_t)error;
    return NULL;
}

/* Stacks. Each has a guard page below it and the thread's block at its top. */

#define STACK_STRIDE (SERVER_STACK_SIZE + VM_PAGE_SIZE)

/* -> address of the lowest byte of n stacks with their guards, or -errno. */
static long stacks_map(unsigned n)
{
    long pmo = sys_pmo_create(n * STACK_STRIDE, PMO_ANON, 0, 0);

    if (pmo < 0) {
        return pmo;
    }
    long base = sys_vm_map(CAP_VMSPACE, (cap_t)pmo, 0, n * STACK_STRIDE, 0, VM_READ | VM_WRITE);
    sys_cap_drop(CAP_SELF, (cap_t)pmo);
    if (base < 0) {
        return base;
    }
    for (unsigned i = 0; i < n; i++) {
        long error = sys_vm_unmap(CAP_VMSPACE, (uint64_t)base + i * STACK_STRIDE, VM_PAGE_SIZE);

        if (error < 0) {
            sys_vm_unmap(CAP_VMSPACE, (uint64_t)base, n * STACK_STRIDE);
            return error;
        }
    }
    return base;
}

/* The block at the top of stack i. Writing it makes the stack's first page present. */
static struct chcore_thread *thread_block(uint64_t base, unsigned i)
{
    uint64_t top = base + (i + 1) * STACK_STRIDE;
    struct chcore_thread *block = (struct chcore_thread *)top - 1;

    block->self = block;
    block->start = chcore_start_info();
    block->pid = chcore_self()->pid;
    return block;
}

static void make_handlers(unsigned handlers)
{
    long base = stacks_map(handlers);

    if (base < 0) {
        panic("server: no memory for %u stacks: %ld\n", handlers, base);
    }
    for (unsigned i = 0; i < handlers; i++) {
        struct chcore_thread *block = thread_block((uint64_t)base, i);
        struct handler_args args = {
            .entry = (uint64_t)(uintptr_t)server_entry,
            .stack = (uint64_t)(uintptr_t)block,
            .tpidrro = (uint64_t)(uintptr_t)block,
        };
        long handle = sys_handler_create(the_server, &args);

        if (handle < 0) {
            panic("server: handler %u: %ld\n", i, handle);
        }
        block->handle = (cap_t)handle;
    }
}

/* Lies on the new thread's own stack. */
struct thread_start {
    void (*run)(void *);
    void *arg;
};

_Noreturn void server_thread_main(struct thread_start *start)
{
    start->run(start->arg);
    sys_thread_exit(0, 0, NULL, 0);
}

long server_thread_start(const char *name, void (*run)(void *), void *arg)
{
    long base = stacks_map(1);

    if (base < 0) {
        return base;
    }
    struct chcore_thread *block = thread_block((uint64_t)base, 0);
    struct thread_start *start = (struct thread_start *)block - 1;
    *start = (struct thread_start){.run = run, .arg = arg};
    struct thread_args args = {
        .group = CAP_SELF,
        .entry = (uint64_t)(uintptr_t)server_thread_entry,
        .stack = (uint64_t)(uintptr_t)start,
        .arg = (uint64_t)(uintptr_t)start,
        .tpidrro = (uint64_t)(uintptr_t)block,
        .priority = PRIORITY_DEFAULT,
        .cpu = CPU_ANY,
    };
    long handle = sys_thread_create(&args);
    if (handle < 0) {
        sys_vm_unmap(CAP_VMSPACE, (uint64_t)base, STACK_STRIDE);
        return handle;
    }
    sys_thread_control((cap_t)handle, THREAD_SET_NAME, (uint64_t)(uintptr_t)name);
    return 0;
}

static void handle_drops(void)
{
    struct drop_record record[DROP_BATCH] = {0};
    long n;

    while ((n = sys_server_dropped(the_server, record, DROP_BATCH)) > 0) {
        for (long i = 0; i < n; i++) {
            if (record[i].kind == DROP_CONNECTION) {
                buffer_forget(record[i].badge);
            }
            if (the_ops->dropped) {
                the_ops->dropped(record[i].badge, record[i].kind);
            }
        }
    }
}

_Noreturn void server_run_as(cap_t server, cap_t drop_notification, const struct server_ops *ops,
                             unsigned handlers)
{
    the_server = server;
    the_ops = ops;
    make_handlers(handlers);
    long error = sys_server_serve(server, 1);
    if (error < 0) {
        panic("server: serve: %ld\n", error);
    }
    for (;;) {
        handle_drops();
        sys_wait(drop_notification, 1, DEADLINE_NONE);
    }
}

_Noreturn void server_run(const struct server_ops *ops, unsigned handlers)
{
    const struct start_info *start = chcore_start_info();

    server_run_as(start->server, start->arg[3], ops, handlers);
}
