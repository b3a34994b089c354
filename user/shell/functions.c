/* SPDX-License-Identifier: MIT */
/* Shell functions: a list; the source text is kept to hand it to other shells. */
#include "functions.h"

#include "exec.h"
#include "parser.h"
#include "shell.h"

#include <stdlib.h>
#include <string.h>

struct function {
    struct function *next;
    char *name;
    char *source;
    struct arena arena;
    struct node *body;
    unsigned users; /* the list, and the calls that run: one may redefine itself */
};

static struct function *functions;

static void function_put(struct function *function)
{
    if (--function->users == 0) {
        arena_free(&function->arena);
        free(function->name);
        free(function->source);
        free(function);
    }
}

static struct function **find_link(const char *name)
{
    struct function **link = &functions;

    while (*link != NULL && strcmp((*link)->name, name) != 0) {
        link = &(*link)->next;
    }
    return link;
}

struct function *function_find(const char *name)
{
    return *find_link(name);
}

void function_undefine(const char *name)
{
    struct function **link = find_link(name);
    struct function *function = *link;

    if (function != NULL) {
        *link = function->next;
        function_put(function);
    }
}

void function_define(const char *name, const char *source)
{
    struct function *function = mem_alloc(sizeof(*function));
    struct input in;
    const char *error = NULL;

    *function =
        (struct function){.name = mem_strdup(name), .source = mem_strdup(source), .users = 1};
    input_from_string(&in, function->source, strlen(source));
    if (parser_read(&in, &function->arena, &function->body, &error) != PARSE_COMMAND) {
        shell_abort("%s: %s", name, error != NULL ? error : "empty function");
        function_put(function);
        return;
    }
    function_undefine(name);
    function->next = functions;
    functions = function;
}

void function_call(struct function *function, const struct strlist *argv)
{
    struct strlist outer_params = sh.params;
    unsigned outer_loops = sh.loops;

    sh.params = (struct strlist){0};
    for (size_t i = 1; i < argv->count; i++) {
        strlist_push(&sh.params, mem_strdup(argv->items[i]));
    }
    sh.loops = 0;
    sh.functions++;
    function->users++;
    exec_node(function->body);
    function_put(function);
    sh.functions--;
    sh.loops = outer_loops;
    if (sh.flow == FLOW_RETURN) {
        sh.flow = FLOW_NONE;
    }
    strlist_free(&sh.params);
    sh.params = outer_params;
}

void functions_put_source(struct str *script)
{
    for (const struct function *f = functions; f != NULL; f = f->next) {
        str_printf(script, "%s() %s\n", f->name, f->source);
    }
}

void functions_free(void)
{
    while (functions != NULL) {
        function_undefine(functions->name);
    }
}
