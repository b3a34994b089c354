/* SPDX-License-Identifier: MIT */
/*
 * Intrusive red-black tree. The tree knows no keys: the user walks down by its own comparison and
 * links the node where the walk ended, or uses rb_insert() with a `less` function. Insertion,
 * removal and a step are O(log n). The caller locks.
 *
 * A walk:   for (n = tree->root; n; n = key < KEY(n) ? n->left : n->right) ...
 */
#pragma once

#include <lib/types.h>

struct rb_node {
    uintptr_t parent_color; /* address of the parent, bit 0: black */
    struct rb_node *left;
    struct rb_node *right;
};

struct rb_tree {
    struct rb_node *root;
};

typedef bool (*rb_less_fn)(const struct rb_node *a, const struct rb_node *b);

#define rb_entry(node, type, member) container_of(node, type, member)

static inline void rb_init(struct rb_tree *tree)
{
    tree->root = NULL;
}

static inline bool rb_empty(const struct rb_tree *tree)
{
    return tree->root == NULL;
}

/* Hang node below parent at *link (&parent->left, &parent->right or &tree->root) and rebalance. */
void rb_link(struct rb_tree *tree, struct rb_node *node, struct rb_node *parent,
             struct rb_node **link);

/* Insert by comparison; equal nodes go to the right, so they keep their order of arrival. */
void rb_insert(struct rb_tree *tree, struct rb_node *node, rb_less_fn less);

/* Take node, which must be in the tree, out of it. */
void rb_remove(struct rb_tree *tree, struct rb_node *node);

/* Smallest, greatest, neighbours in order; NULL where there is none. */
struct rb_node *rb_first(const struct rb_tree *tree);
struct rb_node *rb_last(const struct rb_tree *tree);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);
