/* SPDX-License-Identifier: MIT */
/* The machine, limits, random bytes. */
#include "state.h"
#include <chcore/system.h>

long px_uname(struct lx_utsname *out)
{
    static const struct lx_utsname name = {
        .sysname = "ChCore",
        .nodename = "chcore",
        .release = "0.1.0",
        .version = "#1",
        .machine = "aarch64",
        .domainname = "(none)",
    };

    return px_put(out, &name, sizeof(name));
}

long px_sysinfo(struct lx_sysinfo *out)
{
    struct system_info info;
    long result = chcore_system_info(&info);

    if (result != 0) {
        return result;
    }
    struct lx_sysinfo answer = {
        .uptime = info.ticks / info.frequency,
        .totalram = info.pages_total * VM_PAGE_SIZE,
        .freeram = info.pages_free * VM_PAGE_SIZE,
        .procs = (uint16_t)info.groups,
        .mem_unit = 1,
    };
    return px_put(out, &answer, sizeof(answer));
}

/* All CPUs: threads are not bound to one by POSIX means. */
long px_sched_getaffinity(int tid, size_t size, uint8_t *mask)
{
    struct system_info info;
    long result = chcore_system_info(&info);

    (void)tid;
    if (result != 0) {
        return result;
    }
    if (size < sizeof(uint64_t)) {
        return -EINVAL;
    }
    uint64_t cpus = info.cpus >= 64 ? UINT64_MAX : (1ull << info.cpus) - 1;
    return px_put(mask, &cpus, sizeof(cpus)) < 0 ? -EFAULT : (long)sizeof(cpus);
}

/* Limits can be read; the two that are not infinite are fixed. */
long px_prlimit64(int pid, uint32_t what, const struct lx_rlimit *limit, struct lx_rlimit *old)
{
    if (what >= LX_RLIMIT_COUNT) {
        return -EINVAL;
    }
    if (pid != 0 && (uint32_t)pid != chcore_self()->pid) {
        return -ENOSYS;
    }
    struct lx_rlimit now = {LX_RLIM_INFINITY, LX_RLIM_INFINITY};
    if (what == LX_RLIMIT_NOFILE) {
        now = (struct lx_rlimit){CAP_NOFILE, CAP_NOFILE};
    } else if (what == LX_RLIMIT_STACK) {
        now.cur = 8ull << 20;
    }
    struct lx_rlimit wanted = now;
    if ((limit && px_get(&wanted, limit, sizeof(wanted)) < 0) ||
        (old && px_put(old, &now, sizeof(now)) < 0)) {
        return -EFAULT;
    }
    return wanted.cur == now.cur && wanted.max == now.max ? 0 : -ENOSYS;
}

/* From the random device's server, a turn at a time. */
long px_getrandom(char *buf, size_t n, uint32_t flags)
{
    static const char device[] = "dev/urandom";
    struct px_place root;
    struct px_opened opened;
    size_t done = 0;

    (void)flags; /* it never blocks */
    long result = px_place_root(&root);
    if (result == 0) {
        result = px_open_place(root, device, sizeof(device) - 1, FILE_O_RDONLY, &opened);
    }
    if (result != 0) {
        return result;
    }
    while (done < n && result >= 0) {
        size_t turn = n - done < FILE_IO_MAX ? n - done : FILE_IO_MAX;
        result = px_read_place(opened.place, buf + done, turn);
        if (result == 0) {
            result = -EIO; /* the server is broken */
        } else if (result > 0) {
            done += (size_t)result;
        }
    }
    sys_cap_drop(CAP_SELF, opened.place.token);
    return done > 0 ? (long)done : result < 0 ? result : 0;
}
