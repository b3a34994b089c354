/* SPDX-License-Identifier: MIT */
/*
 * _Noreturn void __unmapself(void *base, size_t size)
 *
 * Unmaps the caller's own stack and ends the thread, in one kernel operation: between the two there
 * is no stack to stand on.
 */
    .global __unmapself
    .hidden __unmapself
    .type   __unmapself, %function
__unmapself:
    b       chcore_unmap_self
    .size   __unmapself, . - __unmapself
