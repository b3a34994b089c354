/* SPDX-License-Identifier: MIT */
/*
 * cap_group: a process as the kernel knows it: a table of capabilities, an address space, an
 * account, its threads. The table has three levels, 64 x 256 x 64 slots; directory and chunk pages
 * come on demand and stay until the group ends, so that look-up can walk them without a lock.
 *
 * Slots below CAP_NOFILE are descriptors: named by slot number alone, allocated lowest first.
 */
#pragma once

#include <lib/atomic.h>
#include <lib/errno.h>
#include <lib/list.h>
#include <object/account.h>
#include <object/object.h>
#include <object/slot.h>

enum {
    CHUNK_SHIFT = 6, /* 64 slots of 64 bytes: a page */
    CHUNK_SLOTS = 1 << CHUNK_SHIFT,
    DIR_SHIFT = 8, /* 256 chunks of 16 bytes: a page */
    DIR_CHUNKS = 1 << DIR_SHIFT,
    ROOT_DIRS = CAP_SLOTS >> (CHUNK_SHIFT + DIR_SHIFT),
};

struct cap_chunk {
    struct slot *slots; /* NULL or a page; set once (release) */
    u64 used;           /* bit per slot; protected by cap_group->lock */
};

struct vmspace;

struct cap_group {
    struct object obj;
    struct cap_chunk *root[ROOT_DIRS]; /* NULL or a page; set once (release) */
    struct vmspace *vmspace;           /* counted; NULL for a group without threads */
    struct account *charge;            /* the group's own account; counted */
    u64 principal;                     /* set by who holds RIGHT_PRINCIPAL alone */
    bool trusted;                      /* the first process: may set principals, accounts, limits */
    vaddr_t upcall_entry;
    vaddr_t foreign_entry;
    vaddr_t copy_start, copy_end; /* faults in between go on at copy_end */
    char name[TASK_NAME_MAX];

    struct spinlock lock;
    /* Protected by lock: */
    u32 next_cap; /* no free slot lies between CAP_NOFILE and this one */
    struct list_node threads;
    u32 thread_count;
    u32 state; /* enum group_state; read without the lock, only ever grows */
    s64 status;
    u64 cpu_ticks; /* of threads that have ended */
    u64 fault_address, fault_pc, fault_esr;
    u64 backtrace[BACKTRACE_MAX]; /* of the thread that faulted */
    u32 backtrace_count;
    struct object *exit_notify; /* notification, counted, or NULL */
    u64 exit_bits;

    struct list_node made; /* groups that this one made and that end with it; protected by lock, as
                            * is the link in theirs: */
    struct list_node made_link;
    struct cap_group *maker; /* counted, NULL: nobody's; set once, cleared under the maker's lock */

    struct reap_item teardown; /* drops the capabilities once the last thread is gone */
    u32 teardown_slot;         /* the reaper's cursor */
};

void cap_group_init_types(void);

/* A new group that pays from `charge`; owns nothing yet. `args` for name and principal. The object
 * itself is charged to `payer`. -ENOMEM. One reference. */
int __must_check cap_group_create(const struct cap_group_args *args, struct account *payer,
                                  struct account *charge, struct vmspace *vmspace,
                                  struct cap_group **out);

/* `group`, just made, is to end when `maker` ends. Without this, groups that hold each other's
 * capabilities, and threads that nobody can name, would outlive the process that made them. */
void cap_group_belongs(struct cap_group *group, struct cap_group *maker);

/* The end of the last thread (or of a group that never had one): drop what the group holds, in
 * slices, then signal exit_notify. Once only. Takes over one reference of the caller. */
void cap_group_teardown(struct cap_group *group);

static inline unsigned slot_rights(u64 word)
{
    return (unsigned)(word >> 56);
}

static inline enum object_type slot_type(u64 word)
{
    return (enum object_type)((word >> 48) & 0xff);
}

/* All objects lie in the direct map, whose addresses have all of the upper 16 bits set. */
static inline struct object *slot_object(u64 word)
{
    return (struct object *)(word | 0xffff000000000000u);
}

