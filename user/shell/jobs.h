/* SPDX-License-Identifier: MIT */
/* Commands that run in the background. */
#pragma once

#include <sys/types.h>

/* Note one; its pid becomes $!. */
void jobs_add(pid_t pid, const char *text);
/* Collect what has ended, and say so at a prompt. */
void jobs_report(void);
/* Wait for one and return its $?, 127 if it is not ours. ^C ends the waiting. */
int jobs_wait(pid_t pid);
void jobs_wait_all(void);
void jobs_free(void);
