/* SPDX-License-Identifier: MIT */
/*
 * The system's servers, in the order in which they start, and how they are put together: mounts and
 * device nodes. Before this has run, nothing else does; an error here is the end of the boot.
 */
#include <chcore/print.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <lib/peer.h>
#include <proto/devfs.h>
#include <proto/file.h>
#include <proto/fsm.h>
#include <proto/tty.h>

#include "files.h"
#include "service.h"

#define ROOT_BADGE  1u /* of every file server: its root directory */
#define FILE_RIGHTS (RIGHT_READ | RIGHT_WRITE | RIGHT_EXEC | RIGHT_COPY | RIGHT_WAIT)

static long keep(uint64_t *field, long handle)
{
    *field = (uint64_t)handle;
    return handle < 0 ? handle : 0;
}

/* The archive. Files may have half of all memory, so that a full file system stops nothing else. */
static long ramdisk_arguments(const struct child *child, uint64_t arg[3])
{
    struct system_info system = {0};
    long result = sys_object_info(CAP_NONE, INFO_SYSTEM, 0, &system, sizeof(system));

    if (result >= 0) {
        result = sys_cap_group_set(child->group, GROUP_LIMIT_PAGES, system.pages_total / 2);
    }
    if (result < 0) {
        return result;
    }
    arg[1] = machine.ramdisk_size;
    return keep(&arg[0],
                child_give(child, machine.ramdisk, RIGHT_READ | RIGHT_EXEC | RIGHT_COPY, 0));
}

/* Registers, interrupt, and the notification by which the console passes ^C on. */
static long uart_arguments(const struct child *child, uint64_t arg[3])
{
    long base = sys_machine_control(machine.board, MACHINE_UART_BASE, 0);
    long irq = sys_machine_control(machine.board, MACHINE_UART_IRQ, 0);

    if (base < 0 || irq < 0) {
        return -ENODEV;
    }
    long registers = sys_pmo_create_by(VM_PAGE_SIZE, PMO_DEVICE, 0, machine.board, (uint64_t)base);
    long result = keep(&arg[0], child_move(child, registers, RIGHT_READ | RIGHT_WRITE));
    if (result == 0) {
        result = keep(&arg[1],
                      child_move(child, sys_irq_create(machine.board, (uint64_t)irq), RIGHT_ALL));
    }
    if (result == 0) {
        result = keep(&arg[2], child_give(child, machine.tty_notification, RIGHT_SIGNAL, 0));
    }
    return result;
}

enum service_index { TMPFS, FSM, DEVFS, UART, SERVICE_COUNT };

static const struct service services[SERVICE_COUNT] = {
    [TMPFS] = {"tmpfs", "sbin/tmpfs", PID_FIRST_SERVER, ramdisk_arguments},
    [FSM] = {"fsm", "sbin/fsm", PID_FSM, NULL},
    [DEVFS] = {"devfs", "sbin/devfs", PID_FIRST_SERVER + 1, NULL},
    [UART] = {"uart", "sbin/uart", PID_FIRST_SERVER + 2, uart_arguments},
};

/* Device nodes: what a driver's permanent token is called in /dev. */
static const struct node {
    const char *name;
    enum service_index driver;
    uint64_t badge;
    uint32_t mode;
    uint32_t number;
} nodes[] = {
    {"console", UART, TTY_BADGE_CONSOLE, 0600, DEV_CONSOLE},
    {"tty", UART, TTY_BADGE_CONSOLE, 0666, DEV_TTY},
    {"host/stdin", UART, TTY_BADGE_HOST_STDIN, 0600, DEV_HOST},
    {"host/stdout", UART, TTY_BADGE_HOST_STDOUT, 0600, DEV_HOST + 1},
    {"host/stderr", UART, TTY_BADGE_HOST_STDERR, 0600, DEV_HOST + 2},
};

static cap_t server_of[SERVICE_COUNT];

