/* SPDX-License-Identifier: MIT */
/* Calls between parties that die, hang, lie or come all at once. */
#include <chcore/ipc.h>

#include "native.h"

enum { HANDLERS_MAX = 4 };

/* What a handler is asked to do: word 0. */
enum op {
    OP_ECHO,  /* answer words 1 to 7, each plus 1 */
    OP_BLOCK, /* wait until `gate` is opened, then answer */
    OP_SPIN,  /* the same without a system call */
    OP_CALL, /* call connection word 1 (of the handler's group) with op word 2, answer the status */
    OP_GIVE, /* answer with the capabilities of `list` */
    OP_EXIT, /* end the handler's thread */
    OP_FAULT, /* touch address 0 */
    OP_TOUCH, /* read the word at address word 1 */
};

static uint32_t gate, inside;
static struct ipc_caps list;
static uint64_t inner_status;

static long handler_reply(uint64_t w0, uint64_t w1, uint64_t caps)
{
    register uint64_t x0 __asm__("x0") = w0;
    register uint64_t x1 __asm__("x1") = w1;
    register uint64_t x8 __asm__("x8") = SYS_ipc_return;
    register uint64_t x12 __asm__("x12") = caps;

    __asm__ volatile("svc #1" : "+r"(x0) : "r"(x1), "r"(x8), "r"(x12) : "memory");
    return (long)x0;
}

static void handler_entry(uint64_t w0, uint64_t w1, uint64_t w2)
{
    long result = 0;
    uint64_t caps = 0;

    switch ((enum op)w0) {
    case OP_ECHO:
        break;
    case OP_BLOCK:
        native_add(&inside);
        (void)native_wait_word(&gate, 1);
        break;
    case OP_SPIN:
        native_add(&inside);
        while (!__atomic_load_n(&gate, __ATOMIC_SEQ_CST)) {
            arch_relax();
        }
        break;
    case OP_CALL: {
        struct ipc_msg msg = {{w2}};

        native_add(&inside);
        result = ipc_call(w1, &msg);
        __atomic_store_n(&inner_status, (uint64_t)result, __ATOMIC_SEQ_CST);
        native_add(&inside);
        break;
    }
    case OP_GIVE:
        caps = (uintptr_t)&list;
        break;
    case OP_EXIT:
        native_exit();
    case OP_FAULT:
        *(volatile uint32_t *)w2 = 0; /* 0 */
        break;
    case OP_TOUCH:
        result = *(volatile uint32_t *)w1;
        break;
    }
    result = handler_reply((uint64_t)result, w1 + 1, caps);
    (void)handler_reply((uint64_t)result, 0, 0);
    __builtin_trap();
}

/* A server that this process serves with so many handlers. */
static cap_t server_here(unsigned handlers)
{
    const long server = sys_server_create(0, CAP_NONE);

    CHECK(server >= 0);
    for (unsigned i = 0; i < handlers; i++) {
        const struct handler_args args = {.entry = (uintptr_t)handler_entry,
                                          .stack = native_stack()};
        const long handler = sys_handler_create((cap_t)server, &args);

        CHECK(handler >= 0);
        native_drop((cap_t)handler);
    }
    gate = 0;
    inside = 0;
    return (cap_t)server;
}

static cap_t connection_to(cap_t server)
{
    const long connection = sys_connection_create(server, 7);

    CHECK(connection >= 0);
    return (cap_t)connection;
}

/* The handlers of this process's servers stay to its end; so tests that count run in groups. */
struct serve_args {
    cap_t server; /* in the serving group */
    unsigned handlers;
    uint64_t stacks[HANDLERS_MAX];
    uint32_t ready;
    long error;
};

