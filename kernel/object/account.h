/* SPDX-License-Identifier: MIT */
/*
 * Accounts: who makes a thing pays for it until it is freed. Each cap_group has one; charges count
 * in that account alone. When the group ends, account_close passes what remains to the parent.
 */
#pragma once

#include <lib/lock.h>
#include <lib/types.h>
#include <uapi/task.h>

struct account {
    u32 refs; /* atomic: the group, each object and vmspace that is charged here */
    struct account *parent;
    struct spinlock lock;
    /* Protected by lock: */
    u64 pages, limit_pages;
    u64 objects, limit_objects;
    bool closed; /* charges go to the parent */
};

/* A new account below `parent` (NULL: the root account), limits 0 meaning the parent's. NULL: no
 * memory. */
struct account *account_create(struct account *parent, u64 limit_pages, u64 limit_objects);
void account_get(struct account *acc);
void account_put(struct account *acc);

/* All or nothing; -ENOMEM beyond the limit. NULL accounts are not limited. */
int __must_check account_charge(struct account *acc, u64 pages, u64 objects);
void account_uncharge(struct account *acc, u64 pages, u64 objects);

/* The group has ended: remaining and later charges are the parent's. */
void account_close(struct account *acc);

/* Change a limit (pages or objects); 0: none. What is charged already stays. */
void account_limit(struct account *acc, bool pages, u64 limit);

/* What object_info says of it. */
void account_figures(struct account *acc, struct group_info *info);
