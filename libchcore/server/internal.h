/* SPDX-License-Identifier: MIT */
/* What the files of the server skeleton share. */
#pragma once

#include <chcore/server.h>

struct thread_start;

/* entry.S */
void server_entry(void);
void server_thread_entry(void);

/* Called from entry.S. */
struct ipc_caps *server_dispatch(struct server_request *request);
struct ipc_caps *server_return_refused(struct server_request *request, long error);
_Noreturn void server_thread_main(struct thread_start *start);

/* buffer.c: the message buffers of connections */
long buffer_connect(struct server_request *request);
void *buffer_slot(uint64_t connection, uint32_t slot);
void buffer_forget(uint64_t connection);