/* Serves in its own group, and stays. */
static void serve(uint64_t argument)
{
    struct serve_args *args = (struct serve_args *)argument;

    for (unsigned i = 0; i < args->handlers; i++) {
        const struct handler_args handler = {.entry = (uintptr_t)handler_entry,
                                             .stack = args->stacks[i]};
        const long error = sys_handler_create(args->server, &handler);

        if (error < 0) {
            args->error = error;
        }
    }
    native_set(&args->ready, 1);
    svc1(SYS_sleep_until, DEADLINE_NONE);
    native_exit();
}

/* A group that serves `server`. */
static cap_t server_group(cap_t server, unsigned handlers, cap_t *ended)
{
    static struct serve_args args;
    const cap_t group = native_group(ended);

    args = (struct serve_args){.server = native_give(group, server), .handlers = handlers};
    for (unsigned i = 0; i < handlers; i++) {
        args.stacks[i] = native_stack();
    }
    native_drop(native_thread(group, serve, (uintptr_t)&args));
    CHECK(native_wait_word(&args.ready, 1));
    CHECK_EQ(args.error, 0);
    gate = 0;
    inside = 0;
    return group;
}

/* A call from another thread, or another group. */
struct caller {
    cap_t connection;
    uint64_t words[3];
    uint64_t deadline;
    long status;
    uint64_t answer;
    uint32_t done;
};

static void caller_run(uint64_t argument)
{
    struct caller *caller = (struct caller *)argument;
    struct ipc_msg msg = {{caller->words[0], caller->words[1], caller->words[2]}};

    caller->status = ipc_call_full(caller->connection, caller->deadline, CAP_NONE, 0, &msg, 0);
    caller->answer = msg.w[0];
    native_set(&caller->done, 1);
    native_exit();
}

static void caller_start(struct caller *caller, cap_t group, cap_t connection, enum op op)
{
    *caller = (struct caller){.connection = connection, .words = {op}, .deadline = DEADLINE_NONE};
    native_drop(native_thread(group, caller_run, (uintptr_t)caller));
}

static long call_op(cap_t connection, enum op op, uint64_t deadline)
{
    struct ipc_msg msg = {{op, 41}};
    const long status = ipc_call_full(connection, deadline, CAP_NONE, 0, &msg, 0);

    return status == 0 && op == OP_ECHO && msg.w[1] != 42 ? -EILSEQ : status;
}

TEST(only_a_handler_returns)
{
    CHECK_EQ(handler_reply(0, 0, 0), -EINVAL);
}

TEST(handler_that_spins_is_left_at_the_deadline)
{
    native_start();
    const cap_t connection = connection_to(server_here(1));

    CHECK_EQ(call_op(connection, OP_SPIN, native_ticks_in(30)), -ETIMEDOUT);
    CHECK_EQ(call_op(connection, OP_ECHO, native_ticks_in(30)), -ETIMEDOUT); /* still inside */
    native_set(&gate, 1);
    CHECK_EQ(call_op(connection, OP_ECHO, native_patience()), 0);
}

TEST(handler_that_waits_is_left_at_the_deadline)
{
    native_start();
    const cap_t connection = connection_to(server_here(1));

    CHECK_EQ(call_op(connection, OP_BLOCK, native_ticks_in(30)), -ETIMEDOUT);
    native_set(&gate, 1);
    CHECK_EQ(call_op(connection, OP_ECHO, native_patience()), 0);
}

TEST(deadline_in_the_past_is_a_timeout_or_an_answer)
{
    native_start();
    const cap_t connection = connection_to(server_here(1));

    for (unsigned i = 0; i < 100; i++) {
        const long status = call_op(connection, OP_ECHO, i & 1 ? DEADLINE_POLL : arch_ticks());

        CHECK(status == 0 || status == -ETIMEDOUT);
    }
    CHECK_EQ(call_op(connection, OP_ECHO, DEADLINE_NONE), 0);
}

