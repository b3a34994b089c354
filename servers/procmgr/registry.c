/* SPDX-License-Identifier: MIT */
/* Names of services: who is root may register a token, everybody may ask for it. */
#include <chcore/string.h>
#include <chcore/syscall.h>

#include "procmgr.h"

#define SERVICES 32u

static struct {
    struct mutex lock;
    /* Protected by lock: */
    struct {
        char name[PROC_NAME_MAX]; /* empty: free */
        cap_t token;
    } service[SERVICES];
} registry;

/* The name, copied and checked. */
static long take_name(const struct server_request *request, const void *slot,
                      char name[PROC_NAME_MAX])
{
    uint64_t length = request->w[1];

    if (!slot || length == 0 || length >= PROC_NAME_MAX) {
        return -EINVAL;
    }
    memcpy(name, slot, length);
    name[length] = 0;
    return strlen(name) == length ? 0 : -EINVAL;
}

/* Locked. Its place, or of a free one with "", or -1. */
static int find(const char *name)
{
    for (unsigned i = 0; i < SERVICES; i++) {
        if (strcmp(registry.service[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static long check_token(cap_t token)
{
    struct cap_info info = {0};

    return token != CAP_NONE && sys_cap_info(CAP_SELF, token, &info) == 0 &&
                   info.type == OBJ_TOKEN && (info.rights & RIGHT_COPY)
               ? 0
               : -EINVAL;
}

long register_call(struct server_request *request, const void *slot)
{
    char name[PROC_NAME_MAX];
    long result = take_name(request, slot, name);

    if (result) {
        return result;
    }
    mutex_lock(&processes.lock);
    const struct process *process = process_of(request->principal);
    bool allowed = process && process->ids.euid == 0;
    mutex_unlock(&processes.lock);
    if (!allowed) {
        return -EPERM;
    }
    if (request->cap_count == 0 || check_token(request->cap[0])) {
        return -EINVAL;
    }
    mutex_lock(&registry.lock);
    int place = find("");
    if (find(name) >= 0) {
        result = -EEXIST;
    } else if (place < 0) {
        result = -ENOMEM;
    } else {
        strlcpy(registry.service[place].name, name, PROC_NAME_MAX);
        registry.service[place].token = server_take_cap(request, 0);
    }
    mutex_unlock(&registry.lock);
    return result;
}

long lookup_call(struct server_request *request, const void *slot)
{
    char name[PROC_NAME_MAX];
    long result = take_name(request, slot, name);

    if (result) {
        return result;
    }
    mutex_lock(&registry.lock);
    int place = find(name);
    if (place >= 0) {
        server_send_cap(request, registry.service[place].token, RIGHT_ALL);
    }
    mutex_unlock(&registry.lock);
    return place >= 0 ? 0 : -ENOENT;
}
