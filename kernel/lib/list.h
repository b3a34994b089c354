/* SPDX-License-Identifier: MIT */
/*
 * Intrusive circular doubly linked list. The head is a node of its own; a node that is on no list
 * points at itself, so list_linked() tells and list_del() twice is harmless. The caller locks.
 */
#pragma once

#include <lib/types.h>

struct list_node {
    struct list_node *prev;
    struct list_node *next;
};

static inline void list_init(struct list_node *node)
{
    node->prev = node;
    node->next = node;
}

#define LIST_INIT(head)  \
    {                    \
        &(head), &(head) \
    }

static inline bool list_empty(const struct list_node *head)
{
    return head->next == head;
}

/* Whether an initialised node is on some list. */
static inline bool list_linked(const struct list_node *node)
{
    return node->next != node;
}

static inline void list_insert_between(struct list_node *node, struct list_node *prev,
                                       struct list_node *next)
{
    node->prev = prev;
    node->next = next;
    prev->next = node;
    next->prev = node;
}

/* Insert node right after head: first in the list. */
static inline void list_add(struct list_node *head, struct list_node *node)
{
    list_insert_between(node, head, head->next);
}

/* Insert node right before head: last in the list. */
static inline void list_add_tail(struct list_node *head, struct list_node *node)
{
    list_insert_between(node, head->prev, head);
}

/* Take node off its list; it is left initialised. */
static inline void list_del(struct list_node *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* Move all of from to the tail of to; from is left empty. */
static inline void list_splice_tail(struct list_node *to, struct list_node *from)
{
    if (list_empty(from)) {
        return;
    }
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    list_init(from);
}

#define list_entry(node, type, member) container_of(node, type, member)

/* The first or last entry, NULL when the list is empty. */
#define list_first(head, type, member) \
    (list_empty(head) ? (type *)NULL : list_entry((head)->next, type, member))
#define list_last(head, type, member) \
    (list_empty(head) ? (type *)NULL : list_entry((head)->prev, type, member))

/* NOLINTBEGIN(bugprone-macro-parentheses): it declares node. */
#define list_for_each(node, head) \
    for (struct list_node *node = (head)->next; node != (head); node = node->next)
/* NOLINTEND(bugprone-macro-parentheses) */

/* pos is declared by the caller as a pointer to the entry type; it is not NULL after the loop. */
#define list_for_each_entry(pos, head, member)                                                   \
    for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member); &(pos)->member != (head); \
         (pos) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

/* The same where the body may take pos off the list; tmp is a second pointer of that type. */
#define list_for_each_entry_safe(pos, tmp, head, member)                    \
    for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member),      \
        (tmp) = list_entry((pos)->member.next, __typeof__(*(pos)), member); \
         &(pos)->member != (head);                                          \
         (pos) = (tmp), (tmp) = list_entry((tmp)->member.next, __typeof__(*(tmp)), member))
