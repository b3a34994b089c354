/* SPDX-License-Identifier: MIT */
/*
 * What the kernel's basic operations cost, in guest instructions. Meant for `./chbuild run --icount
 * -- bench`: then one instruction is 1 ns of virtual time, and a tick of CNTVCT (62.5 MHz) is 16
 * instructions. Each figure is a mean over ROUNDS, user stub and loop included, measured twice; the
 * second one is printed.
 */
#include <chcore/ipc.h>
#include <chcore/syscall.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 10000, STACK = 4096 };

static uint64_t ticks(void)
{
    uint64_t now;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now));
    return now;
}

static uint64_t nanoseconds(uint64_t t)
{
    uint64_t frequency;

    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    return t * (1000000000u / frequency);
}

static cap_t connection;

/* A handler that replies at once with what came: the kernel's own cost of a call. */
void echo_entry(void);
__asm__(".text\n"
        ".global echo_entry\n"
        "echo_entry:\n"
        "    mov x8, #2\n" /* SYS_ipc_return; x12 is 0 at a handler's entry */
        "    svc #1\n"
        "    brk #0\n");

static void null_call(void)
{
    sys_null();
}

static void echo_call(void)
{
    struct ipc_msg msg = {.w = {1, 2, 3, 4, 5, 6, 7, 8}};

    ipc_call(connection, &msg);
}

static void yield(void)
{
    sys_yield();
}

static void lookup(void)
{
    sys_irq_ack(CAP_NONE);
}

static void measure(const char *name, void (*operation)(void))
{
    uint64_t start = 0, end = 0;

    for (int pass = 0; pass < 2; pass++) {
        start = ticks();
        for (int i = 0; i < ROUNDS; i++) {
            operation();
        }
        end = ticks();
    }
    printf("%-28s %6" PRIu64 "\n", name, nanoseconds(end - start) / ROUNDS);
}

static cap_t must(const char *what, long handle)
{
    if (handle < 0) {
        fprintf(stderr, "bench: %s: error %ld\n", what, -handle);
        exit(1);
    }
    return (cap_t)handle;
}

static void make_echo_server(void)
{
    static unsigned char stack[STACK] __attribute__((aligned(16)));
    struct handler_args args = {
        .entry = (uint64_t)(uintptr_t)echo_entry,
        .stack = (uint64_t)(uintptr_t)(stack + sizeof(stack)),
    };
    cap_t server = must("server_create", sys_server_create(0, CAP_NONE));

    must("handler_create", sys_handler_create(server, &args));
    connection = must("connection_create", sys_connection_create(server, 7));
}

int main(void)
{
    make_echo_server();
    printf("operation            instructions\n");
    measure("null system call", null_call);
    measure("system call, general path", lookup);
    measure("call and reply, 8 words", echo_call);
    measure("yield, nobody else", yield);
    return 0;
}
