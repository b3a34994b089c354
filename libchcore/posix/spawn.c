/* SPDX-License-Identifier: MIT */
/*
 * Starting a program. What needs paths is done here, in the caller: files are opened, directories
 * found, `#!` lines followed. The process manager gets tokens, a list of descriptor moves, and the
 * block of arguments (proto/procmgr.h).
 */
#include "state.h"
#include <chcore/spawn.h>

#define SCRIPT_LINE_MAX  256 /* of `#!`, as on Linux */
#define SCRIPT_DEPTH_MAX 4

/* All that is gathered for one request; undone by spawn_end. */
struct spawn {
    const struct chcore_spawn *request;
    struct px_opened program;
    bool program_open;
    int directory; /* descriptor of the child's working directory, or -1: the caller's */
    struct spawn_action action[PROC_MAX_ACTIONS];
    uint32_t actions;
    int opened[PROC_MAX_ACTIONS]; /* descriptors to close afterwards */
    uint32_t opened_count;

    /* `#!`: what stands before the request's arguments, the script's path included. */
    char line[SCRIPT_DEPTH_MAX][SCRIPT_LINE_MAX];
    const char *before[2 * SCRIPT_DEPTH_MAX + 1];
    uint32_t before_count;
    const char *path; /* of the program that is started */
};

static long open_from(const struct spawn *spawn, const char *path, uint32_t flags, uint32_t mode)
{
    int from = spawn->directory >= 0 ? spawn->directory : LX_AT_FDCWD;

    return px_openat(from, path, flags | FILE_O_CLOEXEC, mode);
}

/* Remember a descriptor of ours to close when the child has been made. */
static void keep_opened(struct spawn *spawn, int fd)
{
    spawn->opened[spawn->opened_count++] = fd;
}

static void add_action(struct spawn *spawn, uint32_t kind, uint32_t from, uint32_t to)
{
    spawn->action[spawn->actions++] = (struct spawn_action){kind, from, to, 0};
}

/* Which descriptor of ours is the child's `fd` as far as the actions have come; -1: none. */
static int ours(const struct spawn *spawn, int fd)
{
    for (uint32_t i = spawn->actions; i > 0; i--) {
        const struct spawn_action *action = &spawn->action[i - 1];
        if (action->to == (uint32_t)fd) {
            if (action->kind == SPAWN_CLOSE) {
                return -1;
            }
            fd = (int)action->from;
            if (action->kind == SPAWN_PARENT) {
                return fd;
            }
        }
    }
    return fd;
}

static long change_directory(struct spawn *spawn, long fd)
{
    if (fd < 0) {
        return fd;
    }
    spawn->directory = (int)fd;
    return 0;
}

static long do_action(struct spawn *spawn, const struct chcore_file_action *action)
{
    long fd;

    switch (action->op) {
    case CHCORE_SPAWN_CLOSE:
        add_action(spawn, SPAWN_CLOSE, 0, (uint32_t)action->fd);
        return 0;
    case CHCORE_SPAWN_DUP2:
        add_action(spawn, SPAWN_DUP, (uint32_t)action->fd2, (uint32_t)action->fd);
        return 0;
    case CHCORE_SPAWN_OPEN:
        fd = open_from(spawn, action->path, (uint32_t)action->oflag, action->mode);
        if (fd >= 0) {
            keep_opened(spawn, (int)fd);
            add_action(spawn, SPAWN_PARENT, (uint32_t)fd, (uint32_t)action->fd);
        }
        return fd < 0 ? fd : 0;
    case CHCORE_SPAWN_CHDIR:
        fd = open_from(spawn, action->path, FILE_O_PATH | FILE_O_DIRECTORY, 0);
        if (fd >= 0) {
            keep_opened(spawn, (int)fd);
        }
        return change_directory(spawn, fd);
    case CHCORE_SPAWN_FCHDIR:
        fd = ours(spawn, action->fd);
        return change_directory(spawn, fd < 0 ? -EBADF : fd);
    default:
        return -EINVAL;
    }
}

static void close_program(struct spawn *spawn)
{
    if (spawn->program_open) {
        sys_cap_drop(CAP_SELF, spawn->program.place.token);
        spawn->program_open = false;
    }
}

