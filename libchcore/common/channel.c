/* SPDX-License-Identifier: MIT */
/* Slots of message buffer, and more of them when all are in use. */
#include <chcore/channel.h>
#include <chcore/syscall.h>

/* The lowest free slot, taken; -EAGAIN when there is none. */
static long take_free(struct channel *channel)
{
    for (uint32_t i = 0; i < MSG_MAX_SLOTS / 64; i++) {
        uint64_t bits = __atomic_load_n(&channel->free[i], __ATOMIC_RELAXED);
        while (bits) {
            uint64_t lowest = bits & -bits;
            /* Acquire: pairs with the release in chcore_slot_put, whose data is ours from now on.
             */
            if (__atomic_compare_exchange_n(&channel->free[i], &bits, bits & ~lowest, true,
                                            __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
                return 64 * i + (uint32_t)__builtin_ctzl(lowest);
            }
        }
    }
    return -EAGAIN;
}

static char *slot_data(const struct channel *channel, uint32_t slot)
{
    uint32_t segments = __atomic_load_n(&channel->segments, __ATOMIC_ACQUIRE);

    for (uint32_t i = 0; i < segments; i++) {
        const struct channel_segment *segment = &channel->segment[i];
        if (slot - segment->first < segment->count) {
            return segment->base + (size_t)(slot - segment->first) * (size_t)MSG_SLOT_SIZE;
        }
    }
    return NULL; /* no free bit is ever set outside of a segment */
}

/* Map a segment that the server gave and deal its slots out. channel->lock is held. */
static long add_segment(struct channel *channel, cap_t pmo, uint64_t first, uint64_t count)
{
    uint64_t size = count * MSG_SLOT_SIZE;

    if (count == 0 || count > MSG_SEGMENT_MAX || first > (uint64_t)MSG_MAX_SLOTS - count) {
        return -EILSEQ;
    }
    long base = sys_vm_map(CAP_VMSPACE, pmo, 0, size, 0, VM_READ | VM_WRITE | VM_DONTFORK);
    if (base < 0) {
        return base;
    }
    channel->segment[channel->segments] =
        (struct channel_segment){(char *)base, (uint32_t)first, (uint32_t)count};
    __atomic_store_n(&channel->segments, channel->segments + 1, __ATOMIC_RELEASE);
    for (uint64_t slot = first; slot < first + count; slot++) {
        __atomic_fetch_or(&channel->free[slot / 64], 1ull << slot % 64, __ATOMIC_RELEASE);
    }
    return 0;
}

/* Ask for as many slots again as there are. channel->lock is held. */
static long grow(struct channel *channel)
{
    uint32_t have = channel->segments;
    uint32_t wanted = have < 3 ? 1u << have : MSG_SEGMENT_MAX;
    struct ipc_msg msg = {{msg_word0(MSG_CONNECT, MSG_NO_SLOT), wanted}};
    struct ipc_caps caps = {.recv_flags = IPC_RECV};
    struct ipc_received received;

    if (have == MSG_MAX_SEGMENTS) {
        return -EMFILE;
    }
    long result =
        ipc_call_full(channel->connection, DEADLINE_NONE, CAP_NONE, &caps, &msg, &received);
    if (result == 0) {
        result = (long)msg.w[0];
    }
    if (result < 0) {
        return result;
    }
    result = add_segment(channel, received.cap[0], msg.w[1], msg.w[2]);
    sys_cap_drop(CAP_SELF, received.cap[0]);
    return result;
}

/* All slots are in use and there will be no more: wait for one to come back. */
static void wait_for_return(struct channel *channel)
{
    uint32_t seen = __atomic_load_n(&channel->returned, __ATOMIC_RELAXED);

    /* Sequentially consistent: either we see the slot or chcore_slot_put sees us waiting. */
    __atomic_fetch_add(&channel->waiting, 1, __ATOMIC_SEQ_CST);
    bool none = true;
    for (uint32_t i = 0; i < MSG_MAX_SLOTS / 64; i++) {
        none = none && __atomic_load_n(&channel->free[i], __ATOMIC_SEQ_CST) == 0;
    }
    if (none) {
        sys_futex_wait(&channel->returned, seen, DEADLINE_NONE, 0);
    }
    __atomic_fetch_sub(&channel->waiting, 1, __ATOMIC_RELAXED);
}

long chcore_slot_get(struct channel *channel, uint32_t *slot, char **data)
{
    for (;;) {
        long taken = take_free(channel);
        if (taken >= 0) {
            *slot = (uint32_t)taken;
            *data = slot_data(channel, *slot);
            return 0;
        }
        mutex_lock(&channel->lock);
        uint32_t have = channel->segments;
        long result = grow(channel);
        mutex_unlock(&channel->lock);
        if (result < 0) {
            if (have == 0) {
                return result;
            }
            wait_for_return(channel);
        }
    }
}

void chcore_slot_put(struct channel *channel, uint32_t slot)
{
    __atomic_fetch_or(&channel->free[slot / 64], 1ull << slot % 64, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&channel->waiting, __ATOMIC_SEQ_CST)) {
        __atomic_fetch_add(&channel->returned, 1, __ATOMIC_RELAXED);
        sys_futex_wake(&channel->returned, 1, 0);
    }
}
