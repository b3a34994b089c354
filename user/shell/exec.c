/* SPDX-License-Identifier: MIT */
/*
 * Running syntax trees. Commands run in the shell itself or by posix_spawn; when
 * one calls for break, return, exit or the like, sh.flow says so, and every function
 * here returns until the one that it concerns has been reached.
 */
#include "exec.h"

#include "builtins.h"
#include "expand.h"
#include "functions.h"
#include "jobs.h"
#include "parser.h"
#include "shell.h"
#include "spawn.h"
#include "terminal.h"
#include "vars.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_DEPTH = 500 };

/* ---- Simple commands ---- */

static void trace(const struct strlist *argv)
{
    struct str line = {0};

    str_puts(&line, "+");
    for (size_t i = 0; i < argv->count; i++) {
        str_printf(&line, " %s", argv->items[i]);
    }
    str_putc(&line, '\n');
    if (write(STDERR_FILENO, line.data, line.len) < 0) {
        sh.trace = false;
    }
    str_free(&line);
}

/* Make the assignments in front of a command; if saved is given, keep what they replace. */
static bool assign(const struct word *assigns, struct var_saved *saved)
{
    for (const struct word *word = assigns; word != NULL; word = word->next) {
        size_t len = parser_assignment_name(word->raw);
        char *value = expand_string(word->raw + len + 1);
        if (value == NULL) {
            return false;
        }
        char *name = mem_strndup(word->raw, len);
        if (saved != NULL) {
            *saved++ = var_save(name);
        }
        var_set(name, value);
        if (saved != NULL) {
            var_export(name);
        }
        free(name);
        free(value);
    }
    return true;
}

/* Run a builtin or a function with the shell's own descriptors redirected. */
static void run_inside(const struct strlist *argv, const struct redir_plan *plan)
{
    const struct builtin *builtin = builtin_find(argv->items[0]);
    struct function *function = function_find(argv->items[0]);
    struct redir_saved saved = {{0}};

    /* exec alone keeps its redirections */
    bool keep = function == NULL && builtin->keeps_redirections;
    if (!redir_apply(plan, keep ? NULL : &saved)) {
        sh.status = 1;
    } else if (function != NULL) {
        function_call(function, argv);
    } else {
        sh.status = builtin_run(builtin, argv);
    }
    redir_undo(&saved);
}

static bool runs_inside(const char *name)
{
    return function_find(name) != NULL || builtin_find(name) != NULL;
}

static void run_command(const struct strlist *argv, const struct redir_plan *plan)
{
    if (sh.trace) {
        trace(argv);
    }
    if (runs_inside(argv->items[0])) {
        run_inside(argv, plan);
        return;
    }
    pid_t pid = spawn_program(argv->items, plan);
    if (pid >= 0) {
        sh.status = spawn_wait(pid);
    }
}

/* The same with the command's own assignments in force. */
static void run_with_assigns(const struct node *node, const struct strlist *argv,
                             const struct redir_plan *plan)
{
    size_t count = 0;

    for (const struct word *word = node->assigns; word != NULL; word = word->next) {
        count++;
    }
    struct var_saved *saved = mem_alloc(count * sizeof(*saved));
    memset(saved, 0, count * sizeof(*saved));
    if (assign(node->assigns, saved)) {
        run_command(argv, plan);
    }
    while (count-- > 0) {
        if (saved[count].name != NULL) {
            var_restore(&saved[count]);
        }
    }
    free(saved);
}

static void exec_simple(const struct node *node)
{
    struct strlist argv = {0};
    struct redir_plan plan = {0};
    unsigned captures = sh.captures;

    if (expand_words(node->words, &argv)) {
        if (!redir_plan_add(&plan, node->redirs)) {
            sh.status = sh.flow == FLOW_ABORT ? STATUS_ERROR : 1;
        } else if (argv.count != 0) {
            run_with_assigns(node, &argv, &plan);
        } else {
            /* The status is that of the last command substitution, if there was one. */
            if (assign(node->assigns, NULL) && captures == sh.captures) {
                sh.status = 0;
            }
        }
    }
    redir_plan_free(&plan);
    strlist_free(&argv);
}

/* ---- Pipelines, subshells, the background ---- */

/* Whether a command is a program's name without anything to expand: no shell is needed. */
static bool is_plain_program(const struct node *node)
{
    if (node->kind != NODE_SIMPLE || node->words == NULL) {
        return false;
    }
    const char *name = node->words->raw;
    return strpbrk(name, "$`'\"\\*?[~") == NULL && !runs_inside(name);
}

/*
 * Start a command and do not wait for it. The plan holds its input and output; redirections
 * of its own come after. Returns its pid, or -1 after a message.
 */