/* Open a file that is to be executed -> spawn->program. */
static long open_program(struct spawn *spawn, const char *path)
{
    int from = spawn->directory >= 0 ? spawn->directory : LX_AT_FDCWD;
    struct px_place start;
    size_t length;
    long result = px_path_start(from, path, &length, &start);

    if (result == 0 && length == 0) {
        result = -ENOENT;
    }
    if (result == 0) {
        result = px_open_place(start, path, length, FILE_O_RDONLY, &spawn->program);
    }
    if (result < 0) {
        return result;
    }
    spawn->program_open = true;
    spawn->path = path;
    uint32_t mode = spawn->program.mode;
    return (mode & FILE_TYPE_MASK) == FILE_REGULAR && mode & 0111 ? 0 : -EACCES;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void add_before(struct spawn *spawn, const char *argument)
{
    memmove(spawn->before + 1, spawn->before, spawn->before_count * sizeof(spawn->before[0]));
    spawn->before[0] = argument;
    spawn->before_count++;
}

/*
 * Take a `#!` line apart: interpreter, and one argument that may have blanks in it. The line ends
 * with a NUL -> the interpreter, or NULL when there is none.
 */
static const char *split_line(char *line, const char **argument)
{
    char *start = line + 2;

    while (is_blank(*start)) {
        start++;
    }
    char *end = start;
    while (*end && !is_blank(*end)) {
        end++;
    }
    char *rest = end;
    while (is_blank(*rest)) {
        rest++;
    }
    *end = '\0';
    char *last = rest + strlen(rest);
    while (last > rest && is_blank(last[-1])) {
        *--last = '\0';
    }
    *argument = *rest ? rest : NULL;
    return *start ? start : NULL;
}

/* Is spawn->program a script? 1: its first line is in `line`, with a NUL at its end; 0: no. */
static long read_script_line(const struct spawn *spawn, char line[SCRIPT_LINE_MAX])
{
    long n = px_pread_place(spawn->program.place, line, SCRIPT_LINE_MAX - 1, 0);

    if (n < 0) {
        return n;
    }
    line[n] = '\0';
    if (n < 2 || line[0] != '#' || line[1] != '!') {
        return 0;
    }
    char *end = memchr(line, '\n', (size_t)n);
    if (!end && n == SCRIPT_LINE_MAX - 1) {
        return -ENOEXEC; /* the interpreter's name may be cut */
    }
    if (end) {
        *end = '\0';
    }
    return 1;
}

/* Open the program; for a script, its interpreter, until that is no script. */
static long find_program(struct spawn *spawn)
{
    const char *path = spawn->request->path;

    for (uint32_t depth = 0;; depth++) {
        long result = open_program(spawn, path);
        if (result < 0) {
            return result;
        }
        if (depth == SCRIPT_DEPTH_MAX) {
            return -ELOOP;
        }
        result = read_script_line(spawn, spawn->line[depth]);
        if (result <= 0) {
            return result;
        }
        const char *argument;
        const char *interpreter = split_line(spawn->line[depth], &argument);
        if (!interpreter) {
            return -ENOEXEC;
        }
        close_program(spawn);
        if (depth == 0) {
            add_before(spawn, path);
        }
        if (argument) {
            add_before(spawn, argument);
        }
        add_before(spawn, interpreter);
        path = interpreter;
    }
}

/* The block is written by the same code that measures it: `at` runs on, `to` may be NULL. */
struct writer {
    char *to;
    size_t at;
};

static void put(struct writer *writer, const void *data, size_t size)
{
    if (writer->to) {
        memcpy(writer->to + writer->at, data, size);
    }
    writer->at += size;
}

static uint32_t put_strings(struct writer *writer, char *const *strings)
{
    uint32_t n = 0;

    for (; strings && strings[n]; n++) {
        put(writer, strings[n], strlen(strings[n]) + 1);
    }
    return n;
}

static size_t write_block(const struct spawn *spawn, char *to)
{
    const struct chcore_spawn *request = spawn->request;
    char *const *argv = request->argv;
    struct writer writer = {to, sizeof(struct spawn_head)};
    struct spawn_head head = {
        .version = SPAWN_VERSION,
        .flags = (request->flags & CHCORE_SPAWN_SETPGROUP ? SPAWN_SET_GROUP : 0) |
                 (request->flags & CHCORE_SPAWN_SETSID ? SPAWN_NEW_SESSION : 0),
        .actions = spawn->actions,
        .group = request->pgroup,
        .ignored = px_ignored_signals() & ~request->signal_default,
    };

    put(&writer, spawn->action, spawn->actions * sizeof(spawn->action[0]));
    put(&writer, spawn->path, strlen(spawn->path) + 1);
    for (uint32_t i = 0; i < spawn->before_count; i++) {
        put(&writer, spawn->before[i], strlen(spawn->before[i]) + 1);
    }
    if (spawn->before_count > 0 && argv && argv[0]) {
        argv++; /* a script's own path stands in place of argv[0] */
    }
    head.argc = spawn->before_count + put_strings(&writer, argv);
    head.envc = put_strings(&writer, request->envp);
    if (to) {
        memcpy(to, &head, sizeof(head));
    }
    return writer.at;
}

/* A block that no slot can hold goes in a pmo of its own -> handle. */
static long block_pmo(const struct spawn *spawn, size_t size)
{
    long pmo = sys_pmo_create(size, PMO_ANON, 0, 0);

    if (pmo < 0) {
        return pmo;
    }
    long address = sys_vm_map(CAP_VMSPACE, (cap_t)pmo, 0, size, 0, VM_READ | VM_WRITE);
    if (address < 0) {
        sys_cap_drop(CAP_SELF, (cap_t)pmo);
        return address;
    }
    write_block(spawn, (char *)address);
    sys_vm_unmap(CAP_VMSPACE, (uint64_t)address, size);
    return pmo;
}

/* The call: capabilities are the program, its two directories, and the block's pmo if it has one.
 */
static long call_procmgr(const struct spawn *spawn, struct px_place cwd, struct px_place root)
{
    size_t size = write_block(spawn, NULL);
    size_t pmo_size = (size + VM_PAGE_SIZE - 1) & ~(VM_PAGE_SIZE - 1);
    struct px_call call;
    long pmo = -1;

    if (size > (size_t)PROC_BLOCK_MAX) {
        return -E2BIG;
    }
    long result = px_call_begin(&call, (struct px_place){CAP_NONE, px_procmgr()});
    if (result != 0) {
        return result;
    }
    struct ipc_msg msg = {{PROC_SPAWN, size, SPAWN_CWD | SPAWN_ROOT}};
    struct ipc_caps caps = {
        .count = 3,
        .cap = {{spawn->program.place.token, RIGHT_ALL, 0},
                {cwd.token, RIGHT_ALL, 0},
                {root.token, RIGHT_ALL, 0}},
    };
    if (size <= MSG_SLOT_SIZE) {
        write_block(spawn, call.data);
    } else {
        pmo = block_pmo(spawn, pmo_size);
        if (pmo < 0) {
            px_call_end(&call);
            return pmo;
        }
        caps.cap[caps.count++] = (struct ipc_cap){(cap_t)pmo, RIGHT_ALL, IPC_CAP_MOVE};
        msg.w[2] |= SPAWN_BLOCK;
    }
    result = px_call_do(&call, &msg, &caps, NULL);
    px_call_end(&call);
    return result;
}

static void spawn_end(struct spawn *spawn)
{
    close_program(spawn);
    for (uint32_t i = 0; i < spawn->opened_count; i++) {
        px_close(spawn->opened[i]);
    }
}

static long spawn_from(struct spawn *spawn)
{
    const struct chcore_spawn *request = spawn->request;
    struct px_place cwd, root;

    for (uint32_t i = 0; i < request->action_count; i++) {
        long result = do_action(spawn, &request->actions[i]);
        if (result < 0) {
            return result;
        }
    }
    long result = find_program(spawn);
    if (result == 0) {
        result = spawn->directory >= 0 ? px_fd_place(spawn->directory, &cwd) : px_place_cwd(&cwd);
    }
    if (result == 0) {
        result = px_place_root(&root);
    }
    return result < 0 ? result : call_procmgr(spawn, cwd, root);
}

/*
 * struct spawn is 8 KiB: too much for a small thread's stack, and there is no heap here, so there
 * is one for the process, and one spawn at a time.
 */
long chcore_spawn(const struct chcore_spawn *request)
{
    static struct mutex lock;
    static struct spawn spawn;

    if (request->action_count > PROC_MAX_ACTIONS) {
        return -E2BIG;
    }
    mutex_lock(&lock);
    spawn.request = request;
    spawn.program_open = false;
    spawn.directory = -1;
    spawn.actions = 0;
    spawn.opened_count = 0;
    spawn.before_count = 0;
    long result = spawn_from(&spawn);
    spawn_end(&spawn);
    mutex_unlock(&lock);
    return result;
}
