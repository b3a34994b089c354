/* SPDX-License-Identifier: MIT */
/* Capabilities, derivation, accounts, tokens and their drops. */
#include <debug/ktest.h>
#include <ipc/server.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <object/cap_group.h>
#include <object/reap.h>

static struct account *test_account;

/* Destroy all that is due; other CPUs are idle, so a batch needs no answers. */
static void drain(void)
{
    while (reap_turn() || reap_pending()) {
    }
    kmem_drain();
    page_drain();
}

static struct cap_group *make_group(void)
{
    const struct cap_group_args args = {.name = "test"};
    struct cap_group *group = NULL;

    if (test_account == NULL) {
        test_account = account_create(NULL, 0, 0);
    }
    if (cap_group_create(&args, test_account, test_account, NULL, &group) != 0) {
        return NULL;
    }
    return group;
}

static struct notification *make_object(void)
{
    struct notification *ntfn = NULL;

    return notification_create(test_account, &ntfn) == 0 ? ntfn : NULL;
}

KTEST(handle_is_stale_after_drop_and_reuse)
{
    struct cap_group *group = make_group();
    struct notification *ntfn = make_object();
    struct object *obj;
    s64 first = cap_insert(group, &ntfn->obj, RIGHT_ALL, CAP_SLOT_ANY, 0);
    s64 second;

    KEXPECT(first > 0);
    KEXPECT_EQ(cap_lookup(group, (cap_t)first, OBJ_NOTIFICATION, RIGHT_SIGNAL, &obj), 0);
    KEXPECT(obj == &ntfn->obj);
    KEXPECT_EQ(cap_lookup(group, (cap_t)first, OBJ_PMO, 0, &obj), -EBADTYPE);
    KEXPECT_EQ(cap_drop(group, (cap_t)first), 0);
    second = cap_insert(group, &ntfn->obj, RIGHT_WAIT, CAP_SLOT_ANY, 0);
    KEXPECT_EQ((u64)second & 0xffffff, (u64)first & 0xffffff);
    KEXPECT_EQ(cap_lookup(group, (cap_t)first, OBJ_NOTIFICATION, 0, &obj), -EBADF);
    KEXPECT_EQ(cap_lookup(group, (cap_t)second, OBJ_NOTIFICATION, RIGHT_SIGNAL, &obj), -ENORIGHT);
    object_put(&ntfn->obj);
    object_put(&group->obj);
    drain();
}

KTEST(rights_only_shrink_when_copied)
{
    struct cap_group *a = make_group(), *b = make_group();
    struct notification *ntfn = make_object();
    s64 root = cap_insert(a, &ntfn->obj, RIGHT_SIGNAL | RIGHT_COPY, CAP_SLOT_ANY, 0);
    s64 copy = cap_copy(a, (cap_t)root, b, CAP_SLOT_ANY, RIGHT_ALL, 0);
    s64 bare = cap_copy(a, (cap_t)root, a, CAP_SLOT_ANY, RIGHT_SIGNAL, 0);
    struct object *obj;

    KEXPECT(copy > 0);
    KEXPECT_EQ(cap_lookup(b, (cap_t)copy, OBJ_NOTIFICATION, RIGHT_WAIT, &obj), -ENORIGHT);
    KEXPECT_EQ(cap_copy(a, (cap_t)bare, b, CAP_SLOT_ANY, RIGHT_ALL, 0), -ENORIGHT);
    object_put(&ntfn->obj);
    object_put(&a->obj);
    object_put(&b->obj);
    drain();
}

KTEST(descriptors_are_lowest_first_and_replaced)
{
    struct cap_group *group = make_group();
    struct notification *one = make_object(), *two = make_object();
    struct cap_info info;

    KEXPECT_EQ(cap_insert(group, &one->obj, RIGHT_ALL, CAP_SLOT_FD_MIN, 0) & 0xffffff, 0);
    KEXPECT_EQ(cap_insert(group, &one->obj, RIGHT_ALL, CAP_SLOT_FD_MIN, 0) & 0xffffff, 1);
    KEXPECT_EQ(cap_insert(group, &two->obj, RIGHT_ALL, CAP_SLOT_FD_MIN | 5, 0) & 0xffffff, 5);
    KEXPECT_EQ(cap_copy(group, 5, group, 1, RIGHT_ALL, CAP_CLOEXEC) & 0xffffff, 1);
    KEXPECT(cap_describe(group, 1, &info));
    KEXPECT_EQ(info.object, two->obj.id);
    KEXPECT_EQ(info.flags, CAP_CLOEXEC);
    KEXPECT_EQ(cap_drop(group, 0), 0);
    KEXPECT_EQ(cap_insert(group, &one->obj, RIGHT_ALL, CAP_SLOT_FD_MIN, 0) & 0xffffff, 0);
    object_put(&one->obj);
    object_put(&two->obj);
    object_put(&group->obj);
    drain();
}

/* A pseudo-random tree: each copy is derived from one of those before; some are dropped; the revoke
 * of the first must leave it alone, and what was derived from nothing else. */
