/* SPDX-License-Identifier: MIT */
/* What server.c and token.c share: the queue of drops. */
#pragma once

#include <ipc/server.h>

void token_init_type(void);

/* The last reference to `obj` went: queue it for its server and signal the server once. False when
 * nobody will ever take it (the server was given up): the caller destroys it. True too when a mint
 * revived it or it is queued already. */
bool __must_check server_queue_drop(struct server *server, struct drop *drop, struct object *obj);

/* The server was given up: nobody takes the drops that are queued. */
void server_flush_drops(struct server *server);