static void must(long result, const char *what, const char *name)
{
    if (result < 0) {
        panic("%s %s: error %ld\n", what, name, -result);
    }
}

static cap_t mint(enum service_index service, uint64_t badge)
{
    long token = sys_token_mint(server_of[service], badge, FILE_RIGHTS);

    must(token, "no token for", services[service].name);
    return (cap_t)token;
}

static struct peer connect(enum service_index service)
{
    struct peer peer;
    long connection = sys_connection_create(server_of[service], 1);

    must(connection, "no connection to", services[service].name);
    must(peer_open(&peer, (cap_t)connection), "no answer from", services[service].name);
    return peer;
}

/* cover: the directory, CAP_NONE for the root of all. */
static void mount(struct peer *fsm, cap_t cover, cap_t root, const char *path)
{
    struct ipc_msg msg = {.w = {0, strlen(path)}};
    struct peer_caps caps = {.count = 1, .cap = {root}};

    if (cover != CAP_NONE) {
        caps = (struct peer_caps){.count = 2, .cap = {cover, root}};
    }
    memcpy(fsm->slot, path, strlen(path));
    must(peer_call(fsm, FSM_MOUNT, CAP_NONE, &msg, &caps), "cannot mount", path);
}

static cap_t open_directory(const char *path)
{
    struct ipc_msg msg = {.w = {0, strlen(path), FILE_O_RDONLY | FILE_O_DIRECTORY}};
    struct peer_caps caps = {.count = 0};
    struct peer peer;

    must(files_acquire(machine.root, &peer), "no answer for", path);
    memcpy(peer.slot, path, strlen(path));
    long result = peer_call(&peer, FILE_OPEN, machine.root, &msg, &caps);
    files_release(machine.root, &peer, true);
    must(result == 0 && caps.received == CAP_NONE ? -ENOENT : result, "cannot open", path);
    return caps.received;
}

static void add_node(struct peer *devfs, const struct node *node)
{
    struct ipc_msg msg = {.w = {0, strlen(node->name)}};
    struct peer_caps caps = {.count = 1, .cap = {mint(node->driver, node->badge)}};

    memcpy(&msg.w[2], node->name, strlen(node->name));
    msg.w[5] = FILE_CHARACTER | node->mode;
    msg.w[6] = node->number;
    must(peer_call(devfs, DEV_ADD, CAP_NONE, &msg, &caps), "cannot add node", node->name);
    sys_cap_drop(CAP_SELF, caps.cap[0]);
}

void service_ended(uint32_t pid)
{
    for (unsigned i = 0; i < SERVICE_COUNT; i++) {
        if (services[i].pid == pid) {
            sys_server_serve(server_of[i], 0);
        }
    }
}

void services_start(void)
{
    for (unsigned i = 0; i < SERVICE_COUNT; i++) {
        if (i == UART) {
            log_skip();
            must(sys_machine_control(machine.board, MACHINE_RELEASE_CONSOLE, 0), "cannot release",
                 "the console");
        }
        long server = service_start(&services[i]);
        must(server, "cannot start", services[i].path);
        server_of[i] = (cap_t)server;
    }
    machine.fsm_server = server_of[FSM];
    machine.root = mint(TMPFS, ROOT_BADGE);
    machine.console = mint(UART, TTY_BADGE_LOG);

    struct peer devfs = connect(DEVFS);
    for (unsigned i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
        add_node(&devfs, &nodes[i]);
    }
    peer_close(&devfs);

    struct peer fsm = connect(FSM);
    mount(&fsm, CAP_NONE, machine.root, "/");
    cap_t dev = open_directory("dev");
    cap_t dev_root = mint(DEVFS, ROOT_BADGE);
    mount(&fsm, dev, dev_root, "/dev");
    sys_cap_drop(CAP_SELF, dev);
    sys_cap_drop(CAP_SELF, dev_root);
    peer_close(&fsm);
    log_forward();
}