static pid_t start(const struct node *node, struct redir_plan *plan)
{
    struct strlist argv = {0};
    pid_t pid = -1;

    if (node->kind == NODE_SUBSHELL) {
        if (redir_plan_add(plan, node->redirs)) {
            return spawn_subshell(node->text, plan);
        }
        sh.status = 1;
        return -1;
    }
    if (!is_plain_program(node) || node->assigns != NULL) {
        return spawn_subshell(node->text, plan);
    }
    if (expand_words(node->words, &argv)) {
        if (redir_plan_add(plan, node->redirs)) {
            if (sh.trace) {
                trace(&argv);
            }
            pid = spawn_program(argv.items, plan);
        } else {
            sh.status = 1;
        }
    }
    strlist_free(&argv);
    return pid;
}

static void exec_background(const struct node *node)
{
    struct redir_plan plan = {0};

    redir_plan_no_input(&plan);
    pid_t pid = start(node, &plan);
    redir_plan_free(&plan);
    if (pid >= 0) {
        jobs_add(pid, node->text);
        sh.status = 0;
    }
}

static void exec_subshell(const struct node *node)
{
    struct redir_plan plan = {0};
    pid_t pid = start(node, &plan);

    redir_plan_free(&plan);
    if (pid >= 0) {
        sh.status = spawn_wait(pid);
    }
}

/* Wait for the parts of a pipeline; its status is the last one's. */
static void wait_for_parts(const pid_t *pids, size_t count, int last_status)
{
    for (size_t i = 0; i < count; i++) {
        int status = pids[i] >= 0 ? spawn_wait(pids[i]) : last_status;
        if (i + 1 == count) {
            sh.status = status;
        }
    }
}

static void exec_pipe(const struct node *node)
{
    size_t count = 0;
    size_t started = 0;
    int input = -1; /* the read end of the pipe to the left */

    for (const struct node *part = node->children; part != NULL; part = part->next) {
        count++;
    }
    pid_t *pids = mem_alloc(count * sizeof(*pids));
    for (const struct node *part = node->children; part != NULL; part = part->next) {
        struct redir_plan plan = {0};
        int fds[2] = {-1, -1};
        if (part->next != NULL && !spawn_pipe(fds)) {
            sh.status = 1;
            break;
        }
        if (input >= 0) {
            redir_plan_move(&plan, input, STDIN_FILENO);
        }
        if (fds[1] >= 0) {
            redir_plan_move(&plan, fds[1], STDOUT_FILENO);
        }
        pids[started] = start(part, &plan);
        if (sh.group == 0 && pids[started] >= 0) {
            sh.group = pids[started];
            terminal_give(sh.group);
        }
        started++;
        redir_plan_free(&plan);
        if (input >= 0) {
            close(input);
        }
        if (fds[1] >= 0) {
            close(fds[1]);
        }
        input = fds[0];
    }
    if (input >= 0) {
        close(input);
    }
    wait_for_parts(pids, started, sh.status);
    sh.group = 0;
    free(pids);
}

static void exec_pipeline(const struct node *node)
{
    sh.tested += node->negated;
    if (node->children->next == NULL) {
        exec_node(node->children);
    } else {
        exec_pipe(node);
    }
    sh.tested -= node->negated;
    if (node->negated && sh.flow == FLOW_NONE) {
        sh.status = sh.status == 0;
    }
}

/* ---- Control structures ---- */

static void exec_and_or(const struct node *node)
{
    for (const struct node *part = node->children; part != NULL; part = part->next) {
        bool skipped = part != node->children && part->joined_by_or == (sh.status == 0);
        if (!skipped) {
            sh.tested += part->next != NULL;
            exec_node(part);
            sh.tested -= part->next != NULL;
        }
        if (sh.flow != FLOW_NONE) {
            return;
        }
    }
}

static void exec_list(const struct node *node)
{
    for (const struct node *part = node->children; part != NULL; part = part->next) {
        if (part->background) {
            exec_background(part);
        } else {
            exec_node(part);
        }
        if (sh.flow != FLOW_NONE) {
            return;
        }
    }
}

static bool condition_holds(const struct node *node)
{
    sh.tested++;
    exec_node(node);
    sh.tested--;
    return sh.status == 0;
}

static void exec_if(const struct node *node)
{
    const struct node *part = node->children;

    while (part != NULL && part->next != NULL) {
        bool holds = condition_holds(part);
        if (sh.flow != FLOW_NONE) {
            return;
        }
        if (holds) {
            exec_node(part->next);
            return;
        }
        part = part->next->next;
    }
    sh.status = 0;
    if (part != NULL) {
        exec_node(part);
    }
}

