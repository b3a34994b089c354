/* SPDX-License-Identifier: MIT */
/* Commands that run in the background: those that nobody has waited for. */
#include "jobs.h"

#include "mem.h"
#include "shell.h"
#include "spawn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

struct job {
    struct job *next;
    pid_t pid;
    char *text;
};

static struct job *jobs; /* oldest first */

static struct job **find_link(pid_t pid)
{
    struct job **link = &jobs;

    while (*link != NULL && (*link)->pid != pid) {
        link = &(*link)->next;
    }
    return link;
}

static void job_remove(struct job **link)
{
    struct job *job = *link;

    *link = job->next;
    free(job->text);
    free(job);
}

void jobs_add(pid_t pid, const char *text)
{
    struct job *job = mem_alloc(sizeof(*job));

    *job = (struct job){.pid = pid, .text = mem_strdup(text)};
    *find_link(-1) = job;
    sh.last_background = pid;
    if (sh.interactive) {
        fprintf(stderr, "[%d]\n", (int)pid);
    }
}

void jobs_report(void)
{
    struct job **link = &jobs;

    while (*link != NULL) {
        struct job *job = *link;
        int wait_status = 0;
        if (waitpid(job->pid, &wait_status, WNOHANG) == 0) {
            link = &job->next;
            continue;
        }
        int status = spawn_exit_status(wait_status);
        if (sh.interactive) {
            fprintf(stderr, "[%d] done (%d): %.60s\n", (int)job->pid, status, job->text);
        }
        job_remove(link);
    }
}

int jobs_wait(pid_t pid)
{
    struct job **link = find_link(pid);
    int wait_status = 0;

    if (*link == NULL) {
        return STATUS_NOT_FOUND;
    }
    while (waitpid(pid, &wait_status, 0) < 0) {
        if (errno != EINTR || sh.interrupted) {
            return STATUS_SIGNAL + SIGINT;
        }
    }
    job_remove(link);
    return spawn_exit_status(wait_status);
}

void jobs_wait_all(void)
{
    while (jobs != NULL && !sh.interrupted) {
        jobs_wait(jobs->pid);
    }
}

void jobs_free(void)
{
    while (jobs != NULL) {
        job_remove(&jobs);
    }
}
