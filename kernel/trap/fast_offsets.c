/* SPDX-License-Identifier: MIT */
/*
 * Offsets of C structures for fastpath.S. Not linked: scripts/build/offsets.py reads the names and
 * values out of the assembly that the compiler makes of this file, and writes fast_offsets.h.
 */
#include <ipc/call.h>
#include <syscall/syscall.h>

void fast_offsets(void);

#define DEFINE(name, value)        __asm__ volatile("@@" #name " %c0" ::"i"(value))
#define OFFSET(name, type, member) DEFINE(name, offsetof(type, member))

void fast_offsets(void)
{
    OFFSET(CPU_ID, struct cpu_local, id);
    OFFSET(CPU_CURRENT, struct cpu_local, current);
    OFFSET(CPU_FPU_OWNER, struct cpu_local, fpu_owner);
    OFFSET(CPU_SLOW_FLAGS, struct cpu_local, slow_flags);
    OFFSET(CPU_TIMER_ARMED, struct cpu_local, timer_armed);
    OFFSET(CPU_FAST_CALLS, struct cpu_local, fast_calls);
    OFFSET(FRAME_X16, struct thread, frame.x[16]);
    OFFSET(FRAME_X19, struct thread, frame.x[19]);
    OFFSET(FRAME_X29, struct thread, frame.x[29]);
    OFFSET(FRAME_SP, struct thread, frame.sp);
    OFFSET(FRAME_PC, struct thread, frame.pc);
    OFFSET(FRAME_TPIDR, struct thread, frame.tpidr);
    OFFSET(FRAME_TPIDRRO, struct thread, frame.tpidrro);
    OFFSET(THREAD_GROUP, struct thread, group);
    OFFSET(THREAD_TTBR, struct thread, ttbr);
    OFFSET(THREAD_SC, struct thread, sc);
    OFFSET(THREAD_OWN_SC, struct thread, own_sc);
    OFFSET(THREAD_CALLEE, struct thread, callee);
    OFFSET(THREAD_STATE, struct thread, state);
    OFFSET(THREAD_ATTENTION, struct thread, attention);
    OFFSET(THREAD_DEADLINE, struct thread, deadline);
    OFFSET(THREAD_SERVER, struct thread, server);
    OFFSET(THREAD_ENTRY, struct thread, entry);
    OFFSET(THREAD_FPU_FRESH, struct thread, fpu_fresh);
    OFFSET(THREAD_RECV_FLAGS, struct thread, recv_flags);
    OFFSET(IPC_CALLER, struct thread, ipc.caller);
    OFFSET(IPC_CONNECTION, struct thread, ipc.connection);
    OFFSET(IPC_TOKEN, struct thread, ipc.token);
    OFFSET(IPC_KIND, struct thread, ipc.kind);
    OFFSET(IPC_DEPTH, struct thread, ipc.depth);
    OFFSET(GROUP_ROOT, struct cap_group, root);
    OFFSET(GROUP_PRINCIPAL, struct cap_group, principal);
    OFFSET(OBJECT_REFS, struct object, refs);
    OFFSET(CONNECTION_SERVER, struct connection, server);
    OFFSET(CONNECTION_BADGE, struct connection, drop.badge);
    OFFSET(SERVER_KEPT, struct server, kept);
    OFFSET(SERVER_WANTED, struct server, wanted);
    OFFSET(SCHED_TOP, struct sched_ctx, top);
    OFFSET(SCHED_HOME, struct sched_ctx, home);
    DEFINE(STATE_IDLE, THREAD_STATE_IDLE);
    DEFINE(STATE_RUNNING, THREAD_STATE_RUNNING);
    DEFINE(STATE_CALLING, THREAD_STATE_CALLING);
    DEFINE(KIND_CALL, FRAME_CALL);
    DEFINE(TYPE_CONNECTION, OBJ_CONNECTION);
    DEFINE(DEPTH_MAX, IPC_DEPTH_MAX);
    DEFINE(NR_NULL, SYS_null);
    DEFINE(NR_CALL, SYS_ipc_call);
    DEFINE(NR_RETURN, SYS_ipc_return);
    DEFINE(FPEN_TRAP, CPACR_FPEN_TRAP);
    DEFINE(FPEN_FREE, CPACR_FPEN_FREE);
}
_Static_assert(offsetof(struct object, refs) == 0, "fastpath.S counts at the object's address");
_Static_assert(offsetof(struct connection, obj) == 0, "a slot's word is the connection's address");
_Static_assert(sizeof(struct cap_chunk) == 16 && offsetof(struct cap_chunk, slots) == 0, "look-up");
