/* SPDX-License-Identifier: MIT */
/*
 * The last words: straight to the UART, without locks, for whoever panics may hold any of them.
 * Lines end in CR LF. DLE 'l' CR takes the UART's byte stream back from the console server (docs:
 * console protocol).
 */
#include <arch/cpu.h>
#include <arch/exit.h>
#include <arch/mmu.h>
#include <arch/smp.h>
#include <debug/esr.h>
#include <debug/ksyms.h>
#include <debug/panic.h>
#include <lib/atomic.h>
#include <lib/printf.h>
#include <plat/intc.h>
#include <plat/uart.h>

enum { PANIC_STATUS = 97, BACKTRACE_MAX = 32, NO_CPU = -1 };

static int panic_cpu = NO_CPU; /* the first one; later ones park */
static void (*describe_thread)(char *buf, size_t n);

void panic_set_thread_hook(void (*describe)(char *buf, size_t n))
{
    describe_thread = describe;
}

static void print(const char *fmt, ...) __printf_like(1);
static void print(const char *fmt, ...)
{
    char line[256];
    va_list args;

    va_start(args, fmt);
    size_t len = kvsnprintf(line, sizeof(line), fmt, args);

    va_end(args);
    uart_write(line, MIN(len, sizeof(line) - 1));
}

/* Whether addr lies in a function of ours. */
static bool print_place(const char *label, vaddr_t addr)
{
    u64 offset = 0;
    const char *name = ksyms_find(addr, &offset);

    print("  %-6s %016lx  %s+0x%lx\r\n", label, addr, name != NULL ? name : "?", offset);
    return name != NULL;
}

/* Whether a frame record may be read at fp: on some kernel stack, above the record before it. */
static bool on_stack(vaddr_t fp, vaddr_t above)
{
    return IS_ALIGNED(fp, 16) && fp > above && fp >= KSTACK_BASE &&
           fp + 16 <= KSTACK_TOP(CPU_MAX - 1) && (fp & BIT(KSTACK_SHIFT)) != 0;
}

/* Frame records are {caller's record, return address} (AAPCS64 6.4.6). */
static void print_backtrace(vaddr_t fp)
{
    vaddr_t above = 0;

    for (unsigned i = 0; i < BACKTRACE_MAX && on_stack(fp, above); i++) {
        const u64 *record = (const u64 *)fp;

        if (record[1] == 0 || !print_place("from", record[1] - 4)) {
            break;
        }
        above = fp;
        fp = record[0];
    }
}

static void print_registers(const struct trap_frame *frame)
{
    for (unsigned i = 0; i < 30; i += 3) {
        print("  x%-5u %016lx  x%-5u %016lx  x%-5u %016lx\r\n", i, frame->x[i], i + 1,
              frame->x[i + 1], i + 2, frame->x[i + 2]);
    }
    print("  %-6s %016lx  %-6s %016lx  %-6s %016lx\r\n", "x30", frame->x[30], "sp", frame->sp,
          "pstate", frame->pstate);
}

/* The first CPU here goes on alone; the others stop at their next interrupt. */
static void begin(void)
{
    int nobody = NO_CPU;

    if (!cmpxchg(&panic_cpu, &nobody, (int)cpu_id())) {
        if (nobody == (int)cpu_id()) {
            machine_exit(PANIC_STATUS); /* the panic itself fails */
        }
        cpu_park();
    }
    if (intc != NULL) {
        ipi_send_others(IPI_STOP);
    }
    print("\x10l\r\n");
}

static void print_thread(void)
{
    char name[64] = "none";

    if (describe_thread != NULL && this_cpu()->current != NULL) {
        describe_thread(name, sizeof(name));
    }
    print("  thread %s\r\n", name);
}

void panic(const char *fmt, ...)
{
    char text[160];
    va_list args;

    va_start(args, fmt);
    kvsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    begin();
    print("KERNEL PANIC on CPU %u: %s\r\n", cpu_id(), text);
    print_thread();
    print_backtrace((vaddr_t)__builtin_frame_address(0));
    machine_exit(PANIC_STATUS);
}

void panic_exception(const char *what, const struct trap_frame *frame, u64 esr, vaddr_t far)
{
    char cause[128];

    begin();
    esr_describe(esr, cause, sizeof(cause));
    print("KERNEL PANIC on CPU %u: %s: %s\r\n", cpu_id(), what, cause);
    print_thread();
    print("  %-6s %016lx  %-6s %016lx\r\n", "esr", esr, "far", far);
    print_registers(frame);
    (void)print_place("at", frame->pc);
    print_backtrace(frame->x[29]);
    machine_exit(PANIC_STATUS);
}
