/* SPDX-License-Identifier: MIT */
/*
 * Calls by thread migration: the caller's sched_ctx goes on in a handler of the server, and comes
 * back with the reply. Registers: uapi/ipc.h. Rules of chains: task/thread.h.
 */
#pragma once

#include <ipc/server.h>

/* Calls may nest so deep: client, procmgr, fsm, file system, driver, and as much again. */
enum { IPC_DEPTH_MAX = 16 };

void ipc_init(void);

/*
 * ipc_call by the current thread; all registers are in its frame. 0: the handler is the chain's top
 * now. -SWITCHED: it waits for a handler. -errno or -RESTART: nothing has changed.
 */
s64 ipc_call(struct thread *thread);

/* Answer a call with the kernel's status; the reply words are 0. */
void ipc_answer(struct thread *caller, s64 status);

/* ipc_return by the current thread: the chain's top is the caller again, or (cut) there is nothing
 * to run. -EINVAL when it is no handler; -EFAULT, ... when its capability list cannot be read. */
s64 ipc_return(struct thread *handler);
