/* SPDX-License-Identifier: MIT */
/* chcore/system.h: asking the process manager and the kernel about everything. */
#include "state.h"
#include <chcore/system.h>
#include <proto/tty.h>

/* A method of procmgr's that fills the slot with records of `size` bytes -> records copied. */
static long fetch(struct ipc_msg msg, void *list, size_t size, size_t max)
{
    struct px_call call;
    long result = px_call_begin(&call, (struct px_place){CAP_NONE, px_procmgr()});

    if (result < 0) {
        return result;
    }
    result = px_call_do(&call, &msg, NULL, NULL);
    if (result > (long)(MSG_SLOT_SIZE / size)) {
        result = -EIO; /* the server is broken */
    }
    if (result > 0) {
        result = (size_t)result < max ? result : (long)max;
        memcpy(list, call.data, (size_t)result * size);
    }
    px_call_end(&call);
    return result;
}

long chcore_proc_list(uint32_t first, struct proc_info *list, size_t max)
{
    return fetch((struct ipc_msg){{PROC_LIST, first}}, list, sizeof(*list), max);
}

long chcore_proc_caps(uint32_t pid, uint64_t *cursor, struct cap_info *list, size_t max)
{
    struct ipc_msg msg = {{PROC_CAPS, pid, *cursor}};
    long n = fetch(msg, list, sizeof(*list), max);

    if (n > 0) {
        *cursor = (list[n - 1].handle & ((1u << CAP_SLOT_BITS) - 1)) + 1;
    }
    return n;
}

long chcore_proc_regions(uint32_t pid, uint64_t *cursor, struct region_info *list, size_t max)
{
    struct ipc_msg msg = {{PROC_REGIONS, pid, *cursor}};
    long n = fetch(msg, list, sizeof(*list), max);

    if (n > 0) {
        *cursor = list[n - 1].start + list[n - 1].length;
    }
    return n;
}

long chcore_proc_threads(uint32_t pid, uint64_t *cursor, struct thread_info *list, size_t max)
{
    struct ipc_msg msg = {{PROC_THREADS, pid, *cursor}};
    long n = fetch(msg, list, sizeof(*list), max);

    if (n > 0) {
        *cursor += (uint64_t)n;
    }
    return n;
}

long chcore_system_info(struct system_info *info)
{
    long result = sys_object_info(CAP_NONE, INFO_SYSTEM, 0, info, sizeof(*info));

    return result < 0 ? result : 0;
}

long chcore_dmesg(uint64_t *position, char *buf, size_t len)
{
    struct px_call call;
    long result = px_call_begin(&call, (struct px_place){CAP_NONE, px_procmgr()});

    if (result < 0) {
        return result;
    }
    struct ipc_msg msg = {{PROC_LOG, len < MSG_SLOT_SIZE ? len : MSG_SLOT_SIZE, *position}};
    result = px_call_do(&call, &msg, NULL, NULL);
    if (result > 0 && (size_t)result <= len) {
        memcpy(buf, call.data, (size_t)result);
        *position = msg.w[1];
    }
    px_call_end(&call);
    return result;
}

long chcore_power(enum proc_power what)
{
    struct ipc_msg msg = {{PROC_POWER, what, 0}};

    return px_proc_call(&msg);
}

long chcore_host_exit(int status)
{
    long fd = px_openat(LX_AT_FDCWD, "/dev/host/stdout", FILE_O_WRONLY | FILE_O_CLOEXEC, 0);

    if (fd < 0) {
        return fd;
    }
    long result = px_ioctl((int)fd, TTY_HOST_EXIT, status & 0xff);
    px_close((int)fd);
    return result;
}

const char *chcore_object_name(uint32_t type)
{
    static const char *const names[OBJ_TYPE_COUNT] = {
        [OBJ_NONE] = "none",
        [OBJ_CAP_GROUP] = "group",
        [OBJ_THREAD] = "thread",
        [OBJ_VMSPACE] = "vmspace",
        [OBJ_PMO] = "pmo",
        [OBJ_SERVER] = "server",
        [OBJ_CONNECTION] = "connection",
        [OBJ_TOKEN] = "token",
        [OBJ_NOTIFICATION] = "notification",
        [OBJ_IRQ] = "irq",
        [OBJ_BOARD] = "board",
    };

    return type < OBJ_TYPE_COUNT ? names[type] : "unknown";
}

const char *chcore_rights_text(uint32_t rights, char text[9])
{
    static const char letters[8] = "rwxcmswd"; /* read write exec copy manage signal wait dma */

    for (unsigned i = 0; i < 8; i++) {
        text[i] = rights >> i & 1 ? letters[i] : '-';
    }
    text[8] = '\0';
    return text;
}

const char *chcore_error_name(long error)
{
#define X(name, value, sentence) \
    case -(value):               \
        return #name;
    switch (error) {
        ERRNO_TABLE(X)
    default:
        return "unknown error";
    }
#undef X
}
