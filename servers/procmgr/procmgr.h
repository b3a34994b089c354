/* SPDX-License-Identifier: MIT */
/*
 * The process manager's state. One lock, `processes.lock`, guards the table, the tree and every
 * process's fields but for those said to be constant; it is never held over a call to another
 * server nor over one that can take long. A process under construction is in the table (its pid is
 * taken) but STARTING: nobody else touches it.
 */
#pragma once

#include <chcore/server.h>
#include <chcore/sync.h>
#include <proto/procmgr.h>
#include <stdbool.h>
#include <uapi/boot.h>
#include <uapi/task.h>

#define PROCESS_MAX                                                              \
    1024u /* places in the table, a power of two; pid % PROCESS_MAX is the place \
           */
#define PROCESS_LIMIT                                                          \
    512u /* processes at a time, the last RESERVED of them for init's children \
          */
#define RESERVED   8u
#define PID_LIMIT  (1u << 22)
#define SIGNAL_MAX 64u

enum process_state { STARTING, ALIVE, ZOMBIE };

struct credentials {
    uint32_t uid, gid, euid, egid;
};

struct process {
    /* Constant once ALIVE: */
    uint32_t pid;
    bool is_server;
    cap_t cap_group; /* dropped when it becomes a zombie */
    cap_t thread;    /* the first thread */
    cap_t image;     /* its program's file, for names in backtraces; CAP_NONE: none; dropped as
                        cap_group */
    uint64_t image_offset; /* where in that pmo the file begins */
    uint64_t start_ticks;
    char name[TASK_NAME_MAX];
    /* Protected by processes.lock: */
    enum process_state state;
    uint64_t principal;
    uint32_t group, session;
    struct credentials ids;
    uint32_t umask;
    uint64_t ignored, handled; /* signals: bit n-1 for n */
    int32_t status;            /* zombie: as wait(2) has it */
    uint64_t cpu_ticks;        /* zombie */
    struct process *parent;    /* NULL: none waits for it */
    struct process *children;
    struct process *next_sibling;
};

struct processes {
    struct mutex lock;
    /* Protected by lock: */
    struct process *place[PROCESS_MAX];
    uint32_t count;
    uint32_t last_pid;
    uint32_t generation; /* of principals: never 0 */
};
extern struct processes processes;

/* What procmgr was given or made at boot; constant afterwards. */
struct machine {
    cap_t board;
    cap_t ramdisk;
    uint64_t ramdisk_size;
    const uint8_t *ramdisk_base;
    cap_t time_pmo;
    cap_t server; /* procmgr's own server object */
    cap_t exit_notification;
    cap_t fsm_server; /* to make connections to fsm */
    cap_t root;       /* token of the root directory */
    cap_t console;    /* token of the console's log stream, CAP_NONE until there is one */
    cap_t tty_notification;
};
extern struct machine machine;

/* process.c: the table and the tree. All with processes.lock held unless said. */
struct process *process_find(uint32_t pid);
/* The process that asks; NULL for a server or one that has just ended. */
struct process *process_of(uint64_t principal);
/* Not locked. A new STARTING process below `parent` (0: none); NULL and *error. */
struct process *process_reserve(uint32_t parent_pid, uint32_t fixed_pid, long *error);
/* Not locked. procmgr itself as process PID_PROCMGR, for those who look. */
void process_add_own(void);
/* Not locked. Give up one that did not start. */
void process_abandon(struct process *process);
/* Free a zombie. */
void process_reap(struct process *process);
/* Its parent learns that its state changed. */
void process_tell_parent(struct process *parent);
/* Not locked. A handle of its own to a living process's cap_group, for the caller to drop; -ESRCH.
 */
long process_group_handle(uint32_t pid);

/* spawn.c */
long spawn_call(struct server_request *request, const void *slot);
/* The first process; its pid or -errno. */
long spawn_init(const char *path);

/* exit.c: the thread that waits for ends and for the console's signals. */
void exit_run(void *arg);
/* Print what the kernel's log got since the last time on the console. */
void log_forward(void);
/* Begin there: what is in the log now has been printed. */
void log_skip(void);

/* wait.c, signal.c, identity.c, inspect.c, registry.c: methods */
long wait_call(struct server_request *request);
long kill_call(struct server_request *request);
/* The processes of a group (or one, when pid > 0) get a signal. 0, -ESRCH or -EPERM. */
long signal_send(int64_t pid, uint32_t own_group, uint32_t signal);
long signals_call(struct server_request *request);
long ids_call(struct server_request *request);
long set_group_call(struct server_request *request);
long set_session_call(struct server_request *request);
long set_ids_call(struct server_request *request);
long umask_call(struct server_request *request);
long list_call(struct server_request *request, void *slot);
long group_info_call(struct server_request *request, void *slot);
long system_call(struct server_request *request, void *slot);
long log_call(struct server_request *request, void *slot);
long power_call(struct server_request *request);
long register_call(struct server_request *request, const void *slot);
long lookup_call(struct server_request *request, const void *slot);

/* service.c: the servers of the boot table, mounted and ready. Panics when one cannot start. */
void services_start(void);
/* That server has died. Nothing starts it again, so who calls it gets -EPEERDEAD from now on. */
void service_ended(uint32_t pid);