#define SLOT_GENERATION_MASK ((UINT64_C(1) << 39) - 1)

static inline struct slot *slot_at(const struct cap_group *group, u32 index)
{
    struct cap_chunk *dir = load_acquire(&group->root[index >> (CHUNK_SHIFT + DIR_SHIFT)]);
    struct slot *slots;

    if (unlikely(dir == NULL)) {
        return NULL;
    }
    slots = load_acquire(&dir[(index >> CHUNK_SHIFT) & (DIR_CHUNKS - 1)].slots);
    return likely(slots != NULL) ? &slots[index & (CHUNK_SLOTS - 1)] : NULL;
}

/* The slot word that a handle names now, or 0. Lock-free: word (acquire), then generation. */
static inline u64 cap_word(const struct cap_group *group, cap_t handle)
{
    u32 index = (u32)handle & ((1u << CAP_SLOT_BITS) - 1);
    u64 generation = handle >> CAP_SLOT_BITS;
    struct slot *slot;
    u64 word;

    if (unlikely(index >= CAP_SLOTS)) {
        return 0;
    }
    slot = slot_at(group, index);
    if (unlikely(slot == NULL)) {
        return 0;
    }
    word = load_acquire(&slot->word);
    if (unlikely((load_relaxed(&slot->generation) & SLOT_GENERATION_MASK) != generation) &&
        !(generation == 0 && index < CAP_NOFILE)) {
        return 0;
    }
    return word;
}

/*
 * The object that `handle` names, when it is of that type and the capability has all of `rights`:
 * 0, or -EBADF, -EBADTYPE, -ENORIGHT. No reference is taken: valid until this CPU leaves the
 * kernel. With OBJ_NONE any type will do. CAP_SELF is known here, CAP_THREAD and CAP_VMSPACE to
 * cap_resolve().
 */
int __must_check cap_lookup(struct cap_group *group, cap_t handle, enum object_type type,
                            unsigned rights, struct object **out);

/* The slot that a handle names, and its word at that moment; NULL: -EBADF. Valid as cap_lookup()'s
 * object. */
struct slot *cap_slot(struct cap_group *group, cap_t handle, u64 *word);

/* Give `group` a first capability to an object; the slot takes its own reference. `where` as for
 * cap_copy(). Returns the handle, -EMFILE, -ENOMEM, -EBUSY. */
s64 __must_check cap_insert(struct cap_group *group, struct object *obj, unsigned rights, u64 where,
                            unsigned flags);

/*
 * Copy a capability, as a child of the source. `where`: a descriptor slot (what is there is
 * dropped), CAP_SLOT_ANY or CAP_SLOT_FD_MIN | n. Rights become rights & source's. Without
 * RIGHT_COPY a group may still duplicate within itself. Returns the handle, -EBADF, -ENORIGHT,
 * -EMFILE, -ENOMEM, -EBUSY (two at once into one slot).
 */
s64 __must_check cap_copy(struct cap_group *src, cap_t handle, struct cap_group *dst, u64 where,
                          unsigned rights, unsigned flags);

/* Drop one capability; its children stay, derived from its parent. -EBADF. */
int cap_drop(struct cap_group *group, cap_t handle);

/* Whatever is in that slot; nothing when it is free. */
void cap_drop_slot(struct cap_group *group, u32 index);

/* Drop derived capabilities and mappings, at most REAP_BUDGET; 0 when none is left, 1: go on,
 * -EBADF. */
int __must_check cap_revoke_turn(struct cap_group *group, cap_t handle);

/* Replace the slot's flags. -EBADF. */
int cap_set_flags(struct cap_group *group, cap_t handle, unsigned flags);

/* The next used slot >= from, or CAP_SLOTS. */
u32 cap_next_used(struct cap_group *group, u32 from);

/* What object_info says of a slot; false when it is free. */
bool cap_describe(struct cap_group *group, u32 index, struct cap_info *info);
