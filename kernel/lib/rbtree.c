/* SPDX-License-Identifier: MIT */
/*
 * Red-black tree. The rules: the root is black; a red node has black children; every way from a
 * node down to a missing child passes the same number of black nodes. Missing children count as
 * black. Each repair below exists once, with `side` for left and its mirror.
 */
#include <lib/rbtree.h>

enum { BLACK = 1 };

static struct rb_node *parent_of(const struct rb_node *node)
{
    return (struct rb_node *)(node->parent_color & ~(uintptr_t)BLACK);
}

static bool is_black(const struct rb_node *node)
{
    return node == NULL || (node->parent_color & BLACK);
}

static void set_black(struct rb_node *node)
{
    node->parent_color |= BLACK;
}

static void set_red(struct rb_node *node)
{
    node->parent_color &= ~(uintptr_t)BLACK;
}

static void set_parent(struct rb_node *node, struct rb_node *parent)
{
    node->parent_color = (uintptr_t)parent | (node->parent_color & BLACK);
}

static struct rb_node **child(struct rb_node *node, bool right)
{
    return right ? &node->right : &node->left;
}

/* Where the tree points at node. */
static struct rb_node **link_to(struct rb_tree *tree, struct rb_node *node)
{
    struct rb_node *parent = parent_of(node);

    return parent == NULL ? &tree->root : child(parent, parent->right == node);
}

/* The child of node on the other side than `right` takes node's place, and node goes down to
 * `right`. */
static void rotate(struct rb_tree *tree, struct rb_node *node, bool right)
{
    struct rb_node *up = *child(node, !right);
    struct rb_node *across = *child(up, right);

    *link_to(tree, node) = up;
    set_parent(up, parent_of(node));
    *child(up, right) = node;
    set_parent(node, up);
    *child(node, !right) = across;
    if (across != NULL) {
        set_parent(across, node);
    }
}

void rb_link(struct rb_tree *tree, struct rb_node *node, struct rb_node *parent,
             struct rb_node **link)
{
    *node = (struct rb_node){.parent_color = (uintptr_t)parent}; /* red */
    *link = node;

    /* Only "a red node has black children" can be broken, and only between node and its parent. */
    for (;;) {
        struct rb_node *up = parent_of(node);

        if (up == NULL) {
            set_black(node);
            return;
        }
        if (is_black(up)) {
            return;
        }
        struct rb_node *top = parent_of(up); /* black, and there: a red node is not the root */
        bool side = top->right == up;
        struct rb_node *uncle = *child(top, !side);

        if (!is_black(uncle)) {
            set_black(up);
            set_black(uncle);
            set_red(top);
            node = top;
            continue;
        }
        if (*child(up, !side) == node) {
            rotate(tree, up, side);
            up = node;
        }
        set_black(up);
        set_red(top);
        rotate(tree, top, !side);
        return;
    }
}

void rb_insert(struct rb_tree *tree, struct rb_node *node, rb_less_fn less)
{
    struct rb_node **link = &tree->root;
    struct rb_node *parent = NULL;

    while (*link != NULL) {
        parent = *link;
        link = child(parent, !less(node, parent));
    }
    rb_link(tree, node, parent, link);
}

/* The ways through parent's child on `side` have one black node too few; the child is black. */
static void repair_missing_black(struct rb_tree *tree, struct rb_node *parent, bool side)
{
    for (;;) {
        struct rb_node *sibling = *child(parent, !side); /* there: it has the black that we miss */

        if (!is_black(sibling)) {
            set_black(sibling);
            set_red(parent);
            rotate(tree, parent, side);
            sibling = *child(parent, !side);
        }
        struct rb_node *near = *child(sibling, side);
        struct rb_node *far = *child(sibling, !side);

        if (is_black(near) && is_black(far)) {
            set_red(sibling);
            if (!is_black(parent) || parent_of(parent) == NULL) {
                set_black(parent);
                return;
            }
            side = parent_of(parent)->right == parent;
            parent = parent_of(parent);
            continue;
        }
        if (is_black(far)) {
            set_black(near);
            set_red(sibling);
            rotate(tree, sibling, !side);
            far = sibling;
            sibling = near;
        }
        sibling->parent_color = (uintptr_t)parent_of(sibling) | (parent->parent_color & BLACK);
        set_black(parent);
        set_black(far);
        rotate(tree, parent, side);
        return;
    }
}

/* Put `with` where node is, with its parent, children and colour. */
static void take_place(struct rb_tree *tree, struct rb_node *node, struct rb_node *with)
{
    *link_to(tree, node) = with;
    *with = *node;
    for (unsigned right = 0; right < 2; right++) {
        if (*child(with, right) != NULL) {
            set_parent(*child(with, right), with);
        }
    }
}

void rb_remove(struct rb_tree *tree, struct rb_node *node)
{
    struct rb_node *out = node; /* the node that leaves its place: at most one child */

    if (node->left != NULL && node->right != NULL) {
        for (out = node->right; out->left != NULL;) {
            out = out->left;
        }
    }
    struct rb_node *below = out->left != NULL ? out->left : out->right;
    struct rb_node *parent = parent_of(out);
    bool side = parent != NULL && parent->right == out;
    bool lost_black = is_black(out);

    *link_to(tree, out) = below;
    if (below != NULL) {
        set_parent(below, parent);
    }
    if (out != node) {
        take_place(tree, node, out);
        if (parent == node) {
            parent = out;
        }
    }
    if (!lost_black) {
        return;
    }
    if (below != NULL) {
        set_black(below); /* an only child is red */
    } else if (parent != NULL) {
        repair_missing_black(tree, parent, side);
    }
}

static struct rb_node *outermost(struct rb_node *node, bool right)
{
    while (node != NULL && *child(node, right) != NULL) {
        node = *child(node, right);
    }
    return node;
}

static struct rb_node *step(const struct rb_node *node, bool right)
{
    struct rb_node *at = (struct rb_node *)node;

    if (*child(at, right) != NULL) {
        return outermost(*child(at, right), !right);
    }
    struct rb_node *up = parent_of(at);

    while (up != NULL && *child(up, right) == at) {
        at = up;
        up = parent_of(up);
    }
    return up;
}

struct rb_node *rb_first(const struct rb_tree *tree)
{
    return outermost(tree->root, false);
}

struct rb_node *rb_last(const struct rb_tree *tree)
{
    return outermost(tree->root, true);
}

struct rb_node *rb_next(const struct rb_node *node)
{
    return step(node, true);
}

struct rb_node *rb_prev(const struct rb_node *node)
{
    return step(node, false);
}
