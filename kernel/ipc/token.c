/* SPDX-License-Identifier: MIT */
/*
 * Tokens: unforgeable names that a server gives out, repeatable by badge. The last put queues the
 * token for its server; until the server has taken the drop a mint of the same badge revives it.
 *
 * A token's references may be 0 while it is in the tree: between the last put and the drop being
 * taken. All that finds tokens by badge does so under server->lock.
 */
#include <ipc/token.h>
#include <lib/errno.h>
#include <mm/slab.h>

static struct kmem_cache token_cache = KMEM_CACHE("token", struct token);

static struct token *token_of_node(struct rb_node *node)
{
    return rb_entry(node, struct token, by_badge);
}

/* server->lock held, here and in all of the following that say nothing else. */
static struct token *find(struct server *server, u64 badge)
{
    struct rb_node *node = server->tokens.root;

    while (node != NULL) {
        struct token *token = token_of_node(node);

        if (token->drop.badge == badge) {
            return token;
        }
        node = badge < token->drop.badge ? node->left : node->right;
    }
    return NULL;
}

static bool lower_badge(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct token, by_badge)->drop.badge <
           rb_entry(b, struct token, by_badge)->drop.badge;
}

static struct object *object_of_drop(struct drop *drop)
{
    return drop->kind == DROP_TOKEN ? &container_of(drop, struct token, drop)->obj
                                    : &container_of(drop, struct connection, drop)->obj;
}

/* Out of the tree, and the peer is told. `wakes` is finished by the caller, unlocked. */
static void unlink_token(struct server *server, struct token *token, struct wake_list *wakes)
{
    rb_remove(&server->tokens, &token->by_badge);
    if (token->peer != NULL) {
        waitq_signal(&token->peer->signals, 0, TOKEN_PEER_CLOSED, false, wakes);
        token->peer->peer = NULL;
        token->peer = NULL;
    }
}

/* The peer learns at once; the badge stays known until the drop is taken. server->lock held. */
static void tell_peer(const struct drop *drop, struct wake_list *wakes)
{
    const struct token *token = container_of(drop, struct token, drop);

    if (drop->kind == DROP_TOKEN && token->peer != NULL) {
        waitq_signal(&token->peer->signals, 0, TOKEN_PEER_CLOSED, false, wakes);
    }
}

bool server_queue_drop(struct server *server, struct drop *drop, struct object *obj)
{
    struct wake_list wakes = {NULL};
    bool keep = true;
    bool first = false;

    spin_lock(&server->lock);
    if (load_acquire(&obj->refs) != 0 || obj->dead || list_linked(&drop->link)) {
        /* Revived, or a second last put that came late. */
    } else if (!server->given_up) {
        tell_peer(drop, &wakes);
        first = list_empty(&server->drops);
        list_add_tail(&server->drops, &drop->link);
    } else {
        if (drop->kind == DROP_TOKEN) {
            unlink_token(server, container_of(drop, struct token, drop), &wakes);
        }
        obj->dead = true;
        keep = false;
    }
    spin_unlock(&server->lock);
    wake_list_finish(&wakes);
    if (first && server->drop_notify != NULL) {
        notification_signal(container_of(server->drop_notify, struct notification, obj), 1);
    }
    return keep;
}

u32 server_dropped(struct server *server, struct drop_record *records, u32 max)
{
    struct wake_list wakes = {NULL};
    u32 n = 0;

    spin_lock(&server->lock);
    while (n < max && !list_empty(&server->drops)) {
        struct drop *drop = list_first(&server->drops, struct drop, link);

        list_del(&drop->link);
        records[n] = (struct drop_record){.badge = drop->badge, .kind = drop->kind};
        n++;
        if (drop->kind == DROP_TOKEN) {
            unlink_token(server, container_of(drop, struct token, drop), &wakes);
        }
        object_of_drop(drop)->dead = true; /* as in server_queue_drop() */
        object_reap_later(object_of_drop(drop));
    }
    spin_unlock(&server->lock);
    wake_list_finish(&wakes);
    return n;
}

void server_flush_drops(struct server *server)
{
    struct drop_record records[8];

    while (server_dropped(server, records, ARRAY_SIZE(records)) != 0) {
    }
}

/* A token with one reference that nobody can find yet. No locks held. */
static int token_new(struct account *account, struct server *server, u64 badge, struct token **out)
{
    struct token *token = kmem_zalloc(&token_cache);
    int err;

    if (token == NULL) {
        return -ENOMEM;
    }
    err = object_init(&token->obj, OBJ_TOKEN, account);
    if (err != 0) {
        kmem_free(&token_cache, token);
        return err;
    }
    if (!server_link(server)) {
        object_discard(&token->obj);
        return -EBADF;
    }
    token->server = server;
    list_init(&token->drop.link);
    token->drop.kind = DROP_TOKEN;
    token->drop.badge = badge;
    waitq_init(&token->signals, LOCK_WAITQ);
    *out = token;
    return 0;
}

