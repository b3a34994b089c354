/* SPDX-License-Identifier: MIT */
/* The routines of uaccess.S: 0 or -EFAULT. User addresses are plain numbers here, checked before.
 */
#pragma once

#include <lib/types.h>

int uaccess_copy_from(void *dst, u64 src, size_t n);
int uaccess_copy_to(u64 dst, const void *src, size_t n);
int uaccess_zero(u64 dst, size_t n);
int uaccess_get64(u64 *value, u64 src);
int uaccess_get32(u32 *value, u64 src);
int uaccess_put64(u64 dst, u64 value);
int uaccess_put32(u64 dst, u32 value);
void uaccess_failed(void);
