/* SPDX-License-Identifier: MIT */
/*
 * Capability slots and the derivation tree.
 *
 * A tree never leaves one object, so that object's tree_lock guards all its nodes. Nodes are
 * threaded: siblings form a list whose ends point back at the parent, so that a node can be
 * replaced by its whole list of children in O(1) and neither delete nor revoke ever walks a
 * subtree:
 * - deleting a capability splices its children into its place (they stay derived from its parent);
 * - revoking one removes its first child, splicing the grandchildren up, until it has no child.
 * Lock order: tree_lock, then cap_group->lock.
 */
#pragma once

#include <lib/types.h>
#include <uapi/types.h>

struct cap_group;
struct object;

enum node_kind { NODE_CAPABILITY = 1, NODE_MAPPING = 2 };

/* Protected by the object's tree_lock. */
struct cap_node {
    uintptr_t prev; /* sibling, or parent | 1 for the first; 0: a root */
    uintptr_t next; /* sibling, or parent | 1 for the last; 0: a root */
    struct cap_node *first_child;
    struct cap_node *last_child;
    u32 kind;  /* enum node_kind: embedded in a slot or in a vmregion */
    u32 index; /* capability: of its slot in the group */
};

/*
 * One capability: a cache line. Look-up is lock-free: load-acquire `word`, then compare
 * `generation`. Insert writes the generation and flags first and `word` last (release); delete
 * clears `word`, then bumps the generation (release).
 */
struct slot {
    u64 word; /* 0: free; else rights << 56 | type << 48 | low 48 bits of the object's address */
    u64 generation; /* 39 bits; bits 63-56 hold enum cap_flag */
    struct cap_group *group;
    struct cap_node node;
};
_Static_assert(sizeof(struct slot) == 64, "one cache line");

/* All with the object's tree_lock held. */
void cap_node_init_root(struct cap_node *node);
void cap_node_add_child(struct cap_node *parent, struct cap_node *node);
void cap_node_remove(struct cap_node *node); /* children take its place */
