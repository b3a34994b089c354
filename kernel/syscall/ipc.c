/* SPDX-License-Identifier: MIT */
/* System calls on IPC: calls, servers, tokens, notifications, irqs. */
#include <arch/uaccess.h>
#include <ipc/call.h>
#include <ipc/wait.h>
#include <irq/irq.h>
#include <lib/errno.h>
#include <syscall/syscall.h>
#include <task/user.h>

enum { RECORDS_MAX = 32 }; /* drops or badges a call gives */

s64 sys_ipc_call(struct thread *thread, const u64 *arg)
{
    s64 ret = ipc_call(thread);

    (void)arg;
    counters[cpu_id()].calls++;
    if (ret == 0 || ret == -SWITCHED || ret == -RESTART) {
        return ret == 0 ? -SWITCHED : ret;
    }
    ipc_answer(thread, ret);
    return -SWITCHED;
}

s64 sys_ipc_return(struct thread *thread, const u64 *arg)
{
    s64 ret = ipc_return(thread);

    (void)arg;
    return ret == 0 ? -SWITCHED : ret;
}

s64 sys_signal(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_NOTIFICATION, RIGHT_SIGNAL, &obj);

    if (err == 0) {
        notification_signal(container_of(obj, struct notification, obj), arg[1]);
    }
    return err;
}

s64 sys_wait(struct thread *thread, const u64 *arg)
{
    return ipc_wait(thread, arg[0], arg[1], arg[2]);
}

s64 sys_wait_any(struct thread *thread, const u64 *arg)
{
    return ipc_wait_any(thread, arg[0], arg[1], arg[2]);
}

s64 sys_bind(struct thread *thread, const u64 *arg)
{
    return ipc_bind(thread, arg[0], arg[1], arg[2], arg[3]);
}

s64 sys_notification_create(struct thread *thread, const u64 *arg)
{
    struct notification *ntfn;
    int err = notification_create(thread->group->charge, &ntfn);

    (void)arg;
    return err != 0 ? err : syscall_give(thread, &ntfn->obj, RIGHT_ALL);
}

static s64 lookup_server(struct thread *thread, cap_t handle, unsigned rights, struct server **out)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, handle, OBJ_SERVER, rights, &obj);

    if (err == 0) {
        *out = server_of(obj);
    }
    return err;
}

/* flags: the priority ceiling of the handlers, not above the caller's own unless it is trusted. */
s64 sys_server_create(struct thread *thread, const u64 *arg)
{
    struct object *notify = NULL;
    struct server *server;
    s64 err = 0;

    if (arg[0] >= PRIORITY_COUNT) {
        return -EINVAL;
    }
    if (arg[0] > thread->own_sc.priority && !thread->group->trusted) {
        return -EPERM;
    }
    if (arg[1] != CAP_NONE) {
        err = cap_lookup(thread->group, arg[1], OBJ_NOTIFICATION, RIGHT_SIGNAL, &notify);
    }
    if (err == 0) {
        err = server_create(thread->group->charge, notify, (u32)arg[0], &server);
    }
    return err != 0 ? err : syscall_give(thread, &server->obj, RIGHT_ALL);
}

s64 sys_server_serve(struct thread *thread, const u64 *arg)
{
    struct server *server;
    s64 err = lookup_server(thread, arg[0], arg[1] != 0 ? RIGHT_SERVE : RIGHT_MANAGE, &server);

    if (err == 0 && arg[1] != 0) {
        err = server_may_serve(server, thread->group);
    } else if (err == 0) {
        server_give_up(server);
    }
    return err;
}

s64 sys_handler_create(struct thread *thread, const u64 *arg)
{
    struct handler_args args;
    struct server *server;
    struct thread *handler;
    s64 err = lookup_server(thread, arg[0], RIGHT_SERVE, &server);

    if (err == 0) {
        err = user_copy_in(thread, &args, arg[1], sizeof(args));
    }
    if (err != 0) {
        return err;
    }
    if ((args.stack & 15) != 0) {
        return -EINVAL;
    }
    if (!object_get_live(&server->obj)) {
        return -EBADF;
    }
    err = handler_create(server, thread->group, &args, &handler);
    object_put(&server->obj);
    if (err != 0) {
        return err;
    }
    object_get(&handler->obj);
    err = syscall_give(thread, &handler->obj, RIGHT_ALL);
    if (err < 0) {
        thread_attend(handler, ATTENTION_KILL);
    }
    object_put(&handler->obj);
    return err;
}

s64 sys_server_dropped(struct thread *thread, const u64 *arg)
{
    struct drop_record records[RECORDS_MAX] = {0};
    u32 n = (u32)MIN(arg[2], (u64)RECORDS_MAX);
    struct server *server;
    s64 err = lookup_server(thread, arg[0], RIGHT_SERVE, &server);

    if (err == 0) {
        err =
            user_copy_out(thread, arg[1], records, n * sizeof(records[0])); /* it can be written */
    }
    if (err != 0) {
        return err;
    }
    n = server_dropped(server, records, n);
    if (copy_to_user((void __user *)arg[1], records, n * sizeof(records[0])) != 0) {
        return -EFAULT; /* unmapped by another thread since the first copy: its own loss */
    }
    return n;
}

