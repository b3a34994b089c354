/* SPDX-License-Identifier: MIT */
/* The threaded derivation tree; see slot.h. Every function: constant time, tree_lock held. */
#include <lib/panic.h>
#include <object/slot.h>

enum { PARENT_TAG = 1 };

static bool is_parent(uintptr_t link)
{
    return (link & PARENT_TAG) != 0;
}

static struct cap_node *node_at(uintptr_t link)
{
    return (struct cap_node *)(link & ~(uintptr_t)PARENT_TAG);
}

void cap_node_init_root(struct cap_node *node)
{
    node->prev = 0;
    node->next = 0;
    node->first_child = NULL;
    node->last_child = NULL;
}

void cap_node_add_child(struct cap_node *parent, struct cap_node *node)
{
    struct cap_node *last = parent->last_child;

    node->first_child = NULL;
    node->last_child = NULL;
    node->next = (uintptr_t)parent | PARENT_TAG;
    if (last != NULL) {
        node->prev = (uintptr_t)last;
        last->next = (uintptr_t)node;
    } else {
        node->prev = (uintptr_t)parent | PARENT_TAG;
        parent->first_child = node;
    }
    parent->last_child = node;
}

/* What stood before `node` in its sibling list, or its parent's first child, is now `to`. */
static void relink_left(struct cap_node *node, struct cap_node *to, uintptr_t to_link)
{
    if (node->prev == 0) {
        return;
    }
    if (is_parent(node->prev)) {
        node_at(node->prev)->first_child = to;
    } else {
        node_at(node->prev)->next = to_link;
    }
}

static void relink_right(struct cap_node *node, struct cap_node *to, uintptr_t to_link)
{
    if (node->next == 0) {
        return;
    }
    if (is_parent(node->next)) {
        node_at(node->next)->last_child = to;
    } else {
        node_at(node->next)->prev = to_link;
    }
}

void cap_node_remove(struct cap_node *node)
{
    struct cap_node *first = node->first_child;
    struct cap_node *last = node->last_child;

    if (first != NULL) {
        /* The list of children takes the node's place, its ends inherit the node's links. A removed
         * root leaves its children as one list of siblings whose ends point nowhere (0). */
        first->prev = node->prev;
        last->next = node->next;
        relink_left(node, first, (uintptr_t)first);
        relink_right(node, last, (uintptr_t)last);
    } else {
        bool only = is_parent(node->prev) && is_parent(node->next);

        relink_left(node, only || is_parent(node->next) ? NULL : node_at(node->next), node->next);
        relink_right(node, only || is_parent(node->prev) ? NULL : node_at(node->prev), node->prev);
    }
    cap_node_init_root(node);
}
