/* SPDX-License-Identifier: MIT */
/* Users, groups and the creation mask: the process manager keeps them. */
#include "state.h"

#define KEEP UINT32_MAX

struct ids {
    uint32_t uid, gid, euid, egid;
};

static long get_ids(struct ids *ids)
{
    struct ipc_msg msg = {{PROC_IDS}};
    long result = px_proc_call(&msg);

    if (result < 0) {
        return result;
    }
    *ids = (struct ids){(uint32_t)msg.w[4], (uint32_t)(msg.w[4] >> 32), (uint32_t)msg.w[5],
                        (uint32_t)(msg.w[5] >> 32)};
    return 0;
}

static long set_ids(uint32_t uid, uint32_t gid, uint32_t euid, uint32_t egid)
{
    struct ipc_msg msg = {{PROC_SET_IDS, uid, gid, euid, egid}};

    return px_proc_call(&msg);
}

long px_getuid(void)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result < 0 ? result : (long)ids.uid;
}

long px_geteuid(void)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result < 0 ? result : (long)ids.euid;
}

long px_getgid(void)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result < 0 ? result : (long)ids.gid;
}

long px_getegid(void)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result < 0 ? result : (long)ids.egid;
}

/* There is no saved id: it is the effective one. */
static long put_three(uint32_t *real, uint32_t id, uint32_t *effective, uint32_t *saved,
                      uint32_t effective_id)
{
    if (px_put(real, &id, sizeof(id)) < 0 ||
        px_put(effective, &effective_id, sizeof(effective_id)) < 0 ||
        px_put(saved, &effective_id, sizeof(effective_id)) < 0) {
        return -EFAULT;
    }
    return 0;
}

long px_getresuid(uint32_t *real, uint32_t *effective, uint32_t *saved)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result == 0 ? put_three(real, ids.uid, effective, saved, ids.euid) : result;
}

long px_getresgid(uint32_t *real, uint32_t *effective, uint32_t *saved)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result == 0 ? put_three(real, ids.gid, effective, saved, ids.egid) : result;
}

/* The superuser sets both ids, others the effective one. */
long px_setuid(uint32_t uid)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result < 0 ? result : set_ids(ids.euid == 0 ? uid : KEEP, KEEP, uid, KEEP);
}

long px_setgid(uint32_t gid)
{
    struct ids ids;
    long result = get_ids(&ids);

    return result < 0 ? result : set_ids(KEEP, ids.euid == 0 ? gid : KEEP, KEEP, gid);
}

long px_setreuid(uint32_t real, uint32_t effective)
{
    return set_ids(real, KEEP, effective, KEEP);
}

long px_setregid(uint32_t real, uint32_t effective)
{
    return set_ids(KEEP, real, KEEP, effective);
}

/* Nobody has supplementary groups. */
long px_getgroups(int size)
{
    return size < 0 ? -EINVAL : 0;
}

long px_umask(uint32_t mask)
{
    struct ipc_msg msg = {{PROC_SET_UMASK, mask & 0777}};
    long result = px_proc_call(&msg);

    if (result >= 0) {
        __atomic_store_n(&px.umask_known, (mask & 0777) + 1, __ATOMIC_RELAXED);
    }
    return result;
}