s64 sys_server_tokens(struct thread *thread, const u64 *arg)
{
    u64 badges[RECORDS_MAX];
    struct server *server;
    u32 n;
    s64 err = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    if (err != 0) {
        return err;
    }
    n = server_tokens(server, arg[1], badges, (u32)MIN(arg[3], (u64)RECORDS_MAX));
    err = user_copy_out(thread, arg[2], badges, n * sizeof(badges[0]));
    return err != 0 ? err : (s64)n;
}

/* One's own server may be named without a slot: the handler's. */
s64 sys_connection_create(struct thread *thread, const u64 *arg)
{
    struct server *server;
    struct connection *conn;
    s64 err = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    if (err == 0) {
        err = connection_create(thread->group->charge, server, arg[1], &conn);
    }
    return err != 0 ? err : syscall_give(thread, &conn->obj, RIGHT_ALL);
}

s64 sys_token_connect(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    struct connection *conn;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_TOKEN, 0, &obj);

    if (err == 0) {
        err = connection_create(thread->group->charge, token_of(obj)->server, 0, &conn);
    }
    if (err != 0) {
        return err;
    }
    /* A badge that no server gives: unique, with the top bit set. */
    conn->drop.badge = conn->obj.id | BIT(63);
    return syscall_give(thread, &conn->obj, RIGHT_ALL);
}

s64 sys_token_mint(struct thread *thread, const u64 *arg)
{
    struct server *server;
    struct token *token;
    s64 err = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    if (err == 0) {
        err = token_mint(thread->group->charge, server, arg[1], &token);
    }
    return err != 0 ? err : syscall_give(thread, &token->obj, (unsigned)arg[2] & RIGHT_ALL);
}

s64 sys_token_pair(struct thread *thread, const u64 *arg)
{
    const u64 badges[2] = {arg[1], arg[2]};
    u64 handles[2] = {0, 0};
    struct token *tokens[2];
    struct server *server;
    s64 ret = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    if (ret == 0) {
        ret = user_copy_out(thread, arg[3], handles, sizeof(handles)); /* it can be written */
    }
    if (ret == 0) {
        ret = token_pair(thread->group->charge, server, badges, tokens);
    }
    if (ret != 0) {
        return ret;
    }
    ret = syscall_give(thread, &tokens[0]->obj, RIGHT_ALL);
    if (ret < 0) {
        object_put(&tokens[1]->obj);
        return ret;
    }
    handles[0] = (u64)ret;
    ret = syscall_give(thread, &tokens[1]->obj, RIGHT_ALL);
    if (ret < 0) {
        (void)cap_drop(thread->group, handles[0]);
        return ret;
    }
    handles[1] = (u64)ret;
    return copy_to_user((void __user *)arg[3], handles, sizeof(handles));
}

s64 sys_token_signal(struct thread *thread, const u64 *arg)
{
    struct server *server;
    s64 err = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    if (err == 0 && ((arg[2] | arg[3]) >> 32) != 0) {
        err = -EINVAL;
    }
    if (err == 0 && ((arg[2] | arg[3]) & TOKEN_PEER_CLOSED) != 0) {
        err = -EINVAL; /* the kernel's own */
    }
    return err != 0 ? err : token_signal(server, arg[1], arg[2], arg[3]);
}

s64 sys_token_signal_peer(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_TOKEN, RIGHT_SIGNAL, &obj);

    if (err == 0 && ((arg[1] | arg[2]) & ~(u64)(UINT32_MAX >> 1)) != 0) {
        err = -EINVAL;
    }
    return err != 0 ? err : token_signal_peer(token_of(obj), arg[1], arg[2]);
}

s64 sys_token_held(struct thread *thread, const u64 *arg)
{
    struct server *server;
    s64 err = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    return err != 0 ? err : token_held(server, arg[1]);
}

s64 sys_token_badge(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    struct server *server;
    s64 err = lookup_server(thread, arg[0], RIGHT_MANAGE, &server);

    if (err == 0) {
        err = cap_lookup(thread->group, arg[1], OBJ_TOKEN, 0, &obj);
    }
    if (err != 0) {
        return err;
    }
    if (token_of(obj)->server != server) {
        return -EXDEV;
    }
    return token_of(obj)->drop.badge <= INT64_MAX ? (s64)token_of(obj)->drop.badge : -EOVERFLOW;
}

s64 sys_irq_create(struct thread *thread, const u64 *arg)
{
    struct object *board, *irq;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_BOARD, RIGHT_MANAGE, &board);

    if (err == 0 && arg[1] > UINT32_MAX) {
        err = -EINVAL;
    }
    if (err == 0) {
        err = irq_create(thread->group->charge, (u32)arg[1], &irq);
    }
    return err != 0 ? err : syscall_give(thread, irq, RIGHT_ALL);
}

s64 sys_irq_ack(struct thread *thread, const u64 *arg)
{
    struct object *obj;
    s64 err = cap_lookup(thread->group, arg[0], OBJ_IRQ, RIGHT_WAIT, &obj);

    if (err == 0) {
        irq_ack(obj);
    }
    return err;
}
