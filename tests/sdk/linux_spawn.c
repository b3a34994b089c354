/* SPDX-License-Identifier: MIT */
/* The C half of the door that Linux plays (linux_door.S): the cancellation signal, and spawn. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <chcore/posix.h>
#include <chcore/spawn.h>

#define EMULATOR      "/usr/bin/qemu-aarch64"
#define SIGNAL_CANCEL 33 /* musl's */
#define SIGNAL_SET    8  /* bytes of the kernel's signal set */
#define MAX_ARGUMENTS 256

long linux_syscall(long nr, long a0, long a1, long a2, long a3, long a4, long a5);
long linux_sigaction(long nr, long signal, long action, long old, long size, long a4, long a5);
extern const char linux_door_begin[], linux_door_end[];

struct kernel_sigaction {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static void (*cancel_handler)(int, siginfo_t *, void *);

/* A cancellation that finds the thread inside the door ends the call, restartable or not. */
static void interrupt_door(int signal, siginfo_t *info, void *context)
{
    mcontext_t *registers = &((ucontext_t *)context)->uc_mcontext;
    if (registers->pc >= (uintptr_t)linux_door_begin && registers->pc < (uintptr_t)linux_door_end) {
        registers->pc = (uintptr_t)linux_door_end;
        registers->regs[0] = (unsigned long)-EINTR;
    }
    cancel_handler(signal, info, context);
}

long linux_sigaction(long nr, long signal, long action, long old, long size, long a4, long a5)
{
    struct kernel_sigaction changed;
    if (signal == SIGNAL_CANCEL && action) {
        changed = *(const struct kernel_sigaction *)action;
        cancel_handler = changed.handler;
        changed.handler = interrupt_door;
        action = (long)&changed;
    }
    return linux_syscall(nr, signal, action, old, size, a4, a5);
}

static long call(long nr, long a0, long a1, long a2, long a3)
{
    return linux_syscall(nr, a0, a1, a2, a3, 0, 0);
}

static long do_action(const struct chcore_file_action *action)
{
    long fd;
    switch (action->op) {
    case CHCORE_SPAWN_CLOSE:
        return call(SYS_close, action->fd, 0, 0, 0);
    case CHCORE_SPAWN_DUP2:
        if (action->fd == action->fd2) {
            return call(SYS_fcntl, action->fd, F_SETFD, 0, 0);
        }
        return call(SYS_dup3, action->fd2, action->fd, 0, 0);
    case CHCORE_SPAWN_OPEN:
        fd = call(SYS_openat, AT_FDCWD, (long)action->path, action->oflag | O_LARGEFILE,
                  action->mode);
        if (fd >= 0 && fd != action->fd) {
            const long status = call(SYS_dup3, fd, action->fd, 0, 0);
            call(SYS_close, fd, 0, 0, 0);
            return status;
        }
        return fd;
    case CHCORE_SPAWN_CHDIR:
        return call(SYS_chdir, (long)action->path, 0, 0, 0);
    case CHCORE_SPAWN_FCHDIR:
        return call(SYS_fchdir, action->fd, 0, 0, 0);
    default:
        return -EINVAL;
    }
}

/* Run the program; where Linux does not know AArch64 programs, by the emulator. Returns -errno. */
static long execute(const struct chcore_spawn *request)
{
    const char *argv[MAX_ARGUMENTS + 4] = {EMULATOR, "-0", request->argv[0], request->path};
    const long error =
        call(SYS_execve, (long)request->path, (long)request->argv, (long)request->envp, 0);
    uint32_t magic = 0;
    const long fd = call(SYS_openat, AT_FDCWD, (long)request->path, O_RDONLY, 0);
    call(SYS_read, fd, (long)&magic, sizeof(magic), 0);
    if (error != -ENOEXEC || magic != 0x464c457f) {
        return error;
    }
    size_t n = 4;
    for (size_t i = 1; request->argv[i]; i++) {
        if (n == MAX_ARGUMENTS + 3) {
            return -E2BIG;
        }
        argv[n++] = request->argv[i];
    }
    return call(SYS_execve, (long)EMULATOR, (long)argv, (long)request->envp, 0);
}

/* The child's part; returns only with an error. */
static long become(const struct chcore_spawn *request)
{
    for (int signal = 1; signal <= 64; signal++) {
        struct kernel_sigaction action = {0};
        call(SYS_rt_sigaction, signal, 0, (long)&action, SIGNAL_SET);
        if (action.handler != (void *)SIG_IGN || (request->signal_default >> (signal - 1) & 1)) {
            action = (struct kernel_sigaction){0};
            call(SYS_rt_sigaction, signal, (long)&action, 0, SIGNAL_SET);
        }
    }
    if (request->flags & CHCORE_SPAWN_SETSID) {
        call(SYS_setsid, 0, 0, 0, 0);
    }
    if (request->flags & CHCORE_SPAWN_SETPGROUP) {
        call(SYS_setpgid, 0, request->pgroup, 0, 0);
    }
    for (uint32_t i = 0; i < request->action_count; i++) {
        const long error = do_action(&request->actions[i]);
        if (error < 0) {
            return error;
        }
    }
    if (request->flags & CHCORE_SPAWN_SETMASK) {
        call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&request->signal_mask, 0, SIGNAL_SET);
    }
    return execute(request);
}

long chcore_spawn(const struct chcore_spawn *request)
{
    int pipe[2];
    long error = call(SYS_pipe2, (long)pipe, O_CLOEXEC, 0, 0);
    if (error < 0) {
        return error;
    }
    const long pid = call(SYS_clone, SIGCHLD, 0, 0, 0);
    if (pid == 0) {
        error = become(request);
        call(SYS_write, pipe[1], (long)&error, sizeof(error), 0);
        call(SYS_exit_group, 127, 0, 0, 0);
    }
    call(SYS_close, pipe[1], 0, 0, 0);
    if (pid > 0 && call(SYS_read, pipe[0], (long)&error, sizeof(error), 0) == sizeof(error)) {
        call(SYS_wait4, pid, 0, 0, 0);
        call(SYS_close, pipe[0], 0, 0, 0);
        return error;
    }
    call(SYS_close, pipe[0], 0, 0, 0);
    return pid;
}
