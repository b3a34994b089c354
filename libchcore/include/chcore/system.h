/* SPDX-License-Identifier: MIT */
/*
 * Looking at the system and steering it: what ps, top, free, kill, caps, mem, uptime, dmesg,
 * poweroff and reboot are made of. The figures are the kernel's own (uapi/task.h) and the process
 * manager's (struct proc_info). All return 0 or a count, or -errno.
 */
#pragma once

#include <proto/procmgr.h>
#include <stddef.h>
#include <stdint.h>
#include <uapi/task.h>

/* Up to max processes with pid >= first, in order of pid -> count; 0 when there are no more. */
long chcore_proc_list(uint32_t first, struct proc_info *list, size_t max);

/*
 * Capabilities, memory regions and threads of process pid. *cursor is 0 at first and moves on;
 * -> count, 0 at the end.
 */
long chcore_proc_caps(uint32_t pid, uint64_t *cursor, struct cap_info *list, size_t max);
long chcore_proc_regions(uint32_t pid, uint64_t *cursor, struct region_info *list, size_t max);
long chcore_proc_threads(uint32_t pid, uint64_t *cursor, struct thread_info *list, size_t max);

/* The kernel's counters: memory, objects, CPUs, board, time since boot. */
long chcore_system_info(struct system_info *info);

/* The kernel's log from byte *position on (0: the oldest kept), which moves on -> bytes, 0 at the
 * end. */
long chcore_dmesg(uint64_t *position, char *buf, size_t len);

/* End all processes, write back what is dirty, power off or reboot; returns only with an error. */
long chcore_power(enum proc_power what);

/* Tell the host that ran `chbuild run` the exit status of its command (0 to 255). */
long chcore_host_exit(int status);

/* Words for people; never NULL. */
const char *chcore_object_name(uint32_t type); /* OBJ_PMO: "pmo" */
const char *chcore_rights_text(uint32_t rights,
                               char text[9]); /* "rwxcmswd": "-" for those not there */
const char *chcore_error_name(long error);    /* -EPEERDEAD: "EPEERDEAD" */
