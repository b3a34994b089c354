/* SPDX-License-Identifier: MIT */
/*
 * What the POSIX layer knows of its process, and the functions that its files share. All names that
 * the linker sees begin with px_, for they stand beside a stranger's program.
 *
 * Locks: each is held for a few instructions and never over a call to a server, but channel.lock,
 * held by who asks the server for more buffer. None is taken while another is held.
 */
#pragma once

#include "linux.h"
#include <chcore/channel.h>
#include <chcore/string.h>
#include <chcore/sync.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>
#include <proto/file.h>
#include <proto/fsm.h>
#include <proto/procmgr.h>
#include <stdbool.h>

#define PX_SERVERS      32 /* servers that one process can talk to */
#define PX_MOUNT_TOKENS 32

/* A token and the channel to its server. */
struct px_place {
    cap_t token;
    struct channel *channel;
};

struct px_mount_token {
    uint64_t method; /* FSM_MOUNT_ROOT or FSM_MOUNT_POINT; 0: unused */
    uint64_t mount;
    struct px_place place;
};

struct posix_state {
    /*
     * What is known of each descriptor, one word: see file.c. 0: nothing yet. Changed atomically;
     * what is learnt late goes in by compare-and-swap, so that it never describes a newer
     * descriptor.
     */
    uint32_t fd[CAP_NOFILE];

    struct mutex channel_lock;
    /* Protected by channel_lock; channel_count is raised (release) after the new one is complete:
     */
    uint32_t channel_count;
    struct channel channel[PX_SERVERS];
    struct channel procmgr;
    struct channel fsm;

    struct mutex place_lock;
    /* Protected by place_lock: */
    struct px_place cwd, root;
    struct px_mount_token mount[PX_MOUNT_TOKENS];
    uint32_t next_mount; /* to replace when all are used */

    uint32_t umask_known;  /* umask + 1, or 0 */
    bool copy_range_known; /* the kernel knows where px_copy_* lie */

    struct mutex signal_lock;
    /* Protected by signal_lock: */
    struct lx_sigaction action[LX_SIGNALS];
    bool upcalls_set;

    struct mutex thread_lock;
    /* Protected by thread_lock: */
    struct chcore_thread *threads;      /* that clone made and that live */
    struct chcore_thread *free_threads; /* blocks to use again */
    uint32_t last_thread;               /* number of the one made last */
};

extern struct posix_state px;

/* One exchange with a server: a place, and for methods with data a slot of buffer. */
struct px_call {
    struct px_place place;
    uint32_t slot;
    char *data;
};

/* place.c: places, and exchanges with them */

long px_channel_of(cap_t token, struct channel **channel); /* find or make it */
long px_place_cwd(struct px_place *place);
long px_place_root(struct px_place *place);
long px_place_mount(uint32_t method, uint64_t mount, struct px_place *place);
void px_place_set_cwd(struct px_place place); /* takes the token over */
struct channel *px_procmgr(void);
struct channel *px_fsm(void);

long px_call_begin(struct px_call *call, struct px_place place); /* with a slot */
void px_call_end(struct px_call *call);
/* The exchange: w[0] of msg is the method, completed with the slot -> w[0] of the reply, or -errno.
 */
long px_call_do(struct px_call *call, struct ipc_msg *msg, const struct ipc_caps *caps,
                struct ipc_received *received);
/* An exchange of words only. */
long px_word_call(struct px_place place, struct ipc_msg *msg);
/* The same with the process manager, about no token. */
long px_proc_call(struct ipc_msg *msg);

/* file.c: descriptors */

struct px_description {
    uint32_t mode;  /* with type */
    uint32_t is;    /* enum file_is */
    uint32_t flags; /* FILE_O_* status flags; not kept, for other holders change them */
};
long px_fd_place(int fd, struct px_place *place);
void px_fd_opened(int fd, const struct channel *channel, uint32_t mode, uint32_t is);
long px_fd_describe(int fd, struct px_description *description); /* asks the server */
long px_fd_kind(int fd, uint32_t *mode, uint32_t *is);           /* asks it once */
long px_stat_put(const struct file_stat *from, struct lx_stat *to);
long px_statfs_put(const struct file_statfs *from, struct lx_statfs *to);

/* copy.c: the program's memory, at addresses that may be wrong. 0, or -EFAULT. */

long px_get(void *to, const void *from, size_t n);
long px_put(void *to, const void *from, size_t n);
/* Length of a string of the program's, at most `max`, or -EFAULT. */
long px_string_length(const char *string, size_t max);

/* path.c */

struct px_opened {
    struct px_place place;
    uint32_t mode;
    uint32_t is;
};
/* Open relative to a place -> the lowest free descriptor. */
long px_open_descriptor(struct px_place from, const char *path, size_t length, uint32_t flags,
                        uint32_t mode);
/* Open relative to a place, into a slot that is no descriptor. */
long px_open_place(struct px_place from, const char *path, size_t length, uint32_t flags,
                   struct px_opened *opened);
long px_stat_place(struct px_place from, const char *path, size_t length, uint32_t flags,
                   struct file_stat *stat);
/*
 * Where a path begins: the root, the working directory or a descriptor; and its length, which may
 * be 0. The path can be read without care from then on. -EFAULT, -ENAMETOOLONG.
 */
long px_path_start(int dirfd, const char *path, size_t *length, struct px_place *place);

/* io.c */

/* One turn, n <= FILE_IO_MAX, without waiting. */
long px_read_place(struct px_place place, void *buf, size_t n);
long px_pread_place(struct px_place place, void *buf, size_t n, uint64_t offset);

/* time.c */

/* Of a relative time-out; NULL is for ever. -EINVAL for a malformed one. */
long px_deadline_relative(const struct lx_timespec *timeout, deadline_t *deadline);
/* Of an absolute time of CLOCK_REALTIME or CLOCK_MONOTONIC. */
long px_deadline_absolute(int clock, const struct lx_timespec *when, deadline_t *deadline);
uint64_t px_ticks_to_ns(uint64_t ticks);

/* signal.c */

uint64_t px_ignored_signals(void);
uint64_t
px_set_mask(uint64_t mask); /* -> the old one; pending signals that it lets through are delivered */
long px_signal_self(int sig); /* to the calling thread */
/* A thread begins with upcalls masked. Let them come to the calling one: done by each thread that
 * clone makes, by who makes one, and by who installs a handler, so also by the first thread. */
void px_open_upcalls(void);
/* A system call that waits and that a cancellation ends (wait.S); nr and arguments as svc5's. */
long px_wait_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4);

/*
 * A masked or restarting signal ends a wait of the kernel, but not ours. px_wait_begin() before,
 * and after -EINTR px_wait_again() says whether to wait again: if only handlers with SA_RESTART
 * have run. Calls that are never restarted ask px_wait_undisturbed(): if none at all has run since
 * `before`, the value that handlers_run had.
 */
static inline bool px_cancelled(void)
{
    return chcore_self()->signals_pending >> (LX_SIGCANCEL - 1) & 1;
}
static inline void px_wait_begin(void)
{
    chcore_self()->must_not_restart = 0;
}
static inline bool px_wait_again(void)
{
    return !chcore_self()->must_not_restart && !px_cancelled();
}
static inline bool px_wait_undisturbed(uint32_t before)
{
    return chcore_self()->handlers_run == before && !px_cancelled();
}

/* One function a row of table.h; docs are those of the POSIX functions they carry. */
#include "prototypes.h"
