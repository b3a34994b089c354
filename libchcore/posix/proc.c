/* SPDX-License-Identifier: MIT */
/* The process and its relatives, all of them the process manager's knowledge. */
#include "state.h"

long px_exit_group(int code)
{
    for (;;) {
        sys_cap_group_kill(CAP_SELF, PROC_EXIT_STATUS(code));
    }
}

long px_getpid(void)
{
    return chcore_self()->pid;
}

/* PROC_IDS about a process: word `word` of the answer. */
static long ids_word(int pid, unsigned word)
{
    struct ipc_msg msg = {{PROC_IDS, (uint64_t)pid}};

    if (pid < 0) {
        return -ESRCH;
    }
    long result = px_proc_call(&msg);
    return result < 0 ? result : (long)msg.w[word];
}

long px_getppid(void)
{
    return ids_word(0, 1);
}

long px_getpgid(int pid)
{
    return ids_word(pid, 2);
}

long px_getsid(int pid)
{
    return ids_word(pid, 3);
}

long px_setpgid(int pid, int group)
{
    struct ipc_msg msg = {{PROC_SET_GROUP, (uint64_t)pid, (uint64_t)group}};

    return pid < 0 || group < 0 ? -EINVAL : px_proc_call(&msg);
}

long px_setsid(void)
{
    struct ipc_msg msg = {{PROC_SET_SESSION}};

    return px_proc_call(&msg);
}

long px_kill(int pid, int sig)
{
    struct ipc_msg msg = {{PROC_KILL, (uint64_t)pid, (uint64_t)sig}};

    if (sig < 0 || sig > LX_SIGNALS) {
        return -EINVAL;
    }
    return px_proc_call(&msg);
}

static long report_child(const struct ipc_msg *reply, int *status, struct lx_rusage *usage)
{
    uint64_t us = px_ticks_to_ns(reply->w[2]) / 1000;
    struct lx_rusage used = {.utime = {(int64_t)(us / 1000000), (int64_t)(us % 1000000)}};
    int32_t how = (int32_t)reply->w[1];

    if ((status && px_put(status, &how, sizeof(how)) < 0) ||
        (usage && px_put(usage, &used, sizeof(used)) < 0)) {
        return -EFAULT;
    }
    return (long)reply->w[0];
}

long px_wait4(int pid, int *status, uint32_t options, struct lx_rusage *usage)
{
    cap_t self = chcore_start_info()->self;

    if (options & ~(uint32_t)(LX_WNOHANG | LX_WUNTRACED | LX_WCONTINUED)) {
        return -EINVAL;
    }
    px_wait_begin();
    for (;;) {
        struct ipc_msg msg = {{PROC_WAIT, (uint64_t)pid, options & LX_WNOHANG}};
        long result = px_proc_call(&msg);
        if (result != -EAGAIN) {
            return result > 0 ? report_child(&msg, status, usage) : result;
        }
        do {
            result = px_wait_call(SYS_wait, self, TOKEN_READABLE, DEADLINE_NONE, 0, 0);
        } while (result == -EINTR && px_wait_again());
        if (result < 0) {
            return result;
        }
    }
}
