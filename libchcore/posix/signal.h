/* SPDX-License-Identifier: MIT */
/* Between the entry of upcalls, upcall.S, and what is done in C. */
#pragma once

#include <uapi/task.h>

/* Where the kernel enters a thread with an upcall: x0 bits, x1 frame. */
void px_upcall_entry(void);

/* Take the signals of `bits`; what handlers change of the context is changed in the frame. */
void px_upcall(uint64_t bits, struct upcall_frame *frame);

/* Go on where the upcall came. */
_Noreturn void px_upcall_return(const struct upcall_frame *frame);

/*
 * wait.S: a thread between the first two has not begun its wait, or would begin it again; at the
 * third the wait answers -EINTR.
 */
extern const char px_wait_look[];
extern const char px_wait_done[];
extern const char px_wait_interrupted[];
