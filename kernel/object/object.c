/* SPDX-License-Identifier: MIT */
/* Object life: types, references, the way to the reaper. */
#include <lib/atomic.h>
#include <lib/panic.h>
#include <object/account.h>
#include <object/object.h>

static const struct object_ops *type_ops[OBJ_TYPE_COUNT];

/* All live objects of a type, for object_info, debuggers and (one day) checkpoints. */
static struct {
    struct spinlock lock;
    struct list_node all; /* protected by lock */
    u64 count;            /* atomic */
} types[OBJ_TYPE_COUNT];

static u64 next_id = 1; /* atomic */

void object_type_register(enum object_type type, const struct object_ops *ops)
{
    spin_init(&types[type].lock, LOCK_REAP);
    list_init(&types[type].all);
    type_ops[type] = ops;
}

const struct object_ops *object_ops_of(enum object_type type)
{
    return type_ops[type];
}

int object_init(struct object *obj, enum object_type type, struct account *account)
{
    int err = account_charge(account, 0, 1);

    if (err != 0) {
        return err;
    }
    if (account != NULL) {
        account_get(account);
    }
    obj->refs = 1;
    obj->type = (u8)type;
    obj->dead = 0;
    spin_init(&obj->tree_lock, LOCK_OBJECT);
    obj->account = account;
    obj->id = fetch_add_relaxed(&next_id, UINT64_C(1));
    (void)fetch_add_relaxed(&types[type].count, UINT64_C(1));

    spin_lock(&types[type].lock);
    list_add_tail(&types[type].all, &obj->type_link);
    spin_unlock(&types[type].lock);
    return 0;
}

bool object_get_live(struct object *obj)
{
    u32 refs = load_relaxed(&obj->refs);

    while (refs != 0) {
        if (cmpxchg(&obj->refs, &refs, refs + 1)) {
            return true;
        }
    }
    return false;
}

/* The reaper's turn: nobody can reach the object any more. */
static bool object_reap(struct reap_item *item, unsigned *budget)
{
    struct object *obj = container_of(item, struct object, reap);
    const struct object_ops *ops = type_ops[obj->type];
    struct account *account = obj->account;
    enum object_type type = obj->type;

    if (!ops->destroy(obj, budget)) {
        return false;
    }
    spin_lock(&types[type].lock);
    list_del(&obj->type_link);
    spin_unlock(&types[type].lock);
    (void)fetch_sub(&types[type].count, UINT64_C(1));
    ops->release(obj);
    if (account != NULL) {
        account_uncharge(account, 0, 1);
        account_put(account);
    }
    return true;
}

void object_reap_later(struct object *obj)
{
    obj->reap.turn = object_reap;
    reap_add(&obj->reap);
}

void object_discard(struct object *obj)
{
    store_relaxed(&obj->refs, 0U);
    object_reap_later(obj);
}

void object_put(struct object *obj)
{
    if (fetch_sub(&obj->refs, 1U) != 1) {
        return;
    }
    if (type_ops[obj->type]->last_put != NULL) {
        type_ops[obj->type]->last_put(obj);
    } else {
        object_reap_later(obj);
    }
}

u64 object_count(void)
{
    u64 sum = 0;

    for (unsigned type = 0; type < OBJ_TYPE_COUNT; type++) {
        sum += load_relaxed(&types[type].count);
    }
    return sum;
}

u64 object_type_count(enum object_type type)
{
    return load_relaxed(&types[type].count);
}
