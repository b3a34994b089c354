/* SPDX-License-Identifier: MIT */
/* The first process. */
#pragma once

/* Make it from /sbin/procmgr of the ramdisk and make it ready. Panics with the reason when it
 * cannot. */
void first_process_start(void);
