/* SPDX-License-Identifier: MIT */
/* Servers, handler pools, drops, connections; see server.h. Tokens: token.c. */
#include <ipc/server.h>
#include <ipc/token.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/process.h>

static struct kmem_cache server_cache = KMEM_CACHE("server", struct server);
static struct kmem_cache connection_cache = KMEM_CACHE("connection", struct connection);

static bool server_destroy(struct object *obj, unsigned *budget)
{
    struct server *server = server_of(obj);

    /* Tokens, connections and handlers hold it: nothing of them is left. */
    (void)budget;
    if (server->drop_notify != NULL) {
        object_put(server->drop_notify);
        server->drop_notify = NULL;
    }
    return true;
}

static void server_release(struct object *obj)
{
    kmem_free(&server_cache, server_of(obj));
}

int server_create(struct account *account, struct object *drop_notify, u32 ceiling,
                  struct server **out)
{
    struct server *server;
    int err = -ENOMEM;

    if (drop_notify != NULL && !object_get_live(drop_notify)) {
        return -EBADF;
    }
    server = kmem_zalloc(&server_cache);
    if (server == NULL) {
        goto out_notify;
    }
    err = object_init(&server->obj, OBJ_SERVER, account);
    if (err != 0) {
        goto out_free;
    }
    spin_init(&server->lock, LOCK_SERVER);
    waitq_init(&server->waiting, LOCK_WAITQ);
    server->links = 1;
    server->ceiling = ceiling;
    list_init(&server->drops);
    server->drop_notify = drop_notify;
    *out = server;
    return 0;

out_free:
    kmem_free(&server_cache, server);
out_notify:
    if (drop_notify != NULL) {
        object_put(drop_notify);
    }
    return err;
}

bool server_link(struct server *server)
{
    u32 links = load_relaxed(&server->links);

    while (links != 0) {
        if (cmpxchg(&server->links, &links, links + 1)) {
            return true;
        }
    }
    return false;
}

void server_unlink(struct server *server)
{
    if (fetch_sub(&server->links, 1U) == 1) {
        object_reap_later(&server->obj);
    }
}

/* Calls that wait, and that come, fail. */
static void close(struct server *server)
{
    spin_lock(&server->lock);
    server->given_up = true;
    spin_unlock(&server->lock);
    waitq_wake_all(&server->waiting, 0); /* they try again and see it */
}

void server_give_up(struct server *server)
{
    close(server);
    server_flush_drops(server);
}

/* The reaper's turns when nobody can serve any more: forget the drops, then the link of the
 * references. */
static bool forget_turn(struct reap_item *item, unsigned *budget)
{
    struct server *server = container_of(item, struct server, obj.reap);
    struct drop_record records[8];

    while (*budget >= ARRAY_SIZE(records)) {
        *budget -= ARRAY_SIZE(records);
        if (server_dropped(server, records, ARRAY_SIZE(records)) == 0) {
            server_unlink(server);
            return true;
        }
    }
    *budget = 0;
    return false;
}

static void server_last_put(struct object *obj)
{
    close(server_of(obj));
    obj->reap.turn = forget_turn;
    reap_add(&obj->reap);
}

/* server->lock held. */
static int may_serve(const struct server *server, const struct cap_group *group)
{
    if (server->given_up) {
        return -EPEERDEAD;
    }
    return server->serving != NULL && server->serving != group ? -EBUSY : 0;
}

int server_may_serve(struct server *server, const struct cap_group *group)
{
    int err;

    spin_lock(&server->lock);
    err = may_serve(server, group);
    spin_unlock(&server->lock);
    return err;
}

/* ---- handlers ---- */

/* One more handler; its process is the one that serves. */
static int handler_enlist(struct server *server, struct cap_group *group)
{
    int err;

    spin_lock(&server->lock);
    err = may_serve(server, group);
    if (err == 0) {
        server->serving = group;
        server->handlers++;
    }
    spin_unlock(&server->lock);
    return err;
}

static void handler_dismiss(struct server *server)
{
    spin_lock(&server->lock);
    if (--server->handlers == 0) {
        server->serving = NULL;
    }
    spin_unlock(&server->lock);
}

int handler_create(struct server *server, struct cap_group *group, const struct handler_args *args,
                   struct thread **out)
{
    const struct thread_args thread_args = {
        .entry = args->entry,
        .stack = args->stack,
        .tpidr = args->tpidr,
        .tpidrro = args->tpidrro,
        .priority = PRIORITY_DEFAULT,
        .cpu = CPU_ANY,
    };
    struct thread *handler;
    int err = handler_enlist(server, group);

    if (err != 0) {
        return err;
    }
    err = thread_create(group, &thread_args, &handler);
    if (err != 0) {
        handler_dismiss(server);
        return err;
    }
    handler->entry = *args;
    object_get(&server->obj); /* the caller holds one */
    store_release(&handler->server, server);
    handler_put(server, handler);
    *out = handler;
    return 0;
}

struct thread *handler_get(struct server *server)
{
    struct thread **kept = &server->kept[cpu_id()];
    struct thread *handler = *kept;