/* After a loop's body: whether the loop goes on. */
static bool loop_goes_on(void)
{
    if (sh.flow != FLOW_BREAK && sh.flow != FLOW_CONTINUE) {
        return sh.flow == FLOW_NONE;
    }
    if (--sh.flow_levels > 0) {
        return false;
    }
    bool goes_on = sh.flow == FLOW_CONTINUE;
    sh.flow = FLOW_NONE;
    return goes_on;
}

static void exec_while(const struct node *node)
{
    const struct node *condition = node->children;
    int status = 0;

    sh.loops++;
    for (;;) {
        bool holds = condition_holds(condition);
        if (sh.flow != FLOW_NONE) {
            if (!loop_goes_on()) {
                break;
            }
            continue;
        }
        if (holds == node->negated) {
            break;
        }
        exec_node(condition->next);
        status = sh.status;
        if (!loop_goes_on()) {
            break;
        }
    }
    sh.loops--;
    if (sh.flow == FLOW_NONE) {
        sh.status = status;
    }
}

static void exec_for(const struct node *node)
{
    struct strlist items = {0};

    if (node->over_params) {
        for (size_t i = 0; i < sh.params.count; i++) {
            strlist_push(&items, mem_strdup(sh.params.items[i]));
        }
    } else if (!expand_words(node->words, &items)) {
        strlist_free(&items);
        return;
    }
    sh.status = 0;
    sh.loops++;
    for (size_t i = 0; i < items.count; i++) {
        var_set(node->name, items.items[i]);
        exec_node(node->children);
        if (!loop_goes_on()) {
            break;
        }
    }
    sh.loops--;
    strlist_free(&items);
}

/* 1: a pattern of the item matches, 0: none, -1: an expansion failed. */
static int case_matches(const struct case_item *item, const char *subject)
{
    for (const struct word *word = item->patterns; word != NULL; word = word->next) {
        char *pattern = expand_pattern(word->raw);
        if (pattern == NULL) {
            return -1;
        }
        bool match = fnmatch(pattern, subject, 0) == 0;
        free(pattern);
        if (match) {
            return 1;
        }
    }
    return 0;
}

static void exec_case(const struct node *node)
{
    char *subject = expand_string(node->name);
    int match = 0;

    if (subject == NULL) {
        return;
    }
    sh.status = 0;
    for (const struct case_item *item = node->items; item != NULL && match == 0;
         item = item->next) {
        match = case_matches(item, subject);
        if (match > 0 && item->body != NULL) {
            exec_node(item->body);
        }
    }
    free(subject);
}

static void exec_kind(const struct node *node)
{
    switch (node->kind) {
    case NODE_SIMPLE:
        exec_simple(node);
        break;
    case NODE_PIPE:
        exec_pipeline(node);
        break;
    case NODE_ANDOR:
        exec_and_or(node);
        break;
    case NODE_LIST:
        exec_list(node);
        break;
    case NODE_GROUP:
        exec_node(node->children);
        break;
    case NODE_SUBSHELL:
        exec_subshell(node);
        break;
    case NODE_IF:
        exec_if(node);
        break;
    case NODE_WHILE:
        exec_while(node);
        break;
    case NODE_FOR:
        exec_for(node);
        break;
    case NODE_CASE:
        exec_case(node);
        break;
    case NODE_FUNCTION:
        function_define(node->name, node->text);
        sh.status = sh.flow == FLOW_NONE ? 0 : sh.status;
        break;
    }
}

/* A compound command with its redirections around it. */
static void exec_redirected(const struct node *node)
{
    struct redir_plan plan = {0};
    struct redir_saved saved = {{0}};

    if (redir_plan_add(&plan, node->redirs) && redir_apply(&plan, &saved)) {
        exec_kind(node);
    } else {
        sh.status = 1;
    }
    redir_undo(&saved);
    redir_plan_free(&plan);
}

/* Whether a failure of this node itself, not of a part of it, counts for set -e. */
static bool failure_counts(const struct node *node)
{
    return node->kind == NODE_SIMPLE || node->kind == NODE_SUBSHELL ||
           (node->kind == NODE_PIPE && !node->negated);
}

void exec_node(const struct node *node)
{
    if (sh.interrupted) {
        sh.flow = FLOW_ABORT;
        sh.status = STATUS_SIGNAL + SIGINT;
        return;
    }
    if (++sh.depth > MAX_DEPTH) {
        shell_abort("commands are nested too deeply");
    } else if (node->redirs != NULL && node->kind != NODE_SIMPLE && node->kind != NODE_SUBSHELL) {
        exec_redirected(node);
    } else {
        exec_kind(node);
    }
    sh.depth--;
    if (sh.exit_on_error && sh.status != 0 && sh.tested == 0 && sh.flow == FLOW_NONE &&
        failure_counts(node)) {
        sh.flow = FLOW_EXIT;
    }
}
