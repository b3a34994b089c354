/* SPDX-License-Identifier: MIT */
/*
 * Places: tokens with the channel to their server. A token leads to its server by the server's id,
 * so a process has one channel a server however many tokens it holds.
 */
#include "state.h"

static struct channel *find_channel(uint64_t server)
{
    uint32_t count = __atomic_load_n(&px.channel_count, __ATOMIC_ACQUIRE);

    for (uint32_t i = 0; i < count; i++) {
        if (px.channel[i].server == server) {
            return &px.channel[i];
        }
    }
    return NULL;
}

/* Connect to the token's server. px.channel_lock is held. */
static long add_channel(cap_t token, uint64_t server, struct channel **channel)
{
    if (px.channel_count == PX_SERVERS) {
        return -ENFILE;
    }
    long connection = sys_token_connect(token);
    if (connection < 0) {
        return connection;
    }
    *channel = &px.channel[px.channel_count];
    (*channel)->connection = (cap_t)connection;
    (*channel)->server = server;
    __atomic_store_n(&px.channel_count, px.channel_count + 1, __ATOMIC_RELEASE);
    return 0;
}

long px_channel_of(cap_t token, struct channel **channel)
{
    struct cap_info info = {0};
    long result = sys_cap_info(CAP_SELF, token, &info);

    if (result != 0) {
        return result;
    }
    if (info.type != OBJ_TOKEN) {
        return -EBADF;
    }
    *channel = find_channel(info.detail);
    if (*channel) {
        return 0;
    }
    mutex_lock(&px.channel_lock);
    *channel = find_channel(info.detail); /* another thread may have been faster */
    result = *channel ? 0 : add_channel(token, info.detail, channel);
    mutex_unlock(&px.channel_lock);
    return result;
}

struct channel *px_procmgr(void)
{
    px.procmgr.connection = chcore_start_info()->procmgr; /* always the same value */
    return &px.procmgr;
}

struct channel *px_fsm(void)
{
    px.fsm.connection = chcore_start_info()->fsm;
    return &px.fsm;
}

/* One of the process's own places, found in start_info at first. */
static long own_place(struct px_place *own, cap_t born_with, struct px_place *place)
{
    mutex_lock(&px.place_lock);
    *place = *own;
    mutex_unlock(&px.place_lock);
    if (place->channel) {
        return 0;
    }
    if (born_with == CAP_NONE || born_with == 0) {
        return -ENOENT;
    }
    place->token = born_with;
    long result = px_channel_of(born_with, &place->channel);
    if (result != 0) {
        return result;
    }
    mutex_lock(&px.place_lock);
    if (!own->channel) {
        *own = *place;
    } else {
        *place = *own; /* another thread has changed it meanwhile */
    }
    mutex_unlock(&px.place_lock);
    return 0;
}

long px_place_cwd(struct px_place *place)
{
    return own_place(&px.cwd, chcore_start_info()->cwd, place);
}

long px_place_root(struct px_place *place)
{
    return own_place(&px.root, chcore_start_info()->root, place);
}

void px_place_set_cwd(struct px_place place)
{
    struct px_place old;

    if (px_place_cwd(&old) < 0) {
        old.token = CAP_NONE;
    }
    mutex_lock(&px.place_lock);
    px.cwd = place;
    mutex_unlock(&px.place_lock);
    if (old.token != CAP_NONE && old.token != chcore_start_info()->root) {
        sys_cap_drop(CAP_SELF, old.token);
    }
}

/* What fsm said before about a mount; false when it was not asked. */
static bool find_mount(uint32_t method, uint64_t mount, struct px_place *place)
{
    bool found = false;

    mutex_lock(&px.place_lock);
    for (uint32_t i = 0; i < PX_MOUNT_TOKENS && !found; i++) {
        if (px.mount[i].method == method && px.mount[i].mount == mount) {
            *place = px.mount[i].place;
            found = true;
        }
    }
    mutex_unlock(&px.place_lock);
    return found;
}

static void keep_mount(uint32_t method, uint64_t mount, struct px_place place)
{
    cap_t replaced = CAP_NONE;

    mutex_lock(&px.place_lock);
    struct px_mount_token *entry = &px.mount[px.next_mount];
    px.next_mount = (px.next_mount + 1) % PX_MOUNT_TOKENS;
    if (entry->method) {
        replaced = entry->place.token;
    }
    *entry = (struct px_mount_token){method, mount, place};
    mutex_unlock(&px.place_lock);
    if (replaced != CAP_NONE) {
        sys_cap_drop(CAP_SELF, replaced);
    }
}

long px_place_mount(uint32_t method, uint64_t mount, struct px_place *place)
{
    struct ipc_msg msg = {{msg_word0(method, MSG_NO_SLOT), mount}};
    struct ipc_caps caps = {.recv_flags = IPC_RECV};
    struct ipc_received received;

    if (find_mount(method, mount, place)) {
        return 0;
    }
    long result =
        ipc_call_full(px_fsm()->connection, DEADLINE_NONE, CAP_NONE, &caps, &msg, &received);
    if (result == 0) {
        result = (long)msg.w[0];
    }
    if (result < 0) {
        return result;
    }
    place->token = received.cap[0];
    result = px_channel_of(place->token, &place->channel);
    if (result != 0) {
        sys_cap_drop(CAP_SELF, place->token);
        return result;
    }
    keep_mount(method, mount, *place);
    return 0;
}

long px_call_begin(struct px_call *call, struct px_place place)
{
    call->place = place;
    return chcore_slot_get(place.channel, &call->slot, &call->data);
}

void px_call_end(struct px_call *call)
{
    chcore_slot_put(call->place.channel, call->slot);
}

long px_call_do(struct px_call *call, struct ipc_msg *msg, const struct ipc_caps *caps,
                struct ipc_received *received)
{
    msg->w[0] = msg_word0((uint32_t)msg->w[0], call->slot);
    long status = ipc_call_full(call->place.channel->connection, DEADLINE_NONE, call->place.token,
                                caps, msg, received);
    return status < 0 ? status : (long)msg->w[0];
}

long px_word_call(struct px_place place, struct ipc_msg *msg)
{
    msg->w[0] = msg_word0((uint32_t)msg->w[0], MSG_NO_SLOT);
    long status = ipc_call_token(place.channel->connection, place.token, msg);
    return status < 0 ? status : (long)msg->w[0];
}

long px_proc_call(struct ipc_msg *msg)
{
    msg->w[0] = msg_word0((uint32_t)msg->w[0], MSG_NO_SLOT);
    long status = ipc_call(px_procmgr()->connection, msg);
    return status < 0 ? status : (long)msg->w[0];
}
