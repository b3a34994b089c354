/* SPDX-License-Identifier: MIT */
/* The index of a pmo; see radix.h. */
#include <mm/slab.h>
#include <vm/radix.h>

static struct kmem_cache node_cache = KMEM_CACHE("radix_node", struct radix_node);

u64 *radix_make(struct radix *tree, u64 index)
{
    u64 *slot = &tree->root;

    while (radix_beyond(index, tree->height)) {
        if (tree->root != 0) {
            struct radix_node *node = kmem_zalloc(&node_cache);

            if (node == NULL) {
                return NULL;
            }
            node->slot[0] = tree->root;
            tree->root = (uintptr_t)node;
        }
        tree->height++;
    }
    for (unsigned height = tree->height; height-- > 0;) {
        if (*slot == 0) {
            *slot = (uintptr_t)kmem_zalloc(&node_cache);
            if (*slot == 0) {
                return NULL;
            }
        }
        slot = radix_child(*slot, index, height);
    }
    return slot;
}

u64 *radix_next(const struct radix *tree, u64 *index, u64 end, unsigned *budget)
{
    while (*budget > 0 && *index < end) {
        u64 *slot = (u64 *)&tree->root;
        unsigned height = tree->height;

        if (radix_beyond(*index, height)) {
            *index = end;
            break;
        }
        while (*slot != 0 && height > 0) {
            slot = radix_child(*slot, *index, --height);
        }
        --*budget;
        if (*slot != 0) {
            return slot;
        }
        *index = ((*index >> (RADIX_SHIFT * height)) + 1) << (RADIX_SHIFT * height);
    }
    *index = *index < end ? *index : end;
    return NULL;
}

/* The first word of the node that is not 0, or NULL. */
static u64 *first_child(struct radix_node *node)
{
    for (unsigned i = 0; i < RADIX_SLOTS; i++) {
        if (node->slot[i] != 0) {
            return &node->slot[i];
        }
    }
    return NULL;
}

bool radix_destroy(struct radix *tree, unsigned *budget)
{
    while (tree->root != 0 && tree->height > 0) {
        u64 *slot = &tree->root;
        u64 *below;

        if (*budget == 0) {
            return false;
        }
        --*budget;
        for (unsigned height = tree->height; height > 1;
             height--) { /* nodes at height 1 have entries */
            below = first_child(radix_node_at(*slot));
            if (below == NULL) {
                break;
            }
            slot = below;
        }
        kmem_free(&node_cache, radix_node_at(*slot));
        *slot = 0;
    }
    *tree = (struct radix){0};
    return true;
}
