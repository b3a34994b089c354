/* SPDX-License-Identifier: MIT */
/*
 * Reclamation by grace period.
 *
 * Interrupts are off in the kernel and no kernel stack outlives an entry, so a CPU that takes an
 * interrupt from EL0, or is idle, holds no pointer from an earlier look-up. An item put on a CPU's
 * reap list is therefore run (`turn`) only after every other CPU that was not idle has taken one
 * IPI_GRACE. Items run in slices at this CPU's scheduling points; one CPU alone needs no IPI.
 *
 * States of a CPU's items: incoming -> waiting (one batch, IPIs sent) -> ready -> done.
 * Pairs: cpu_idle_wait() sets `idle`, full barrier, sleeps; clears it, full barrier, looks things
 * up. Here: an object is unlinked, full barrier, `idle` is read.
 */
#pragma once

#include <lib/types.h>

struct reap_item {
    struct reap_item *next;
    /* Do at most *budget units; true when done (the item may be freed then). */
    bool (*turn)(struct reap_item *item, unsigned *budget);
};

/* The units of one turn. */
enum { REAP_BUDGET = 64 };

void reap_init(void);

/* Queue an item on this CPU's list. Any context, any locks below LOG. */
void reap_add(struct reap_item *item);

/* Whether this CPU has items in any state, and whether some wait for nothing but a turn. */
bool reap_pending(void);
bool reap_due(void);

/* One turn: closes a batch, or looks for its end, or runs ready items. Context: no locks held, no
 * pointers from look-ups kept. True when it did something or has more to do at once. */
bool reap_turn(void);
