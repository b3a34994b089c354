/* SPDX-License-Identifier: MIT */
/* The capability table: slots, look-up, insertion, copy, drop, revoke. See cap_group.h, slot.h. */
#include <mm/page.h>
#include <object/cap_group.h>

static u64 make_word(const struct object *obj, unsigned rights)
{
    return (u64)rights << 56 | (u64)obj->type << 48 | ((uintptr_t)obj & 0x0000ffffffffffffu);
}

static cap_t handle_of(const struct slot *slot)
{
    return (slot->generation & SLOT_GENERATION_MASK) << CAP_SLOT_BITS | slot->node.index;
}

int cap_lookup(struct cap_group *group, cap_t handle, enum object_type type, unsigned rights,
               struct object **out)
{
    u64 word = cap_word(group, handle);

    if (unlikely(word == 0)) {
        if (handle == CAP_SELF && (type == OBJ_CAP_GROUP || type == OBJ_NONE)) {
            *out = &group->obj;
            return (rights & RIGHT_PRINCIPAL) && !group->trusted ? -ENORIGHT : 0;
        }
        return -EBADF;
    }
    if (unlikely(slot_type(word) != type && type != OBJ_NONE)) {
        return -EBADTYPE;
    }
    if (unlikely((slot_rights(word) & rights) != rights)) {
        return -ENORIGHT;
    }
    *out = slot_object(word);
    return 0;
}

/* A zeroed page for the table, charged to the group. */
static void *table_page(struct cap_group *group)
{
    struct page *page;

    if (account_charge(group->charge, 1, 0) != 0) {
        return NULL;
    }
    page = page_alloc_zeroed();
    if (page == NULL) {
        account_uncharge(group->charge, 1, 0);
        return NULL;
    }
    return page_to_virt(page);
}

/* Make sure that the chunk of slot `index` exists. group->lock held. */
static int chunk_ensure(struct cap_group *group, u32 index)
{
    struct cap_chunk **dir = &group->root[index >> (CHUNK_SHIFT + DIR_SHIFT)];
    struct cap_chunk *chunk;
    struct slot *slots;

    if (*dir == NULL) {
        void *page = table_page(group);

        if (page == NULL) {
            return -ENOMEM;
        }
        store_release(dir, page);
    }
    chunk = &(*dir)[(index >> CHUNK_SHIFT) & (DIR_CHUNKS - 1)];
    if (chunk->slots != NULL) {
        return 0;
    }
    slots = table_page(group);
    if (slots == NULL) {
        return -ENOMEM;
    }
    for (u32 i = 0; i < CHUNK_SLOTS; i++) {
        slots[i].generation = 1;
        slots[i].group = group;
        slots[i].node.kind = NODE_CAPABILITY;
        slots[i].node.index = (index & ~(u32)(CHUNK_SLOTS - 1)) + i;
    }
    store_release(&chunk->slots, slots);
    return 0;
}

static struct cap_chunk *chunk_of(struct cap_group *group, u32 index)
{
    struct cap_chunk *dir = group->root[index >> (CHUNK_SHIFT + DIR_SHIFT)];

    return dir != NULL ? &dir[(index >> CHUNK_SHIFT) & (DIR_CHUNKS - 1)] : NULL;
}

/* The first free slot in [from, to), or `to`. group->lock held. */
static u32 find_free(struct cap_group *group, u32 from, u32 to)
{
    while (from < to) {
        struct cap_chunk *chunk = chunk_of(group, from);
        u64 free;

        if (chunk == NULL || chunk->slots == NULL) {
            return from;
        }
        free = ~chunk->used >> (from % CHUNK_SLOTS);
        if (free != 0) {
            return MIN(from + (u32)__builtin_ctzll(free), to);
        }
        from = (from / CHUNK_SLOTS + 1) * CHUNK_SLOTS;
    }
    return to;
}

