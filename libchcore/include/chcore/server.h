/* SPDX-License-Identifier: MIT */
/*
 * The skeleton of a server: main() sets up its state, then calls server_run with its operations.
 * A call arrives on a handler's stack as a struct server_request, of which every word came from
 * outside. Handlers run in parallel; state is guarded by the server's own mutexes, none of which is
 * held over a call to another server.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uapi/ipc.h>
#include <uapi/types.h>

struct server_request {
    uint64_t w[IPC_WORDS];   /* the message; the reply's words go to the same place */
    uint64_t connection;     /* badge of the connection */
    uint64_t token;          /* badge of the token given with the call, 0 without one */
    uint64_t token_rights;   /* rights of that token, with IPC_HAS_TOKEN */
    uint64_t principal;      /* of the calling process */
    uint64_t cap_count;      /* received capabilities */
    cap_t cap[IPC_MAX_CAPS]; /* dropped after the call unless taken (server_take_cap) */
    struct ipc_caps send;    /* what the reply carries (server_send_*) */
    uint64_t reserved;
};
_Static_assert(sizeof(struct server_request) == 224, "entry.S");
_Static_assert(offsetof(struct server_request, connection) == 64, "entry.S");
_Static_assert(offsetof(struct server_request, cap_count) == 96, "entry.S");

struct server_ops {
    /*
     * One method. slot: the MSG_SLOT_SIZE bytes of the message buffer that the call names, shared
     * with the client, or NULL. The result becomes word 0 of the reply.
     */
    long (*call)(struct server_request *request, void *slot);

    /* Nobody holds the token or connection of that badge any more. May be NULL. */
    void (*dropped)(uint64_t badge, enum drop_kind kind);
};

/*
 * Make `handlers` handlers for the server object of this process (start_info.server; its drop
 * notification is start_info.arg[3]), serve, and handle drop notices on the calling thread. Does
 * not return.
 */
_Noreturn void server_run(const struct server_ops *ops, unsigned handlers);

/* The same for a process that made its server object itself. */
_Noreturn void server_run_as(cap_t server, cap_t drop_notification, const struct server_ops *ops,
                             unsigned handlers);

/* A thread beside the handlers, with a stack of SERVER_STACK_SIZE. 0 or -errno. */
long server_thread_start(const char *name, void (*run)(void *), void *arg);
#define SERVER_STACK_SIZE 32768ul

/* The server object, for token_signal and the like. */
cap_t server_handle(void);

/* A handle to the token of this server with that badge, for the caller to drop or move; -errno. */
long server_mint(uint64_t badge, uint32_t rights);

/* The received capability i becomes the server's own; CAP_NONE when there is none. */
cap_t server_take_cap(struct server_request *request, unsigned i);

/* The badge of received capability i, if it is a token of this server; else 0. */
uint64_t server_cap_badge(const struct server_request *request, unsigned i);

/* Put a capability into the reply: a new token of this server, or one that the server holds. */
void server_send_token(struct server_request *request, uint64_t badge, uint32_t rights);
void server_send_cap(struct server_request *request, cap_t handle, uint32_t rights);
/* The same, and the server's own copy goes. */
void server_move_cap(struct server_request *request, cap_t handle, uint32_t rights);

/* Now, in ticks, and the deadline that lies ms milliseconds ahead. */
uint64_t server_now(void);
deadline_t server_deadline_ms(uint64_t ms);