/* One more reference to a token in the tree, whose count may be 0. */
static void token_revive(struct token *token)
{
    if (!object_get_live(&token->obj)) {
        store_release(&token->obj.refs, 1U); /* under the lock: nobody else revives it */
        list_del(&token->drop.link);
    }
}

int token_mint(struct account *account, struct server *server, u64 badge, struct token **out)
{
    struct token *token, *fresh;
    int err;

    spin_lock(&server->lock);
    token = find(server, badge);
    if (token != NULL) {
        token_revive(token);
        spin_unlock(&server->lock);
        *out = token;
        return 0;
    }
    spin_unlock(&server->lock);

    err = token_new(account, server, badge, &fresh);
    if (err != 0) {
        return err;
    }
    spin_lock(&server->lock);
    token = find(server, badge); /* another thread of the server may have been faster */
    if (token != NULL) {
        token_revive(token);
    } else {
        token = fresh;
        rb_insert(&server->tokens, &token->by_badge, lower_badge);
    }
    spin_unlock(&server->lock);
    if (token != fresh) {
        object_discard(&fresh->obj);
    }
    *out = token;
    return 0;
}

int token_pair(struct account *account, struct server *server, const u64 badges[2],
               struct token *out[2])
{
    int err;

    if (badges[0] == badges[1]) {
        return -EINVAL;
    }
    err = token_new(account, server, badges[0], &out[0]);
    if (err != 0) {
        return err;
    }
    err = token_new(account, server, badges[1], &out[1]);
    if (err == 0) {
        spin_lock(&server->lock);
        if (find(server, badges[0]) != NULL || find(server, badges[1]) != NULL) {
            err = -EEXIST;
        } else {
            out[0]->peer = out[1];
            out[1]->peer = out[0];
            rb_insert(&server->tokens, &out[0]->by_badge, lower_badge);
            rb_insert(&server->tokens, &out[1]->by_badge, lower_badge);
        }
        spin_unlock(&server->lock);
        if (err != 0) {
            object_discard(&out[1]->obj);
        }
    }
    if (err != 0) {
        object_discard(&out[0]->obj);
    }
    return err;
}

int token_signal(struct server *server, u64 badge, u64 clear, u64 set)
{
    struct wake_list wakes = {NULL};
    struct token *token;

    spin_lock(&server->lock);
    token = find(server, badge);
    if (token != NULL) {
        waitq_signal(&token->signals, clear, set, false, &wakes);
    }
    spin_unlock(&server->lock);
    wake_list_finish(&wakes);
    return token != NULL ? 0 : -ENOENT;
}

int token_signal_peer(struct token *token, u64 clear, u64 set)
{
    struct server *server = token->server;
    struct wake_list wakes = {NULL};
    int err = -EPIPE;

    spin_lock(&server->lock);
    if (token->peer != NULL) {
        waitq_signal(&token->peer->signals, clear, set, false, &wakes);
        err = 0;
    }
    spin_unlock(&server->lock);
    wake_list_finish(&wakes);
    return err;
}

u32 token_held(struct server *server, u64 badge)
{
    struct token *token;
    u32 refs = 0;

    spin_lock(&server->lock);
    token = find(server, badge);
    if (token != NULL) {
        refs = load_relaxed(&token->obj.refs);
    }
    spin_unlock(&server->lock);
    return refs;
}

u32 server_tokens(struct server *server, u64 cursor, u64 *badges, u32 max)
{
    struct rb_node *node, *found = NULL;
    u32 n = 0;

    spin_lock(&server->lock);
    node = server->tokens.root;
    while (node != NULL) {
        if (token_of_node(node)->drop.badge >= cursor) {
            found = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    for (; found != NULL && n < max; found = rb_next(found)) {
        badges[n++] = token_of_node(found)->drop.badge;
    }
    spin_unlock(&server->lock);
    return n;
}

/* ---- object operations ---- */

static bool token_destroy(struct object *obj, unsigned *budget)
{
    struct token *token = token_of(obj);

    (void)budget;
    waitq_drop_bindings(&token->signals);
    if (token->server != NULL) {
        server_unlink(token->server);
        token->server = NULL;
    }
    return true;
}

static void token_release(struct object *obj)
{
    kmem_free(&token_cache, token_of(obj));
}

static void token_last_put(struct object *obj)
{
    struct token *token = token_of(obj);

    if (!server_queue_drop(token->server, &token->drop, obj)) {
        object_reap_later(obj);
    }
}

static struct waitq *token_queue(struct object *obj)
{
    return &token_of(obj)->signals;
}

static u64 token_detail(struct object *obj)
{
    return token_of(obj)->server->obj.id;
}

void token_init_type(void)
{
    static const struct object_ops ops = {
        .name = "token",
        .destroy = token_destroy,
        .release = token_release,
        .last_put = token_last_put,
        .wait_queue = token_queue,
        .detail = token_detail,
    };

    object_type_register(OBJ_TOKEN, &ops);
}
