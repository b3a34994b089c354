/* SPDX-License-Identifier: MIT */
/*
 * procmgr, the first process. The kernel starts it with the board, the ramdisk and the time page
 * (struct boot_info); it starts the servers, then init, and serves.
 */
#include <chcore/print.h>
#include <chcore/start.h>
#include <chcore/syscall.h>
#include <chcore/thread.h>

#include "procmgr.h"

#define HANDLERS 8u

struct machine machine = {.console = CAP_NONE};

static long call(struct server_request *request, void *slot)
{
    switch (msg_method(request->w[0])) {
    case PROC_SPAWN:
        return spawn_call(request, slot);
    case PROC_WAIT:
        return wait_call(request);
    case PROC_KILL:
        return kill_call(request);
    case PROC_IDS:
        return ids_call(request);
    case PROC_SET_GROUP:
        return set_group_call(request);
    case PROC_SET_SESSION:
        return set_session_call(request);
    case PROC_SET_IDS:
        return set_ids_call(request);
    case PROC_SET_UMASK:
        return umask_call(request);
    case PROC_SIGNALS:
        return signals_call(request);
    case PROC_LIST:
        return list_call(request, slot);
    case PROC_CAPS:
    case PROC_REGIONS:
    case PROC_THREADS:
        return group_info_call(request, slot);
    case PROC_SYSTEM:
        return system_call(request, slot);
    case PROC_LOG:
        return log_call(request, slot);
    case PROC_POWER:
        return power_call(request);
    case PROC_REGISTER:
        return register_call(request, slot);
    case PROC_LOOKUP:
        return lookup_call(request, slot);
    default:
        return -ENOSYS;
    }
}

static uint64_t must(long handle, const char *what)
{
    if (handle < 0) {
        panic("%s: error %ld\n", what, -handle);
    }
    return (uint64_t)handle;
}

/* The kernel knows nothing of libchcore's thread block: the first process makes its own. */
static void set_thread_block(const struct boot_info *boot)
{
    static struct start_info start = {.version = 1};
    static struct chcore_thread block = {.self = &block, .start = &start};

    sys_thread_control(CAP_THREAD, THREAD_SET_TPIDRRO, (uint64_t)(uintptr_t)&block);
    start.time_page =
        must(sys_vm_map(CAP_VMSPACE, boot->time_pmo, 0, VM_PAGE_SIZE, 0, VM_READ), "time page");
}

static cap_t set_machine(const struct boot_info *boot)
{
    machine.board = boot->board;
    machine.ramdisk = boot->ramdisk;
    machine.ramdisk_size = boot->ramdisk_size;
    machine.time_pmo = boot->time_pmo;
    if (boot->ramdisk_size == 0) {
        panic("there is no ramdisk\n");
    }
    machine.ramdisk_base = (const uint8_t *)must(
        sys_vm_map(CAP_VMSPACE, boot->ramdisk, 0, boot->ramdisk_size, 0, VM_READ), "ramdisk");
    machine.exit_notification = must(sys_notification_create(), "exit notification");
    machine.tty_notification = must(sys_notification_create(), "console notification");
    cap_t drops = must(sys_notification_create(), "drop notification");
    machine.server = must(sys_server_create(0, drops), "server object");
    return drops;
}

int main(int argc, char **argv, char **envp)
{
    static const struct server_ops ops = {.call = call};
    const struct boot_info *boot = (const struct boot_info *)chcore_auxv(AT_CHCORE_BOOT);

    (void)argc;
    (void)argv;
    (void)envp;
    set_thread_block(boot);
    cap_t drops = set_machine(boot);
    process_add_own();
    services_start();
    must(server_thread_start("exit", exit_run, NULL), "exit thread");
    /* Its first call waits for the handlers that server_run_as makes. */
    must(spawn_init("/bin/init"), "cannot start /bin/init");
    server_run_as(machine.server, drops, &ops, HANDLERS);
}