    if (handler != NULL) {
        *kept = NULL;
        return handler;
    }
    spin_lock(&server->lock);
    handler = server->idle;
    if (handler != NULL) {
        server->idle = handler->next_idle;
    }
    spin_unlock(&server->lock);
    return handler;
}

bool handler_ask(struct server *server)
{
    store_relaxed(&server->wanted, 1U);
    /* `wanted` is set before `kept` is read; pairs with the fences in handler_put() and the fast
     * return: a CPU that has just kept one sees `wanted`, or we see what it keeps. */
    fence_full();
    if (server->idle != NULL || server->kept[cpu_id()] != NULL) {
        return true;
    }
    for (unsigned cpu = 0; cpu < CPU_MAX; cpu++) {
        struct thread *handler = load_relaxed(&server->kept[cpu]);

        if (handler != NULL) {
            thread_attend(handler, 0);
        }
    }
    return false;
}

/* To the common list, and wake the callers that wait. */
static void put_common(struct server *server, struct thread *handler)
{
    struct wake_list wakes = {NULL};
    struct wait_node *node, *next;
    unsigned budget = REAP_BUDGET;

    spin_lock(&server->lock);
    handler->next_idle = server->idle;
    server->idle = handler;
    spin_lock(&server->waiting.lock);
    store_relaxed(&server->wanted, 0U);
    list_for_each_entry_safe(node, next, &server->waiting.nodes, link)
    {
        /* All that wait, not one: the one might end before it takes the handler. */
        if (budget-- == 0) {
            store_relaxed(&server->wanted, 1U);
            break;
        }
        if (waiter_claim(node->waiter)) {
            wake_list_add(&wakes, node->waiter, 0);
        }
    }
    spin_unlock(&server->waiting.lock);
    spin_unlock(&server->lock);
    wake_list_finish(&wakes);
}

void handler_put(struct server *server, struct thread *handler)
{
    struct thread **kept = &server->kept[cpu_id()];

    if (*kept == NULL) {
        handler->own_sc.home = cpu_id();
        *kept = handler;
        fence_full(); /* kept before `wanted` is read; pairs with handler_ask() */
        if (load_relaxed(&server->wanted) == 0) {
            return;
        }
        *kept = NULL;
    }
    put_common(server, handler);
}

void handler_reclaim(struct thread *handler)
{
    struct server *server = handler->server;
    struct thread **kept = &server->kept[cpu_id()];

    if (*kept == handler && load_relaxed(&server->wanted) != 0) {
        *kept = NULL;
        put_common(server, handler);
    }
}

bool handler_take(struct thread *handler)
{
    struct server *server = handler->server;
    struct thread **kept = &server->kept[cpu_id()];
    bool found = *kept == handler;

    if (found) {
        *kept = NULL;
    }
    spin_lock(&server->lock);
    for (struct thread **link = &server->idle; !found && *link != NULL;
         link = &(*link)->next_idle) {
        if (*link == handler) {
            *link = handler->next_idle;
            found = true;
            break;
        }
    }
    spin_unlock(&server->lock);
    if (found) {
        handler_forget(handler);
    }
    return found;
}

void handler_forget(struct thread *handler)
{
    struct server *server = handler->server;

    handler_dismiss(server);
    handler->server = NULL;
    object_put(&server->obj);
}

/* ---- connections ---- */

static bool connection_destroy(struct object *obj, unsigned *budget)
{
    struct connection *conn = connection_of(obj);

    (void)budget;
    if (conn->server != NULL) {
        server_unlink(conn->server);
        conn->server = NULL;
    }
    return true;
}

static void connection_release(struct object *obj)
{
    kmem_free(&connection_cache, connection_of(obj));
}

static void connection_last_put(struct object *obj)
{
    struct connection *conn = connection_of(obj);

    if (!server_queue_drop(conn->server, &conn->drop, obj)) {
        object_reap_later(obj);
    }
}

static u64 connection_detail(struct object *obj)
{
    return connection_of(obj)->server->obj.id;
}

int connection_create(struct account *account, struct server *server, u64 badge,
                      struct connection **out)
{
    struct connection *conn = kmem_zalloc(&connection_cache);
    int err;

    if (conn == NULL) {
        return -ENOMEM;
    }
    err = object_init(&conn->obj, OBJ_CONNECTION, account);
    if (err != 0) {
        kmem_free(&connection_cache, conn);
        return err;
    }
    if (!server_link(server)) {
        object_discard(&conn->obj);
        return -EBADF;
    }
    conn->server = server;
    list_init(&conn->drop.link);
    conn->drop.kind = DROP_CONNECTION;
    conn->drop.badge = badge;
    *out = conn;
    return 0;
}

void server_init_types(void)
{
    static const struct object_ops server_ops = {
        .name = "server",
        .destroy = server_destroy,
        .release = server_release,
        .last_put = server_last_put,
    };
    static const struct object_ops connection_ops = {
        .name = "connection",
        .destroy = connection_destroy,
        .release = connection_release,
        .last_put = connection_last_put,
        .detail = connection_detail,
    };

    object_type_register(OBJ_SERVER, &server_ops);
    object_type_register(OBJ_CONNECTION, &connection_ops);
    token_init_type();
}
