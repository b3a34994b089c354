/* SPDX-License-Identifier: MIT */
/* Page faults of user code, and those of the kernel's user copies. */
#pragma once

#include <lib/types.h>
#include <vm/need.h>

struct vmspace;

/* Why a fault is the program's own: what is printed, and which signal it becomes. */
enum vm_fault_reason {
    VM_REASON_UNMAPPED = 1, /* nothing is mapped there */
    VM_REASON_GUARD,        /* below a stack */
    VM_REASON_PROTECTION,   /* mapped without that right */
    VM_REASON_BEYOND_END,   /* mapped, but the pmo is shorter: SIGBUS */
};

struct vm_fault_result {
    enum vm_fault_reason reason; /* with -EFAULT */
    struct vm_need need;         /* with VM_FAULT_PAGER or VM_FAULT_WAIT */
};

/*
 * Make `access` (one of VM_READ, VM_WRITE, VM_EXEC) at va possible. 0: done, or somebody else had
 * done it (restart the instruction in both cases); VM_FAULT_PAGER, VM_FAULT_WAIT; -EFAULT; -ENOMEM.
 */
int __must_check vm_fault(struct vmspace *vs, vaddr_t va, unsigned access,
                          struct vm_fault_result *result);
