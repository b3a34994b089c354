/* SPDX-License-Identifier: MIT */
/* Revoking a capability: what was derived from it is gone, mappings included; it stays itself. */
#include <chcore/syscall.h>
#include <stdint.h>

#include "check.h"

enum { COPIES = 200 };

TEST(revoke_drops_what_was_derived)
{
    static cap_t copy[COPIES];
    long root = sys_notification_create();
    int stale = 0;

    CHECK(root > 0);
    for (int i = 0; i < COPIES; i++) {
        cap_t from = i == 0 ? (cap_t)root : copy[i / 2];
        long made = sys_cap_copy(CAP_SELF, from, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 0);

        CHECK(made > 0);
        copy[i] = (cap_t)made;
    }
    CHECK(sys_cap_revoke((cap_t)root) == 0);
    for (int i = 0; i < COPIES; i++) {
        stale += sys_signal(copy[i], 1) == -EBADF;
    }
    CHECK(stale == COPIES);
    CHECK(sys_signal((cap_t)root, 1) == 0);
    CHECK(sys_cap_drop(CAP_SELF, (cap_t)root) == 0);
}

TEST(revoke_unmaps)
{
    long pmo = sys_pmo_create(VM_PAGE_SIZE, PMO_ANON, 0, 0);
    long copy = sys_cap_copy(CAP_SELF, (cap_t)pmo, CAP_SELF, CAP_SLOT_ANY, RIGHT_ALL, 0);
    long at = sys_vm_map(CAP_VMSPACE, (cap_t)copy, 0, VM_PAGE_SIZE, 0, VM_READ | VM_WRITE);
    char byte = 'x';

    CHECK(pmo > 0 && copy > 0 && at > 0);
    *(volatile char *)at = 1;
    CHECK(sys_log_write((const char *)at, 0) == 0);
    CHECK(sys_cap_revoke((cap_t)pmo) == 0);
    /* Asked through the kernel: the page is no buffer any more. */
    CHECK(sys_pmo_read((cap_t)pmo, 0, (char *)at, 1) == -EFAULT);
    CHECK(sys_pmo_read((cap_t)pmo, 0, &byte, 1) == 1);
    CHECK(byte == 1);
    CHECK(sys_cap_drop(CAP_SELF, (cap_t)pmo) == 0);
}