TEST(client_dies_inside_a_call)
{
    static struct caller caller;
    cap_t ended;

    native_start();
    const cap_t connection = connection_to(server_here(1));

    for (unsigned i = 0; i < 8; i++) {
        const cap_t group = native_group(&ended);

        native_set(&gate, 0);
        native_set(&inside, 0);
        caller_start(&caller, group, native_give(group, connection), i & 1 ? OP_SPIN : OP_BLOCK);
        CHECK(native_wait_word(&inside, 1));
        native_end(group, ended); /* although the handler has not come back */
        native_set(&gate, 1);
        CHECK_EQ(call_op(connection, OP_ECHO, native_patience()), 0);
    }
}

TEST(server_dies_with_callers_inside)
{
    static struct caller spinning, blocked, waiting;
    cap_t ended;

    native_start();
    const cap_t server = (cap_t)sys_server_create(0, CAP_NONE);
    const cap_t connection = connection_to(server);
    const cap_t group = server_group(server, 2, &ended);

    caller_start(&spinning, CAP_SELF, connection, OP_SPIN);
    caller_start(&blocked, CAP_SELF, connection, OP_BLOCK);
    CHECK(native_wait_word(&inside, 2));
    caller_start(&waiting, CAP_SELF, connection, OP_ECHO);
    native_end(group, ended);
    CHECK(native_wait_word(&spinning.done, 1));
    CHECK(native_wait_word(&blocked.done, 1));
    CHECK_EQ(spinning.status, -EPEERDEAD);
    CHECK_EQ(blocked.status, -EPEERDEAD);

    /* Who waits for a handler goes on to wait: for the next process that serves. */
    CHECK_EQ(call_op(connection, OP_ECHO, native_ticks_in(20)), -ETIMEDOUT);
    CHECK_EQ(waiting.done, 0);
    const cap_t next = server_group(server, 1, &ended);
    CHECK(native_wait_word(&waiting.done, 1));
    CHECK_EQ(waiting.status, 0);
    native_end(next, ended);

    /* Given up: nobody waits any more. */
    caller_start(&waiting, CAP_SELF, connection, OP_ECHO);
    CHECK_EQ(sys_server_serve(server, 0), 0);
    CHECK(native_wait_word(&waiting.done, 1));
    CHECK_EQ(waiting.status, -EPEERDEAD);
    CHECK_EQ(call_op(connection, OP_ECHO, DEADLINE_NONE), -EPEERDEAD);
    native_drop(connection);
    native_drop(server);
}

TEST(handler_that_ends_or_faults_cuts_its_caller)
{
    cap_t ended;

    native_start();
    const cap_t server = (cap_t)sys_server_create(0, CAP_NONE);
    const cap_t connection = connection_to(server);
    cap_t group = server_group(server, 2, &ended);

    CHECK_EQ(call_op(connection, OP_EXIT, DEADLINE_NONE), -EPEERDEAD);
    CHECK_EQ(call_op(connection, OP_ECHO, DEADLINE_NONE), 0); /* the other one */
    CHECK_EQ(call_op(connection, OP_FAULT, DEADLINE_NONE), -EPEERDEAD);
    CHECK_EQ(svc3(SYS_wait, ended, 1, native_patience()), 1); /* a fault ends the group */
    native_drop(group);
    native_drop(ended);
    group = server_group(server, 1, &ended);
    CHECK_EQ(call_op(connection, OP_ECHO, native_patience()), 0);
    native_end(group, ended);
    native_drop(connection);
    native_drop(server);
}