/* Reserve a slot: marked used, word 0. */
static int slot_reserve(struct cap_group *group, u64 where, struct slot **out)
{
    u32 index, limit = CAP_NOFILE;
    int err;

    spin_lock(&group->lock);
    if (where == CAP_SLOT_ANY) {
        limit = CAP_SLOTS;
        index = find_free(group, group->next_cap, limit);
        group->next_cap = index;
    } else if (where & CAP_SLOT_FD_MIN) {
        u64 min = where & ~CAP_SLOT_FD_MIN;

        index = min < CAP_NOFILE ? find_free(group, (u32)min, limit) : limit;
    } else {
        index = where < CAP_NOFILE ? (u32)where : limit;
    }
    if (index >= limit || group->state != GROUP_ALIVE) {
        spin_unlock(&group->lock);
        return -EMFILE;
    }
    err = chunk_ensure(group, index);
    if (err == 0) {
        struct cap_chunk *chunk = chunk_of(group, index);

        if (chunk->used & BIT(index % CHUNK_SLOTS)) {
            err = -EBUSY; /* an exact slot that another thread is filling */
        } else {
            chunk->used |= BIT(index % CHUNK_SLOTS);
            *out = &chunk->slots[index % CHUNK_SLOTS];
        }
    }
    spin_unlock(&group->lock);
    return err;
}

static void slot_unreserve(struct slot *slot)
{
    struct cap_group *group = slot->group;
    u32 index = slot->node.index;

    spin_lock(&group->lock);
    chunk_of(group, index)->used &= ~BIT(index % CHUNK_SLOTS);
    if (index >= CAP_NOFILE && index < group->next_cap) {
        group->next_cap = index;
    }
    spin_unlock(&group->lock);
}

/* Fill a reserved slot; the tree is already right. Publishes with the store of `word`. */
static cap_t slot_fill(struct slot *slot, struct object *obj, unsigned rights, unsigned flags)
{
    slot->generation = (slot->generation & SLOT_GENERATION_MASK) | (u64)flags << 56;
    store_release(&slot->word, make_word(obj, rights));
    return handle_of(slot);
}

/* Empty a slot that holds a capability to obj. obj->tree_lock held. */
static void slot_clear(struct slot *slot)
{
    u64 generation = (slot->generation + 1) & SLOT_GENERATION_MASK;

    store_release(&slot->word, 0);
    store_release(&slot->generation, generation != 0 ? generation : 1);
    cap_node_remove(&slot->node);
}

struct slot *cap_slot(struct cap_group *group, cap_t handle, u64 *word)
{
    *word = cap_word(group, handle);
    return *word != 0 ? slot_at(group, (u32)handle & ((1u << CAP_SLOT_BITS) - 1)) : NULL;
}

/* An exact descriptor slot is replaced: what it holds goes first. */
static void make_room(struct cap_group *group, u64 where)
{
    if (where < CAP_NOFILE) {
        cap_drop_slot(group, (u32)where);
    }
}

s64 cap_insert(struct cap_group *group, struct object *obj, unsigned rights, u64 where,
               unsigned flags)
{
    struct slot *slot;
    int err;

    make_room(group, where);
    err = slot_reserve(group, where, &slot);
    if (err != 0) {
        return err;
    }
    object_get(obj);
    cap_node_init_root(&slot->node);
    return (s64)slot_fill(slot, obj, rights, flags);
}

s64 cap_copy(struct cap_group *src, cap_t handle, struct cap_group *dst, u64 where, unsigned rights,
             unsigned flags)
{
    u64 word, now;
    struct slot *from = cap_slot(src, handle, &word);
    struct slot *to;
    struct object *obj;
    s64 ret;

    if (from == NULL) {
        return -EBADF;
    }
    if (src != dst && !(slot_rights(word) & RIGHT_COPY)) {
        return -ENORIGHT;
    }
    if (src == dst && where == from->node.index) {
        return (s64)handle_of(from);
    }
    make_room(dst, where);
    ret = slot_reserve(dst, where, &to);
    if (ret != 0) {
        return ret;
    }
    obj = slot_object(word);
    spin_lock(&obj->tree_lock);
    now = cap_word(src, handle);
    if (now != word) {
        spin_unlock(&obj->tree_lock);
        slot_unreserve(to);
        return -EBADF;
    }
    object_get(obj); /* alive: the source slot holds a reference while we hold the tree lock */
    cap_node_add_child(&from->node, &to->node);
    ret = (s64)slot_fill(to, obj, rights & slot_rights(word), flags);
    spin_unlock(&obj->tree_lock);
    return ret;
}

