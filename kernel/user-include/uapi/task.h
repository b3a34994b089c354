/* SPDX-License-Identifier: MIT */
/* Threads, processes (cap_groups), accounts, upcalls. */
#pragma once

#include <uapi/types.h>

#define TASK_NAME_MAX 32
#define BACKTRACE_MAX 16

#define PRIORITY_COUNT   64
#define PRIORITY_DEFAULT 32
#define PRIORITY_MAX     63 /* higher number runs first */
#define CPU_ANY          UINT32_MAX

/* thread_create(args) -> handle. The thread starts with x0 = arg, all other registers 0. */
struct thread_args {
    uint64_t group; /* handle of the cap_group, or CAP_SELF */
    uint64_t entry;
    uint64_t stack; /* sp, 16-byte aligned */
    uint64_t arg;
    uint64_t tpidr;
    uint64_t tpidrro;
    uint32_t priority;
    uint32_t cpu;   /* CPU_ANY or the only CPU it may run on */
    uint32_t flags; /* enum thread_flag */
    uint32_t reserved;
};
_Static_assert(sizeof(struct thread_args) == 64, "ABI");
enum thread_flag { THREAD_SUSPENDED = 1 /* started by thread_control(THREAD_RESUME) */ };

/* thread_exit(unmap_addr, unmap_len, clear_addr, status): unmaps the own stack, writes a 32-bit 0
 * at clear_addr and wakes one futex waiter there (private and shared), and ends; any part may be 0.
 */

/* thread_control(thread, op, value) */
enum thread_op {
    THREAD_SUSPEND = 1,
    THREAD_RESUME = 2,
    THREAD_SET_PRIORITY = 3, /* not above the caller's own without RIGHT_MANAGE on the board */
    THREAD_SET_CPU = 4,
    THREAD_SET_TPIDRRO = 5,
    THREAD_SET_UPCALL = 6,   /* value: entry of the upcall handler for this cap_group */
    THREAD_GET_CPU_TIME = 7, /* -> ticks */
    THREAD_SET_NAME = 8,     /* value: address of a string shorter than TASK_NAME_MAX */
};

/*
 * Upcalls: a thread has 64 pending and 64 masked bits. An unmasked pending bit ends a wait with
 * -EINTR and, on the way back to the process, stores the interrupted context as struct upcall_frame
 * on the thread's stack and enters the group's upcall entry with x0 = bits, x1 = address of the
 * frame. upcall_return(frame) goes on where it was interrupted.
 */
struct upcall_frame {
    uint64_t x[31];
    uint64_t sp;
    uint64_t pc;
    uint64_t pstate;
    uint64_t mask; /* the upcall mask to restore */
    uint64_t reserved;
};
_Static_assert(sizeof(struct upcall_frame) == 288, "ABI");

/* cap_group_create(args, size) -> handle */
struct cap_group_args {
    char name[TASK_NAME_MAX];
    uint64_t vmspace;       /* handle; becomes the group's address space */
    uint64_t principal;     /* needs no right: the creator sets it until cap_group_set */
    uint64_t limit_pages;   /* 0: the parent account's */
    uint64_t limit_objects; /* 0: the parent account's */
    uint64_t exit_notify;   /* notification signalled when the group has ended, or CAP_NONE */
    uint64_t exit_bits;     /* bits to signal */
};
_Static_assert(sizeof(struct cap_group_args) == 80, "ABI");

/* cap_group_set(group, what, value) */
enum group_field {
    GROUP_PRINCIPAL = 1,   /* RIGHT_PRINCIPAL */
    GROUP_LIMIT_PAGES = 2, /* RIGHT_MANAGE */
    GROUP_LIMIT_OBJECTS = 3,
    GROUP_FOREIGN_ENTRY = 4,
    GROUP_UPCALL_ENTRY = 5,
    GROUP_COPY_START = 6, /* copy loops that may be given a bad address: a data access in */
    GROUP_COPY_END = 7,   /* [start, end) that no mapping can cure goes on at `end` */
};

/* cap_group_kill(group, status): ends all threads; status is what GROUP info shows */

