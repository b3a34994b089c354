/* SPDX-License-Identifier: MIT */
/*
 * Servers, and what hangs on them: handlers, connections, tokens, the queue of drops.
 *
 * A server is an object apart from the process that serves it. It owns the pool of idle handlers
 * and the tokens by badge. When the serving process dies its handlers go; connections, tokens and
 * drops stay, and calls wait for the next process that makes handlers, or until server_serve(off)
 * gives the server up. It is given up, too, when no capability, handler or pmo is left of it: then
 * nobody can ever serve.
 *
 * Life: obj.refs counts capabilities, handlers, pmos and calls that wait; `links` counts tokens and
 * connections, and 1 as long as there are refs. Without refs it is given up, without links freed.
 *
 * Lock: server->lock (rank SERVER) guards all below it. Order: SERVER, then wait queues.
 */
#pragma once

#include <lib/rbtree.h>
#include <object/notification.h>
#include <task/thread.h>

/* Something whose last capability went; the link lies in the object, so a drop allocates nothing.
 */
struct drop {
    struct list_node link; /* linked: queued; protected by server->lock */
    u32 kind;              /* enum drop_kind */
    u64 badge;
};

struct server {
    struct object obj;
    /* One idle handler a CPU, touched by that CPU alone: a call pops it, a return pushes it, no
     * lock. Who finds none anywhere else sets `wanted` and asks for those of other CPUs back
     * (server.c). */
    struct thread *kept[CPU_MAX];
    u32 wanted; /* callers wait: a free handler goes to them first */
    u32 links;  /* atomic */
    struct spinlock lock;
    /* Protected by lock: */
    struct cap_group *serving; /* the process that serves (its pointer as a name; not counted) */
    struct thread *idle;       /* handlers without a call that no CPU keeps */
    u32 handlers;
    u32 ceiling; /* priority of its handlers at least */
    bool given_up;
    struct list_node drops;
    struct object *drop_notify; /* notification, counted, or NULL */
    struct rb_tree tokens;      /* by badge */
    struct waitq waiting;       /* callers that found no idle handler */
};

struct connection {
    struct object obj;
    struct server *server; /* counted */
    struct drop drop;
};

struct token {
    struct object obj;
    struct server *server; /* counted */
    struct drop drop;
    struct rb_node by_badge; /* protected by server->lock, as is: */
    struct token *peer;      /* NULL: none, or gone */
    struct waitq signals;
};

static inline struct server *server_of(struct object *obj)
{
    return container_of(obj, struct server, obj);
}

static inline struct connection *connection_of(struct object *obj)
{
    return container_of(obj, struct connection, obj);
}

static inline struct token *token_of(struct object *obj)
{
    return container_of(obj, struct token, obj);
}

void server_init_types(void);

/* Makers: one reference each, charged to `account`; -ENOMEM. */
int __must_check server_create(struct account *account, struct object *drop_notify, u32 ceiling,
                               struct server **out);
int __must_check connection_create(struct account *account, struct server *server, u64 badge,
                                   struct connection **out);

/* The token of that badge: found, or made. One reference. */
int __must_check token_mint(struct account *account, struct server *server, u64 badge,
                            struct token **out);
/* Two tokens that are each other's peer; -EEXIST when a badge is in use. */
int __must_check token_pair(struct account *account, struct server *server, const u64 badges[2],
                            struct token *out[2]);

/* Whether that process may add handlers: -EBUSY when another one serves, -EPEERDEAD: given up. */
int server_may_serve(struct server *server, const struct cap_group *group);
/* What a token or a connection holds of its server. Get: false when the server has ended. */
bool __must_check server_link(struct server *server);
void server_unlink(struct server *server);

/* Nobody will serve any more: calls fail with -EPEERDEAD, drops are forgotten. */
void server_give_up(struct server *server);

/* The signal bits of the token with that badge; -ENOENT. */
int token_signal(struct server *server, u64 badge, u64 clear, u64 set);
/* -EPIPE when the peer is gone. */
int token_signal_peer(struct token *token, u64 clear, u64 set);
/* References to the token of that badge; 0: not there. */
u32 token_held(struct server *server, u64 badge);
/* Up to `max` badges >= cursor, in order. */
u32 server_tokens(struct server *server, u64 cursor, u64 *badges, u32 max);
/* Take up to `max` drops; each is freed with it. */
u32 server_dropped(struct server *server, struct drop_record *records, u32 max);

/* A new handler of the server, in the process of `group`, goes to the pool. */
int __must_check handler_create(struct server *server, struct cap_group *group,
                                const struct handler_args *args, struct thread **out);

/* An idle handler, or NULL. Then: wait on server->waiting unless the server is given up. */
struct thread *handler_get(struct server *server);
/* Before one waits for a handler, server->lock held: true when there is one after all. */
bool handler_ask(struct server *server);
/* Back to the pool; wakes a caller that waits. */
void handler_put(struct server *server, struct thread *handler);
/* Take that one out of the pool; false: it is not in. */
bool handler_take(struct thread *handler);
/* On the CPU that may keep it: if callers wait, to them with it. */
void handler_reclaim(struct thread *handler);
/* A handler ends. The last of the serving process ends the serving. */
void handler_forget(struct thread *handler);
