/* SPDX-License-Identifier: MIT */
/* Redirection. */
#include "redir.h"

#include "expand.h"
#include "shell.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fd_move_high(int fd)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, USER_FDS);

    close(fd);
    return high;
}

static void plan_push(struct redir_plan *plan, struct redir_move move)
{
    plan->moves = mem_realloc(plan->moves, (plan->count + 1) * sizeof(move));
    plan->moves[plan->count++] = move;
}

void redir_plan_move(struct redir_plan *plan, int from, int to)
{
    plan_push(plan, (struct redir_move){.from = from, .to = to});
}

void redir_plan_free(struct redir_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->moves[i].owned) {
            close(plan->moves[i].from);
        }
    }
    free(plan->moves);
    *plan = (struct redir_plan){0};
}

/* Whether fd will be open once the moves so far are made. */
static bool plan_has_open(const struct redir_plan *plan, int fd)
{
    for (size_t i = plan->count; i-- > 0;) {
        if (plan->moves[i].to == fd) {
            return plan->moves[i].from >= 0;
        }
    }
    return fcntl(fd, F_GETFD) >= 0;
}

static bool plan_open(struct redir_plan *plan, const char *path, int flags, int fd)
{
    int opened = open(path, flags | O_CLOEXEC, 0666);

    if (opened >= 0) {
        opened = fd_move_high(opened);
    }
    if (opened < 0) {
        shell_error("%s: %s", path, strerror(errno));
        return false;
    }
    plan_push(plan, (struct redir_move){.from = opened, .to = fd, .owned = true});
    return true;
}

static bool plan_dup(struct redir_plan *plan, const char *source, int fd)
{
    if (strcmp(source, "-") == 0) {
        if (plan_has_open(plan, fd)) {
            redir_plan_move(plan, -1, fd);
        }
        return true;
    }
    if (!isdigit((unsigned char)source[0]) || source[1] != '\0' ||
        !plan_has_open(plan, source[0] - '0')) {
        shell_error("%s: %s", source, strerror(EBADF));
        return false;
    }
    if (source[0] - '0' != fd) {
        redir_plan_move(plan, source[0] - '0', fd);
    }
    return true;
}

bool redir_plan_add(struct redir_plan *plan, const struct redir *redirs)
{
    static const int flags[] = {
        [REDIR_READ] = O_RDONLY,
        [REDIR_WRITE] = O_WRONLY | O_CREAT | O_TRUNC,
        [REDIR_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
        [REDIR_READ_WRITE] = O_RDWR | O_CREAT,
    };
    bool ok = true;

    for (const struct redir *redir = redirs; redir != NULL && ok; redir = redir->next) {
        char *target = expand_string(redir->target);
        if (target == NULL) {
            return false;
        }
        if (redir->kind == REDIR_DUP) {
            ok = plan_dup(plan, target, redir->fd);
        } else {
            ok = plan_open(plan, target, flags[redir->kind], redir->fd);
        }
        free(target);
    }
    return ok;
}

void redir_plan_no_input(struct redir_plan *plan)
{
    plan_open(plan, "/dev/null", O_RDONLY, STDIN_FILENO);
}

int redir_plan_to_actions(const struct redir_plan *plan, posix_spawn_file_actions_t *actions)
{
    int error = posix_spawn_file_actions_init(actions);

    if (error != 0) {
        return error;
    }
    for (size_t i = 0; i < plan->count && error == 0; i++) {
        const struct redir_move *move = &plan->moves[i];
        error = move->from < 0 ? posix_spawn_file_actions_addclose(actions, move->to)
                               : posix_spawn_file_actions_adddup2(actions, move->from, move->to);
    }
    if (error != 0) {
        posix_spawn_file_actions_destroy(actions);
    }
    return error;
}

static bool save_fd(struct redir_saved *saved, int fd)
{
    if (saved->copies[fd] != 0) {
        return true;
    }
    saved->copies[fd] = fcntl(fd, F_DUPFD_CLOEXEC, USER_FDS);
    return saved->copies[fd] >= 0 || errno == EBADF;
}

bool redir_apply(const struct redir_plan *plan, struct redir_saved *saved)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct redir_move *move = &plan->moves[i];
        if (saved != NULL && !save_fd(saved, move->to)) {
            shell_error("cannot keep descriptor %d: %s", move->to, strerror(errno));
            return false;
        }
        if (move->from < 0) {
            close(move->to);
        } else if (dup2(move->from, move->to) < 0) {
            shell_error("cannot set descriptor %d: %s", move->to, strerror(errno));
            return false;
        }
    }
    return true;
}

void redir_undo(struct redir_saved *saved)
{
    for (int fd = 0; fd < USER_FDS; fd++) {
        int copy = saved->copies[fd];
        if (copy > 0) {
            dup2(copy, fd);
            close(copy);
        } else if (copy < 0) {
            close(fd);
        }
    }
}
