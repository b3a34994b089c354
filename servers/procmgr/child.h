/* SPDX-License-Identifier: MIT */
/*
 * A process under construction: child_begin, then capabilities and image, then child_finish, which
 * starts it or, when something failed, gives it up with all that it holds.
 */
#pragma once

#include "image.h"
#include "procmgr.h"

struct child {
    struct process *process; /* STARTING */
    cap_t vmspace, group;
    struct stack_args stack; /* path and strings are the caller's */
    struct thread_args thread;
};

/* Group and address space for a reserved process; stack.execfn is set. 0 or -errno. */
long child_begin(struct child *child);

/* Copy a capability of ours into the child: its handle there, or -errno. */
long child_give(const struct child *child, cap_t handle, uint32_t rights, uint32_t flags);
/* The same for the result of a call that made one for it; ours is dropped. */
long child_move(const struct child *child, long handle, uint32_t rights);

/* Segments, time page and stack, whose start_info is complete. */
long child_image(struct child *child, const struct image_source *source,
                 const struct elf_image *image);

/*
 * With result 0: run. Else, or when that fails, drop it; the place in the table is given up too.
 * Returns the result, 0 or -errno.
 */
long child_finish(struct child *child, long result);
