/* SPDX-License-Identifier: MIT */
/*
 * The index of a pmo: a radix tree from page numbers to one-word entries, 0 meaning none. Nodes
 * have 64 words; a tree for page 0 alone is the root word itself. Nodes go with the tree only. The
 * caller locks.
 */
#pragma once

#include <lib/types.h>

enum { RADIX_SHIFT = 6, RADIX_SLOTS = 1 << RADIX_SHIFT, RADIX_MAX_HEIGHT = 6 };

struct radix_node {
    u64 slot[RADIX_SLOTS]; /* entries at height 1, above that addresses of nodes */
};

struct radix {
    u64 root;   /* height 0: the entry of index 0; else the address of a node or 0 */
    u32 height; /* indices below 64^height have a place */
};

static inline struct radix_node *radix_node_at(u64 word)
{
    return (struct radix_node *)(uintptr_t)word;
}

/* Whether a tree of this height has no place for index. */
static inline bool radix_beyond(u64 index, unsigned height)
{
    return (index >> (RADIX_SHIFT * height)) != 0;
}

/* The word that leads from the node at `word`, whose children have this height, towards index. */
static inline u64 *radix_child(u64 word, u64 index, unsigned height)
{
    return &radix_node_at(word)->slot[(index >> (RADIX_SHIFT * height)) % RADIX_SLOTS];
}

/* Where the entry of an index lies, or NULL if it has no place: then it is 0. */
static inline u64 *radix_find(const struct radix *tree, u64 index)
{
    u64 *slot = (u64 *)&tree->root;

    if (radix_beyond(index, tree->height)) {
        return NULL;
    }
    for (unsigned height = tree->height; height-- > 0;) {
        if (*slot == 0) {
            return NULL;
        }
        slot = radix_child(*slot, index, height);
    }
    return slot;
}

/* The same, with a place made for it. NULL: no memory. */
u64 *radix_make(struct radix *tree, u64 index);

/*
 * The first entry that is not 0 in [*index, end); *index is moved to it, or to end. Each word
 * looked at takes one from *budget; NULL with *index < end: the budget is used up, go on there.
 */
u64 *radix_next(const struct radix *tree, u64 *index, u64 end, unsigned *budget);

/* Free the nodes, whatever the entries are; one a unit. True when the tree is empty. */
bool radix_destroy(struct radix *tree, unsigned *budget);
