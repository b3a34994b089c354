/* SPDX-License-Identifier: MIT */
/*
 * Message buffers (proto/message.h): which memory the slots of a connection are. An entry lives
 * from the first MSG_CONNECT to the connection's drop record; a call in progress holds its
 * connection, so the memory of a slot that buffer_slot returned stays mapped until the reply.
 */
#include <chcore/malloc.h>
#include <chcore/server.h>
#include <chcore/sync.h>
#include <chcore/syscall.h>
#include <proto/message.h>

#include "internal.h"

#define BUCKETS 128u

struct segment {
    uint8_t *base;
    uint32_t slots;
};

struct buffers {
    struct buffers *next;
    uint64_t connection;
    uint32_t segment_count;
    uint32_t slot_count;
    struct segment segment[MSG_MAX_SEGMENTS];
};

static struct {
    struct mutex lock;
    /* Protected by lock: */
    struct buffers *bucket[BUCKETS];
} table;

static struct buffers **find_locked(uint64_t connection)
{
    uint64_t hash = (connection * 0x9e3779b97f4a7c15ull) >> 57;
    struct buffers **at = &table.bucket[hash % BUCKETS];

    while (*at && (*at)->connection != connection) {
        at = &(*at)->next;
    }
    return at;
}

void *buffer_slot(uint64_t connection, uint32_t slot)
{
    void *found = NULL;

    mutex_lock(&table.lock);
    const struct buffers *buffers = *find_locked(connection);
    if (buffers) {
        for (uint32_t i = 0; i < buffers->segment_count; i++) {
            const struct segment *segment = &buffers->segment[i];

            if (slot < segment->slots) {
                found = segment->base + (size_t)slot * MSG_SLOT_SIZE;
                break;
            }
            slot -= segment->slots;
        }
    }
    mutex_unlock(&table.lock);
    return found;
}

/* Note the new segment; -> number of its first slot, or -errno. */
static long add_segment_locked(uint64_t connection, uint8_t *base, uint32_t slots)
{
    struct buffers **at = find_locked(connection);

    if (!*at) {
        struct buffers *fresh = calloc(1, sizeof(*fresh));

        if (!fresh) {
            return -ENOMEM;
        }
        fresh->connection = connection;
        *at = fresh;
    }
    struct buffers *buffers = *at;
    if (buffers->segment_count == MSG_MAX_SEGMENTS) {
        return -EMFILE;
    }
    uint32_t first = buffers->slot_count;
    buffers->segment[buffers->segment_count++] = (struct segment){.base = base, .slots = slots};
    buffers->slot_count += slots;
    return first;
}

long buffer_connect(struct server_request *request)
{
    uint64_t slots = request->w[1];

    if (slots == 0 || slots > MSG_SEGMENT_MAX) {
        return -EINVAL;
    }
    size_t size = slots * MSG_SLOT_SIZE;
    long pmo = sys_pmo_create(size, PMO_ANON, PMO_COMMIT | PMO_FIXED_SIZE | PMO_CALLER_PAYS, 0);
    if (pmo < 0) {
        return pmo;
    }
    long base = sys_vm_map(CAP_VMSPACE, (cap_t)pmo, 0, size, 0, VM_READ | VM_WRITE);
    long first = base;
    if (base >= 0) {
        mutex_lock(&table.lock);
        first = add_segment_locked(request->connection, (uint8_t *)base, (uint32_t)slots);
        mutex_unlock(&table.lock);
        if (first < 0) {
            sys_vm_unmap(CAP_VMSPACE, (uint64_t)base, size);
        }
    }
    if (first < 0) {
        sys_cap_drop(CAP_SELF, (cap_t)pmo);
        return first;
    }
    request->w[1] = (uint64_t)first;
    request->w[2] = slots;
    server_move_cap(request, (cap_t)pmo, RIGHT_READ | RIGHT_WRITE);
    return 0;
}

void buffer_forget(uint64_t connection)
{
    mutex_lock(&table.lock);
    struct buffers **at = find_locked(connection);
    struct buffers *buffers = *at;
    if (buffers) {
        *at = buffers->next;
    }
    mutex_unlock(&table.lock);
    if (!buffers) {
        return;
    }
    for (uint32_t i = 0; i < buffers->segment_count; i++) {
        sys_vm_unmap(CAP_VMSPACE, (uint64_t)(uintptr_t)buffers->segment[i].base,
                     (size_t)buffers->segment[i].slots * MSG_SLOT_SIZE);
    }
    free(buffers);
}