/* This process -> middle -> inner; the middle one dies while the inner one works. */
TEST(middle_of_a_chain_dies)
{
    static struct caller caller;
    cap_t ended;

    native_start();
    const cap_t inner = connection_to(server_here(1));
    const cap_t server = (cap_t)sys_server_create(0, CAP_NONE);
    const cap_t connection = connection_to(server);

    for (unsigned i = 0; i < 8; i++) {
        const cap_t group = server_group(server, 1, &ended);
        const enum op op = i & 1 ? OP_SPIN : OP_BLOCK;

        caller = (struct caller){.connection = connection,
                                 .words = {OP_CALL, native_give(group, inner), op},
                                 .deadline = DEADLINE_NONE};
        native_drop(native_thread(CAP_SELF, caller_run, (uintptr_t)&caller));
        CHECK(native_wait_word(&inside, 2)); /* middle and inner */
        native_end(group, ended);
        CHECK(native_wait_word(&caller.done, 1));
        CHECK_EQ(caller.status, -EPEERDEAD);
        native_set(&gate, 1);
        CHECK_EQ(call_op(inner, OP_ECHO, native_patience()), 0);
    }
    native_drop(connection);
    native_drop(server);
}

static long nested_call(cap_t connection, cap_t inner, enum op op, uint64_t deadline)
{
    struct ipc_msg msg = {{OP_CALL, inner, op}};

    return ipc_call_full(connection, deadline, CAP_NONE, 0, &msg, 0);
}

TEST(deadline_goes_with_the_chain)
{
    native_start();
    const cap_t inner = connection_to(server_here(1));
    const cap_t connection = connection_to(server_here(1));

    CHECK_EQ(nested_call(connection, inner, OP_BLOCK, native_ticks_in(30)), -ETIMEDOUT);
    native_set(&gate, 1);
    CHECK_EQ(nested_call(connection, inner, OP_ECHO, native_patience()), 0);
    native_set(&gate, 0);
    CHECK_EQ(nested_call(connection, inner, OP_SPIN, native_ticks_in(30)), -ETIMEDOUT);
    native_set(&gate, 1);
    CHECK_EQ(nested_call(connection, inner, OP_ECHO, native_patience()), 0);
}

/* The handler waits for a handler that never comes, without a deadline of its own. */
TEST(deadline_goes_with_a_chain_that_waits_for_a_handler)
{
    native_start();
    const cap_t nobody = connection_to((cap_t)sys_server_create(0, CAP_NONE));
    const cap_t connection = connection_to(server_here(1));

    CHECK_EQ(nested_call(connection, nobody, OP_ECHO, native_ticks_in(30)), -ETIMEDOUT);
    CHECK(native_wait_word(&inside, 2)); /* the handler itself goes on, too */
    CHECK_EQ(call_op(connection, OP_ECHO, native_patience()), 0);
}

/* The same with a page fault: the memory's pager never comes. */
TEST(deadline_goes_with_a_chain_that_waits_for_a_pager)
{
    native_start();
    const cap_t pager = (cap_t)sys_server_create(0, CAP_NONE);
    const long pmo = sys_pmo_create_by(4096, PMO_PAGER, 0, pager, 1);
    const long at = sys_vm_map(CAP_VMSPACE, (cap_t)pmo, 0, 4096, 0, VM_READ);
    const cap_t connection = connection_to(server_here(1));
    struct ipc_msg msg = {{OP_TOUCH, (uint64_t)at}};

    CHECK(pmo >= 0);
    CHECK(at > 0);
    CHECK_EQ(ipc_call_full(connection, native_ticks_in(30), CAP_NONE, 0, &msg, 0), -ETIMEDOUT);
}

TEST(calls_nest_so_deep_and_no_deeper)
{
    native_start();
    const cap_t server = server_here(20);
    const cap_t connection = connection_to(server);

    inner_status = 0;
    CHECK_EQ(nested_call(connection, connection, OP_CALL, native_patience()), 0);
}

