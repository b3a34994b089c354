/* SPDX-License-Identifier: MIT */
/* Copy-on-write copies of pmos; see pmo.h. */
#include <lib/errno.h>
#include <vm/pmo_page.h>
#include <vm/sweep.h>

/* A new pmo of the same contents as pages [first, first + count) of src, still to be filled. */
int pmo_clone(struct pmo *src, u64 first, u64 count, bool lazy, struct account *account,
              struct pmo **out)
{
    struct pmo *clone;

    if (src->kind == PMO_CONTIGUOUS || src->kind == PMO_DEVICE || (lazy && src->source != NULL) ||
        count > PMO_MAX_PAGES || first > PMO_MAX_PAGES) {
        return -EINVAL;
    }
    clone = pmo_new(count << PAGE_SHIFT, PMO_ANON, PMO_FIXED_SIZE, account);
    if (clone == NULL) {
        return -ENOMEM;
    }
    clone->source_first = first;
    if (src->source != NULL) {
        clone->source = src->source;
        clone->source_first += src->source_first;
    } else if (lazy || src->kind == PMO_PAGER) {
        clone->source = src;
    }
    if (clone->source != NULL) {
        object_get(&clone->source->obj);
    }
    *out = clone;
    return 0;
}

/*
 * Copy the words of pages [index, end), and count the frames. A frame has another holder now, so
 * nobody may write to it: its mappings by src are swept afterwards.
 */
static int clone_words(struct pmo *src, u64 first, struct pmo *clone, u64 end)
{
    u64 index = first + clone->progress;
    unsigned budget = PMO_CLONE_BATCH * 2;
    u64 *entry;

    while ((entry = radix_next(&src->index, &index, first + end, &budget)) != NULL) {
        u64 *have = radix_find(&clone->index, index - first);
        struct page *page = entry_page(*entry);

        if (have == NULL || *have == 0) { /* else the sweep took several turns */
            page_get(page);
            if (pmo_page_insert(clone, index - first, page) == NULL) {
                page_put(page);
                return -ENOMEM;
            }
        }
        index++;
    }
    return 0;
}

int pmo_clone_turn(struct pmo *src, u64 first, struct pmo *clone)
{
    u64 pages = pmo_pages(clone);
    unsigned look = PMO_BATCH;
    unsigned budget = PMO_BATCH;
    u64 index;
    u64 end;
    int err = 0;

    spin_lock(&clone->lock);
    spin_lock_same_rank(&src->lock);
    index = first + clone->progress;
    (void)radix_next(&src->index, &index, first + pages, &look); /* skip what is absent */
    clone->progress = index - first;
    end = MIN(pages, clone->progress + PMO_CLONE_BATCH);
    if (clone->progress < end && look > 0) {
        err = clone_words(src, first, clone, end);
        if (err == 0 && pmo_sweep(src, index, end - clone->progress, PT_READ | PT_EXEC, &budget)) {
            clone->progress = end;
        }
    }
    if (err == 0 && clone->progress < pages) {
        err = VM_AGAIN;
    }
    spin_unlock(&src->lock);
    spin_unlock(&clone->lock);
    return err;
}
