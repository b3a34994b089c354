/* SPDX-License-Identifier: MIT */
/* The kernel's reaper and wait queues for host tests. */
#pragma once

/* Run all that was queued for reclamation, to the end. */
void objects_reap(void);

/* waitq_wake_all() calls so far. */
extern unsigned wakes;