TEST(capabilities_travel_all_or_none)
{
    native_start();
    const cap_t connection = connection_to(server_here(1));
    const cap_t a = (cap_t)sys_notification_create(), b = (cap_t)sys_notification_create();
    struct ipc_caps receive = {.recv_flags = IPC_RECV};
    struct ipc_received got;
    struct system_info before, after;
    struct ipc_msg msg;

    /* Sent to the server: the second one is stale, so the first one stays where it was. */
    struct ipc_caps send = {.count = 2, .cap = {{a, RIGHT_ALL, IPC_CAP_MOVE}, {b, RIGHT_ALL, 0}}};
    native_drop(b);
    msg = (struct ipc_msg){{OP_ECHO}};
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, &send, &msg, 0), -EBADF);
    CHECK_EQ(svc2(SYS_signal, a, 1), 0);
    send.count = 5;
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, &send, &msg, 0), -EINVAL);
    send.count = 1;
    send.cap[0].flags = IPC_CAP_MINT;
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, &send, &msg, 0), -EINVAL);
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, (void *)8, &msg, 0), -EFAULT);
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, a, 0, &msg, 0), -EBADTYPE);

    /* A reply that names a stale one carries none; the handler is told, and answers without. */
    CHECK_EQ(chcore_system_info(&before), 0);
    list = (struct ipc_caps){.count = 2, .cap = {{99, RIGHT_ALL, IPC_CAP_MINT}, {b, RIGHT_ALL, 0}}};
    msg = (struct ipc_msg){{OP_GIVE}};
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, &receive, &msg, &got), 0);
    CHECK_EQ((long)msg.w[0], -EBADF);
    for (unsigned i = 0; i < IPC_MAX_CAPS; i++) {
        CHECK_EQ(got.cap[i], CAP_NONE);
    }

    /* Four of the same, received, and dropped; then not asked for, and so not given. */
    list = (struct ipc_caps){.count = 4};
    for (unsigned i = 0; i < 4; i++) {
        list.cap[i] = (struct ipc_cap){a, RIGHT_SIGNAL, 0};
    }
    msg = (struct ipc_msg){{OP_GIVE}};
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, &receive, &msg, &got), 0);
    for (unsigned i = 0; i < IPC_MAX_CAPS; i++) {
        CHECK_EQ(svc3(SYS_wait, got.cap[i], 1, DEADLINE_POLL), -ENORIGHT); /* rights only shrink */
        native_drop(got.cap[i]);
    }
    msg = (struct ipc_msg){{OP_GIVE}};
    CHECK_EQ(ipc_call_full(connection, DEADLINE_NONE, CAP_NONE, 0, &msg, &got), 0);
    CHECK_EQ(got.cap[0], CAP_NONE);
    CHECK_EQ(chcore_system_info(&after), 0);
    CHECK(after.objects <=
          before.objects + 1); /* the minted token waits to be taken by its server */
    native_drop(a);
}

/* ---- many at once ---- */

enum { CLIENTS = 64, CALLS = 3 };
static cap_t crowd_connection;
static uint32_t crowd_done, crowd_wrong;

static void crowd_client(uint64_t seed)
{
    for (unsigned i = 0; i < CALLS; i++) {
        const uint64_t deadline = (seed + i) % 7 ? DEADLINE_NONE : native_ticks_in(1);
        const long status = call_op(crowd_connection, OP_ECHO, deadline);

        if (status != 0 && !(status == -ETIMEDOUT && deadline != DEADLINE_NONE)) {
            native_add(&crowd_wrong);
        }
        if (seed & 1) {
            svc0(SYS_yield);
        }
    }
    native_add(&crowd_done);
    native_exit();
}

TEST(crowd_of_clients_shares_two_handlers)
{
    native_start();
    crowd_connection = connection_to(server_here(2));
    crowd_done = crowd_wrong = 0;
    for (unsigned i = 0; i < CLIENTS; i++) {
        native_drop(native_thread(CAP_SELF, crowd_client, i));
    }
    CHECK(native_wait_word(&crowd_done, CLIENTS));
    CHECK_EQ(crowd_wrong, 0);
}

