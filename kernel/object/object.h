/* SPDX-License-Identifier: MIT */
/*
 * Kernel objects: all that user code can name. Each embeds a struct object as its first member.
 *
 * Lifetime. `refs` counts slots, IPC frames and kernel holders. The last object_put puts the object
 * on its CPU's reap list; after a grace period (every other CPU has left the kernel once, see
 * reap.h) the reaper calls ops->destroy in slices until it is done, then frees the memory.
 * Interrupts are off in the kernel, so a pointer found without a reference (a lock-free look-up)
 * stays valid until this CPU next leaves the kernel or switches threads; to keep it longer take
 * object_get_live.
 */
#pragma once

#include <lib/atomic.h>
#include <lib/list.h>
#include <lib/lock.h>
#include <lib/panic.h>
#include <lib/types.h>
#include <object/reap.h>
#include <uapi/task.h>
#include <uapi/types.h>

struct account;
struct cap_node;
struct waitq;

struct object {
    u32 refs;                  /* atomic */
    u8 type;                   /* enum object_type */
    u8 dead;                   /* set once the object has ended (killed, closed); refs may remain */
    struct spinlock tree_lock; /* guards the derivation tree of this object's capabilities */
    struct account *account;   /* who pays for it; counted; NULL for what the kernel made at boot */
    struct reap_item reap;     /* on a reap list: touched only by the CPU that owns the list */
    struct list_node type_link; /* on object_types[type].all; guarded by that list's lock */
    u64 id;                     /* unique for ever; what object_info shows */
};

struct object_ops {
    const char *name;
    /* Give back what the object holds, at most `budget` units (pages, slots, nodes) a turn; true
     * when nothing is left. Runs in the reaper, after the grace period; the object is unreachable.
     */
    bool (*destroy)(struct object *obj, unsigned *budget);
    /* Return the object's memory (its slab). */
    void (*release)(struct object *obj);
    /* The last reference went. NULL: put it on the reap list. A token queues itself for its server.
     */
    void (*last_put)(struct object *obj);
    /* A node of kind NODE_MAPPING is being revoked: unmap it, at most `budget` pages a turn; true
     * when it is gone (then the node is already out of the tree). Entered with the tree lock held,
     * which keeps the node from going, and returns with it released. */
    bool (*revoke_mapping)(struct object *obj, struct cap_node *node, unsigned *budget);
    /* The queue on which one waits for the object's bits (RIGHT_WAIT); NULL: not to be waited for.
     * Waits take the bits of a notification or irq away; those of a token stay. */
    struct waitq *(*wait_queue)(struct object *obj);
    /* cap_info.detail */
    u64 (*detail)(struct object *obj);
};

/* The up-call table: each folder registers the operations of its types at boot. */
void object_type_register(enum object_type type, const struct object_ops *ops);
const struct object_ops *object_ops_of(enum object_type type);

/*
 * Make `obj` (zeroed memory) a live object with one reference, charged as one object to `account`
 * (NULL: nobody). -ENOMEM when the account is over its limit; nothing is changed then.
 */
int __must_check object_init(struct object *obj, enum object_type type, struct account *account);

static inline void object_get(struct object *obj)
{
    u32 before = fetch_add_relaxed(&obj->refs, 1U);

    DEBUG_ASSERT(before != 0); /* found without a reference: object_get_live() */
    (void)before;
}

/* Take a reference on an object found without one; false when its last reference is gone already.
 */
bool __must_check object_get_live(struct object *obj);

/* Drop a reference. May be called with locks held: destruction happens later. */
void object_put(struct object *obj);

/* A new object that nobody has seen is not wanted after all: destroyed past ops->last_put. */
void object_discard(struct object *obj);

/* For ops->last_put: go the usual way, to the reaper. */
void object_reap_later(struct object *obj);

/* Live objects of one type. */
u64 object_type_count(enum object_type type);

/* Live objects of all types, for leak tests and INFO_SYSTEM. */
u64 object_count(void);
