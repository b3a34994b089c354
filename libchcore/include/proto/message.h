/* SPDX-License-Identifier: MIT */
/*
 * What every protocol has in common: the layout of the message words and the message buffer.
 *
 * Request: word 0 is the method in bits 0-15 and the buffer slot in bits 16-31, words 1-7 are the
 * method's arguments. Reply: word 0 is the result (>= 0, or a negative errno), words 1-7 as the
 * method says. Method numbers are unique over all protocols, so that one server may speak several
 * and a trace can name each; a method that the server does not speak is -ENOSYS.
 *
 * Buffer: MSG_CONNECT makes one segment of slots and returns its pmo, which both sides map. The
 * client deals the slots to its threads: one call uses one slot from its request to its reply. The
 * server forgets the segments when the connection is dropped. A connection may connect again for
 * more. A server reads each byte of a slot at most once: other threads of the client can write
 * there.
 */
#pragma once

#include <stdint.h>

#define MSG_SLOT_SIZE    16384ul
#define MSG_MAX_SEGMENTS 16u /* of a connection */
#define MSG_SEGMENT_MAX  8u  /* slots in one segment */
#define MSG_MAX_SLOTS    (MSG_MAX_SEGMENTS * MSG_SEGMENT_MAX)
#define MSG_NO_SLOT      0xffffu

/* X(number, name, arguments, buffer, capabilities, errors, idempotent) */
#define MSG_METHODS(X)                                                                      \
    X(0x001, MSG_CONNECT,                                                                   \
      "w1 slots wanted, 1 to MSG_SEGMENT_MAX -> w1 number of the first new slot, w2 slots", \
      "none", "out: cap 0 the segment's pmo (read, write)", "ENOMEM EMFILE EINVAL", 0)

enum msg_method {
#define X(nr, name, args, buffer, caps, errors, idem) name = (nr),
    MSG_METHODS(X)
#undef X
};

static inline uint64_t msg_word0(uint32_t method, uint32_t slot)
{
    return method | (uint64_t)slot << 16;
}

static inline uint32_t msg_method(uint64_t word0)
{
    return word0 & 0xffff;
}

static inline uint32_t msg_slot(uint64_t word0)
{
    return word0 >> 16 & 0xffff;
}