/* Clients that are killed at any point of a call leave the handlers to the others. */
TEST(crowd_of_clients_dies)
{
    native_start();
    crowd_connection = connection_to(server_here(2));
    for (unsigned round = 0; round < 20; round++) {
        const cap_t outer = crowd_connection;
        cap_t ended;
        const cap_t group = native_group(&ended);

        native_stacks_used = 8;
        crowd_done = crowd_wrong = 0;
        crowd_connection = native_give(group, outer);
        native_drop(native_thread(group, native_idle, 0)); /* the group lives till it is killed */
        for (unsigned i = 0; i < 8; i++) {
            native_drop(native_thread(group, crowd_client, i));
        }
        for (unsigned i = 0; i < round; i++) {
            svc0(SYS_yield);
        }
        native_end(group, ended);
        crowd_connection = outer;
        CHECK_EQ(call_op(outer, OP_ECHO, native_patience()), 0);
    }
}

/* ---- registers ---- */

struct registers {
    uint64_t x[31];
    uint64_t reserved;
    unsigned __int128 v[32];
};
struct registers client_saw, handler_saw; /* after the call; at the entry */

/* All registers are filled with values of one's own (x and d: 0xc11e0000 + n, 0x5ec20000 + n),
 * x0 to x7 with 0x5000 + n and 0x6000 + n, and what is seen afterwards is stored. */