KTEST(revoke_reaches_all_that_was_derived)
{
    enum { COPIES = 200 };
    static cap_t handles[COPIES];
    struct cap_group *group = make_group();
    struct notification *ntfn = make_object();
    s64 root = cap_insert(group, &ntfn->obj, RIGHT_ALL, CAP_SLOT_ANY, 0);
    s64 other = cap_insert(group, &ntfn->obj, RIGHT_ALL, CAP_SLOT_ANY, 0);
    u64 seed = 12345;
    int ret;

    handles[0] = (cap_t)root;
    for (unsigned i = 1; i < COPIES; i++) {
        s64 copy;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        do {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            copy = cap_copy(group, handles[(seed >> 33) % i], group, CAP_SLOT_ANY, RIGHT_ALL, 0);
        } while (copy == -EBADF); /* that parent was dropped */
        KEXPECT(copy > 0);
        handles[i] = (cap_t)copy;
        if (i % 3 == 0 && i > 3) {
            (void)cap_drop(group, handles[1 + (seed >> 40) % (i - 1)]);
        }
    }
    while ((ret = cap_revoke_turn(group, (cap_t)root)) > 0) {
    }
    KEXPECT_EQ(ret, 0);
    for (unsigned i = 1; i < COPIES; i++) {
        KEXPECT_EQ(cap_word(group, handles[i]), 0);
    }
    KEXPECT(cap_word(group, (cap_t)root) != 0);
    KEXPECT(cap_word(group, (cap_t)other) != 0);
    KEXPECT_EQ(ntfn->obj.refs, 3);
    object_put(&ntfn->obj);
    object_put(&group->obj);
    drain();
}

KTEST(group_end_gives_everything_back)
{
    u64 pages, objects;

    object_put(&make_group()->obj); /* the caches' first slabs */
    drain();
    pages = pages_free();
    objects = object_count();
    for (unsigned round = 0; round < 3; round++) {
        struct cap_group *group = make_group();
        struct notification *ntfn = make_object();

        for (unsigned i = 0; i < 500; i++) {
            KEXPECT(cap_insert(group, &ntfn->obj, RIGHT_ALL, CAP_SLOT_ANY, 0) > 0);
        }
        object_put(&ntfn->obj);
        object_put(&group->obj);
        drain();
    }
    KEXPECT_EQ(pages_free(), pages);
    KEXPECT_EQ(object_count(), objects);
}

KTEST(account_limits_and_passes_the_rest_to_the_parent)
{
    struct account *parent = account_create(NULL, 100, 10);
    struct account *child = account_create(parent, 5, 0);

    KEXPECT_EQ(account_charge(child, 5, 2), 0);
    KEXPECT_EQ(account_charge(child, 1, 0), -ENOMEM);
    KEXPECT_EQ(account_charge(child, 0, UINT64_MAX), -ENOMEM);
    account_close(child);
    KEXPECT_EQ(parent->pages, 5);
    KEXPECT_EQ(parent->objects, 2);
    account_uncharge(child, 5, 2);
    KEXPECT_EQ(parent->pages, 0);
    account_put(child);
    account_put(parent);
}

KTEST(dropped_token_is_queued_once_and_revived_by_a_mint)
{
    struct notification *ntfn = make_object();
    struct drop_record record[4];
    struct server *server;
    struct token *token, *same;

    KEXPECT_EQ(server_create(test_account, &ntfn->obj, 0, &server), 0);
    KEXPECT_EQ(token_mint(test_account, server, 77, &token), 0);
    KEXPECT_EQ(token_mint(test_account, server, 77, &same), 0);
    KEXPECT(token == same);
    object_put(&same->obj);
    KEXPECT_EQ(server_dropped(server, record, 4), 0);
    object_put(&token->obj);
    KEXPECT_EQ(ntfn->wait.bits, 1);
    KEXPECT_EQ(token_mint(test_account, server, 77, &token), 0);
    KEXPECT_EQ(server_dropped(server, record, 4), 0);
    object_put(&token->obj);
    KEXPECT_EQ(server_dropped(server, record, 4), 1);
    KEXPECT_EQ(record[0].badge, 77);
    KEXPECT_EQ(record[0].kind, DROP_TOKEN);
    KEXPECT_EQ(token_held(server, 77), 0);
    object_put(&server->obj);
    object_put(&ntfn->obj);
    drain();
}

KTEST(peer_learns_of_the_last_drop)
{
    const u64 badges[2] = {1, 2};
    struct token *pair[2];
    struct server *server;

    KEXPECT_EQ(server_create(test_account, NULL, 0, &server), 0);
    KEXPECT_EQ(token_pair(test_account, server, badges, pair), 0);
    KEXPECT_EQ(token_signal_peer(pair[0], 0, TOKEN_READABLE), 0);
    KEXPECT_EQ(pair[1]->signals.bits, TOKEN_READABLE);
    object_put(&pair[0]->obj);
    KEXPECT_EQ(pair[1]->signals.bits, TOKEN_READABLE | TOKEN_PEER_CLOSED);
    KEXPECT_EQ(token_signal_peer(pair[1], 0, TOKEN_READABLE),
               0); /* till the drop is taken it is there */
    server_give_up(server);
    KEXPECT_EQ(token_signal_peer(pair[1], 0, TOKEN_READABLE), -EPIPE);
    object_put(&pair[1]->obj);
    object_put(&server->obj);
    drain();
}