/* object_info(handle, topic, cursor, buf, len) -> records written; cursor continues a long list */
enum info_topic {
    INFO_SYSTEM = 1,    /* any handle (CAP_NONE): struct system_info */
    INFO_GROUP = 2,     /* cap_group: struct group_info */
    INFO_THREADS = 3,   /* cap_group: struct thread_info[] from cursor */
    INFO_CAPS = 4,      /* cap_group: struct cap_info[] of slots >= cursor */
    INFO_REGIONS = 5,   /* cap_group: struct region_info[] with addresses >= cursor */
    INFO_BACKTRACE = 6, /* cap_group ended by a fault: uint64_t[], pc and then return addresses */
};

struct system_info {
    uint64_t ticks;       /* now, CNTVCT */
    uint64_t frequency;   /* ticks a second */
    uint64_t pages_total; /* usable RAM */
    uint64_t pages_free;
    uint64_t objects;                                 /* live kernel objects */
    uint64_t idle_ticks;                              /* sum over the CPUs */
    uint64_t syscalls, calls, faults, irqs, switches; /* counters since boot */
    uint32_t cpus;
    uint32_t groups;
    uint32_t threads;
    uint32_t reserved;
    char board[TASK_NAME_MAX];
};
_Static_assert(sizeof(struct system_info) == 136, "ABI");

enum group_state { GROUP_ALIVE = 1, GROUP_DYING = 2, GROUP_DEAD = 3 };
struct group_info {
    char name[TASK_NAME_MAX];
    uint64_t principal;
    uint64_t cpu_ticks;
    uint64_t pages, limit_pages;
    uint64_t objects, limit_objects;
    uint32_t state;
    uint32_t threads;
    int64_t status; /* of the end: what cap_group_kill or the last thread_exit said, or -EFAULT
                       after a fault */
    uint64_t fault_address, fault_pc, fault_esr; /* when it was ended by a fault */
};
_Static_assert(sizeof(struct group_info) == 120, "ABI");

enum thread_state_code {
    THREAD_RUNNING = 'R',
    THREAD_READY = 'r',
    THREAD_BLOCKED = 'B',
    THREAD_STOPPED = 'T',
    THREAD_CALLING = 'C', /* inside a server */
    THREAD_IDLE = 'I',    /* a handler without a call */
    THREAD_DEAD = 'X',
};
struct thread_info {
    char name[TASK_NAME_MAX];
    uint64_t id;
    uint64_t cpu_ticks;
    uint64_t pc;
    uint64_t callee; /* id of the thread that runs on its behalf, or 0 */
    uint32_t state, priority, cpu, syscall;
};
_Static_assert(sizeof(struct thread_info) == 80, "ABI");

struct cap_info {
    uint64_t handle;
    uint64_t object; /* an id, the same for all capabilities of one object */
    uint64_t detail; /* token, connection: id of the server; pmo: size in bytes */
    uint32_t type, rights, flags, references;
};
_Static_assert(sizeof(struct cap_info) == 40, "ABI");

struct region_info {
    uint64_t start, length, offset, object, resident; /* bytes */
    uint32_t flags, kind;
};
_Static_assert(sizeof(struct region_info) == 48, "ABI");

/* machine_control(board, op, value) */
enum machine_op {
    MACHINE_POWER_OFF = 1, /* value: exit status for the emulator */
    MACHINE_REBOOT = 2,
    MACHINE_RELEASE_CONSOLE =
        3,                 /* a driver owns the UART now: the kernel's log goes to the ring alone */
    MACHINE_SET_CLOCK = 4, /* value: nanoseconds since 1970 */
    MACHINE_UART_IRQ = 5,  /* -> interrupt number of the console UART */
    MACHINE_UART_BASE = 6, /* -> physical base of the console UART */
    MACHINE_UART_KIND = 7, /* -> 1: PL011 */
    MACHINE_RTC_BASE = 8,  /* -> physical base of the PL031, or -ENODEV */
};

/* The time page: read-only in every process, written by the kernel under a sequence count. */
struct time_page {
    uint32_t sequence; /* odd while it changes */
    uint32_t reserved;
    uint64_t frequency; /* of CNTVCT_EL0 */
    uint64_t mult;      /* ns = (ticks * mult) >> shift, 128-bit product */
    uint64_t shift;
    uint64_t realtime_offset; /* ns to add to the monotonic clock */
};
_Static_assert(sizeof(struct time_page) == 40, "ABI");
