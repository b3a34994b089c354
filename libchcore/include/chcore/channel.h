/* SPDX-License-Identifier: MIT */
/*
 * The client's side of a server (proto/message.h): a connection, the segments of message buffer
 * that both sides map, and their slots, dealt to whichever thread makes a call.
 */
#pragma once

#include <chcore/ipc.h>
#include <chcore/sync.h>
#include <proto/message.h>

struct channel_segment {
    char *base;
    uint32_t first; /* number of its first slot */
    uint32_t count;
};

/* Zeroed but for `connection` when it comes into use. */
struct channel {
    cap_t connection;
    uint64_t server; /* id of the server object, for who keeps several channels */

    uint64_t free[MSG_MAX_SLOTS / 64]; /* bit set: slot is free; changed atomically */
    uint32_t returned;                 /* counts returned slots; who finds none waits on it */
    uint32_t waiting;                  /* threads that wait */

    struct mutex lock; /* for who asks for another segment */
    /* Written under lock; `segments` is raised (release) after the new one is complete: */
    uint32_t segments;
    struct channel_segment segment[MSG_MAX_SEGMENTS];
};

/*
 * Take a free slot: its number in *slot, its MSG_SLOT_SIZE bytes at *data. Asks the server for more
 * buffer when all are in use, and waits when it will not give more. 0, or -errno when there is not
 * even one.
 */
long chcore_slot_get(struct channel *channel, uint32_t *slot, char **data);

void chcore_slot_put(struct channel *channel, uint32_t slot);