/* Empty `slot` if it still holds `word`. */
static int slot_drop(struct slot *slot, u64 word)
{
    struct object *obj = slot_object(word);

    spin_lock(&obj->tree_lock);
    if (slot->word != word) {
        spin_unlock(&obj->tree_lock);
        return -EBADF;
    }
    slot_clear(slot);
    spin_unlock(&obj->tree_lock);
    slot_unreserve(slot);
    object_put(obj);
    return 0;
}

int cap_drop(struct cap_group *group, cap_t handle)
{
    u64 word;
    struct slot *slot = cap_slot(group, handle, &word);

    return slot != NULL ? slot_drop(slot, word) : -EBADF;
}

void cap_drop_slot(struct cap_group *group, u32 index)
{
    struct slot *slot = slot_at(group, index);
    u64 word = slot != NULL ? load_acquire(&slot->word) : 0;

    if (word != 0) {
        (void)slot_drop(slot, word); /* somebody else was faster: gone as well */
    }
}

int cap_revoke_turn(struct cap_group *group, cap_t handle)
{
    u64 word;
    struct slot *slot = cap_slot(group, handle, &word);
    unsigned budget = REAP_BUDGET;
    struct object *obj;

    if (slot == NULL) {
        return -EBADF;
    }
    obj = slot_object(word);
    while (budget > 0) {
        struct cap_node *child;

        spin_lock(&obj->tree_lock);
        if (slot->word != word) {
            spin_unlock(&obj->tree_lock);
            return -EBADF;
        }
        child = slot->node.first_child;
        if (child == NULL) {
            spin_unlock(&obj->tree_lock);
            return 0;
        }
        budget--;
        if (child->kind == NODE_MAPPING) {
            (void)object_ops_of(obj->type)->revoke_mapping(obj, child, &budget);
        } else {
            struct slot *victim = container_of(child, struct slot, node);

            slot_clear(victim);
            spin_unlock(&obj->tree_lock);
            slot_unreserve(victim);
            object_put(obj);
        }
    }
    return 1;
}

int cap_set_flags(struct cap_group *group, cap_t handle, unsigned flags)
{
    u64 word;
    struct slot *slot = cap_slot(group, handle, &word);
    struct object *obj;
    int err = -EBADF;

    if (slot == NULL) {
        return err;
    }
    obj = slot_object(word);
    spin_lock(&obj->tree_lock);
    if (slot->word == word) {
        slot->generation = (slot->generation & SLOT_GENERATION_MASK) | (u64)flags << 56;
        err = 0;
    }
    spin_unlock(&obj->tree_lock);
    return err;
}

u32 cap_next_used(struct cap_group *group, u32 from)
{
    spin_lock(&group->lock);
    while (from < CAP_SLOTS) {
        struct cap_chunk *chunk;
        u64 used;

        if (group->root[from >> (CHUNK_SHIFT + DIR_SHIFT)] == NULL) {
            from = ((from >> (CHUNK_SHIFT + DIR_SHIFT)) + 1) << (CHUNK_SHIFT + DIR_SHIFT);
            continue;
        }
        chunk = chunk_of(group, from);
        used = chunk->used >> (from % CHUNK_SLOTS);
        if (used != 0) {
            from += (u32)__builtin_ctzll(used);
            break;
        }
        from = (from / CHUNK_SLOTS + 1) * CHUNK_SLOTS;
    }
    spin_unlock(&group->lock);
    return MIN(from, (u32)CAP_SLOTS);
}

bool cap_describe(struct cap_group *group, u32 index, struct cap_info *info)
{
    struct slot *slot = slot_at(group, index);
    u64 word = slot != NULL ? load_acquire(&slot->word) : 0;
    const struct object_ops *ops;
    struct object *obj;

    if (word == 0) {
        return false;
    }
    obj = slot_object(word);
    ops = object_ops_of(obj->type);
    *info = (struct cap_info){
        .handle = index < CAP_NOFILE ? index : handle_of(slot),
        .object = obj->id,
        .detail = ops->detail != NULL ? ops->detail(obj) : 0,
        .type = obj->type,
        .rights = slot_rights(word),
        .flags = (u32)(slot->generation >> 56),
        .references = load_relaxed(&obj->refs),
    };
    return true;
}
