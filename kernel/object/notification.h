/* SPDX-License-Identifier: MIT */
/* Notification: 64 sticky bits. Signalling sets bits; a wait takes those of its mask away. */
#pragma once

#include <object/object.h>
#include <object/waitq.h>

struct notification {
    struct object obj;
    struct waitq wait; /* rank NOTIFICATION */
};

void notification_init_type(void);
/* One reference; -ENOMEM. */
int __must_check notification_create(struct account *account, struct notification **out);
/* Set bits and wake who waits for them. No locks of rank WAITQ or above held. */
void notification_signal(struct notification *ntfn, u64 bits);
/* The same under the lock of another wait queue (rank WAITQ); the caller finishes `wakes`. */
void notification_signal_nested(struct object *obj, u64 bits, struct wake_list *wakes);
