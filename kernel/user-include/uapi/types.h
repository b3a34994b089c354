/* SPDX-License-Identifier: MIT */
/* Scalars, handles, object types and rights, shared by kernel and user side. */
#pragma once

#include <stdint.h>

/*
 * A handle names a capability: slot in bits 0-23, generation in bits 24-62. Bit 63 is 0, so that a
 * system call can return a handle or a negative error. A handle without generation is legal for the
 * descriptor slots only (0 to CAP_NOFILE-1).
 */
typedef uint64_t cap_t;

#define CAP_SLOT_BITS 24
#define CAP_NOFILE    1024u            /* slots below are POSIX descriptors */
#define CAP_SLOTS     (1u << 20)       /* slots a cap_group can have */
#define CAP_NONE      UINT64_MAX       /* "no capability" */
#define CAP_SELF      (UINT64_MAX - 1) /* the caller's own cap_group, all rights */
#define CAP_VMSPACE   (UINT64_MAX - 2) /* the caller's own vmspace, all rights */
#define CAP_THREAD    (UINT64_MAX - 3) /* the calling thread, all rights */

/* Absolute time in ticks of CNTVCT_EL0. 0 is in the past (poll), DEADLINE_NONE never passes. */
typedef uint64_t deadline_t;
#define DEADLINE_NONE UINT64_MAX
#define DEADLINE_POLL 0ull

enum object_type {
    OBJ_NONE = 0,
    OBJ_CAP_GROUP = 1,
    OBJ_THREAD = 2,
    OBJ_VMSPACE = 3,
    OBJ_PMO = 4,
    OBJ_SERVER = 5,
    OBJ_CONNECTION = 6,
    OBJ_TOKEN = 7,
    OBJ_NOTIFICATION = 8,
    OBJ_IRQ = 9,
    OBJ_BOARD = 10, /* the machine itself: device ranges, interrupts, power, clock */
    OBJ_TYPE_COUNT = 11,
};

/* Rights of a capability. They only shrink. */
enum cap_right {
    RIGHT_READ =
        0x01, /* pmo: map or read; group, vmspace, thread: inspect; token: its server's meaning */
    RIGHT_WRITE = 0x02, /* pmo: map writable, write; token: its server's meaning */
    RIGHT_EXEC = 0x04,  /* pmo: map executable; token: its server's meaning */
    RIGHT_COPY = 0x08,  /* may be copied and sent on */
    RIGHT_MANAGE =
        0x10, /* group, thread, vmspace, pmo (resize), server (mint, handlers): change it */
    RIGHT_SIGNAL = 0x20, /* notification: signal; token: signal its peer */
    RIGHT_WAIT = 0x40,   /* notification, irq, token: wait, bind */
    RIGHT_DMA =
        0x80, /* contiguous pmo: learn its physical address; server: SERVE; group: principal */
    RIGHT_ALL = 0xff,
};
#define RIGHT_SERVE     RIGHT_DMA
#define RIGHT_PRINCIPAL RIGHT_DMA

/* Where cap_copy and friends put a capability: a descriptor slot's number (what is there is
 * dropped) or */
#define CAP_SLOT_ANY    UINT64_MAX   /* any slot that is no descriptor */
#define CAP_SLOT_FD_MIN (1ull << 62) /* | n: the lowest free descriptor >= n */

/* Flags of a slot. */
enum cap_flag {
    CAP_CLOEXEC = 1, /* cap_close_exec drops it */
    CAP_INHERIT = 2, /* cap_inherit copies it to a child although it is no descriptor */
};