long registers_call(uint64_t connection);
void registers_handler(void);
__asm__(
    ".macro fill base, first\n"
    "   mov w9, \\base << 16\n"
    "   .irp n, "
    "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "   add w10, w9, \\n\n"
    "   fmov d\\n, x10\n"
    "   .endr\n"
    "   .irp n, 13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n"
    "   add w\\n, w9, \\n\n"
    "   .endr\n"
    "   .irp n, 0,1,2,3,4,5,6,7\n"
    "   mov x\\n, \\first + \\n\n"
    "   .endr\n"
    ".endm\n"
    ".macro keep where\n"
    "   stp x0, x1, [sp, #-16]!\n"
    "   adrp x1, \\where\n"
    "   add x1, x1, :lo12:\\where\n"
    "   .irp n, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30\n"
    "   str x\\n, [x1, #8 * \\n]\n"
    "   .endr\n"
    "   add x0, x1, #256\n"
    "   .irp n, "
    "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "   str q\\n, [x0, #16 * \\n]\n"
    "   .endr\n"
    "   ldp x2, x3, [sp], #16\n"
    "   stp x2, x3, [x1]\n"
    ".endm\n"
    ".text\n"
    "registers_call:\n"
    "   stp x29, x30, [sp, #-176]!\n"
    "   stp x19, x20, [sp, #16]\n"
    "   stp x21, x22, [sp, #32]\n"
    "   stp x23, x24, [sp, #48]\n"
    "   stp x25, x26, [sp, #64]\n"
    "   stp x27, x28, [sp, #80]\n"
    "   stp d8, d9, [sp, #96]\n"
    "   stp d10, d11, [sp, #112]\n"
    "   stp d12, d13, [sp, #128]\n"
    "   stp d14, d15, [sp, #144]\n"
    "   str x0, [sp, #160]\n"
    "   fill 0xc11e, 0x5000\n"
    "   ldr x9, [sp, #160]\n"
    "   mov x8, #1\n"
    "   mov x10, #-1\n"
    "   mov x11, #-1\n"
    "   mov x12, #0\n"
    "   svc #1\n"
    "   keep client_saw\n"
    "   mov x0, x8\n"
    "   ldp d14, d15, [sp, #144]\n"
    "   ldp d12, d13, [sp, #128]\n"
    "   ldp d10, d11, [sp, #112]\n"
    "   ldp d8, d9, [sp, #96]\n"
    "   ldp x27, x28, [sp, #80]\n"
    "   ldp x25, x26, [sp, #64]\n"
    "   ldp x23, x24, [sp, #48]\n"
    "   ldp x21, x22, [sp, #32]\n"
    "   ldp x19, x20, [sp, #16]\n"
    "   ldp x29, x30, [sp], #176\n"
    "   ret\n"
    "registers_handler:\n"
    "   keep handler_saw\n"
    "   fill 0x5ec2, 0x6000\n"
    "   mov x8, #2\n"
    "   mov x12, #0\n"
    "   svc #1\n"
    "   brk #0\n");

static bool of_client(uint64_t value)
{
    return (value & 0xffffff00) == 0xc11e0000;
}

static bool of_handler(uint64_t value)
{
    return (value & 0xffffff00) == 0x5ec20000;
}

TEST(registers_give_nothing_away)
{
    native_start();
    const cap_t server = (cap_t)sys_server_create(0, CAP_NONE);
    const struct handler_args args = {.entry = (uintptr_t)registers_handler,
                                      .stack = native_stack()};
    const cap_t connection = connection_to(server);

    CHECK(sys_handler_create(server, &args) >= 0);
    for (unsigned round = 0; round < 50; round++) {
        CHECK_EQ(registers_call(connection), 0);
        for (unsigned n = 0; n < 8; n++) {
            CHECK_EQ(handler_saw.x[n], 0x5000 + n);
            CHECK_EQ(client_saw.x[n], 0x6000 + n);
        }
        CHECK_EQ(handler_saw.x[8], 7); /* the connection's badge */
        CHECK_EQ(handler_saw.x[9] | handler_saw.x[10] | handler_saw.x[12], 0);
        CHECK_EQ(client_saw.x[8], 0);
        for (unsigned n = 13; n < 31; n++) {
            CHECK_EQ(handler_saw.x[n], 0);
            CHECK(!of_handler(client_saw.x[n]));
            if (n >= 19) {
                CHECK_EQ(client_saw.x[n], 0xc11e0000 + n);
            }
        }
        for (unsigned n = 0; n < 32; n++) {
            CHECK(!of_client((uint64_t)handler_saw.v[n]) && !of_client(handler_saw.v[n] >> 64));
            CHECK(!of_handler((uint64_t)client_saw.v[n]) && !of_handler(client_saw.v[n] >> 64));
            if (n >= 8 && n < 16) {
                CHECK_EQ((uint64_t)client_saw.v[n], 0xc11e0000 + n);
            }
        }
        svc0(SYS_yield);
    }
}

/* ---- what nobody can reach any more ---- */

TEST(server_that_nobody_can_reach_ends)
{
    struct system_info before;

    native_start();
    CHECK_EQ(chcore_system_info(&before), 0);
    for (unsigned i = 0; i < 20; i++) {
        const cap_t server = (cap_t)sys_server_create(0, CAP_NONE);
        const long token = sys_token_mint(server, 5, RIGHT_ALL);
        const cap_t connection = connection_to(server);
        cap_t pair[2];

        CHECK(token >= 0);
        CHECK_EQ(sys_token_pair(server, 6, 7, pair), 0);
        if (i & 1) {
            native_drop(server); /* first the server, then what it gave, or the other way round */
        }
        native_drop((cap_t)token);
        native_drop(connection);
        native_drop(pair[0]);
        native_drop(pair[1]);
        if (!(i & 1)) {
            native_drop(server);
        }
    }
    CHECK(native_objects(before.objects) <= before.objects);
}

TEST(call_to_a_server_that_nobody_can_reach_fails)
{
    static struct caller waiting;

    native_start();
    const cap_t server = (cap_t)sys_server_create(0, CAP_NONE);
    const cap_t connection = connection_to(server);

    caller_start(&waiting, CAP_SELF, connection, OP_ECHO);
    svc0(SYS_yield);
    native_drop(server);
    CHECK(native_wait_word(&waiting.done, 1));
    CHECK_EQ(waiting.status, -EPEERDEAD);
    CHECK_EQ(call_op(connection, OP_ECHO, DEADLINE_NONE), -EPEERDEAD);
    native_drop(connection);
}
