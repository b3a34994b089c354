/* SPDX-License-Identifier: MIT */
/* A program's view of its memory for host tests: through TLB, tables and faults. */
#pragma once

#include <vm/fault.h>
#include <vm/vmspace.h>

/* Accounts, types and RAM of that many pages. Once a test. */
void user_init(u64 pages);

/* The account that pays for what the helpers below make. */
extern struct account *user_account;

/* Everything that was made is gone, to the last page. */
void user_check_no_leak(void);

/* Load or store 64 bits. 0, or what vm_fault() answered (in *result, too, when that is given). */
int user_load(struct vmspace *vs, vaddr_t va, u64 *value, struct vm_fault_result *result);
int user_store(struct vmspace *vs, vaddr_t va, u64 value, struct vm_fault_result *result);

/* The same where nothing may go wrong. */
u64 user_get(struct vmspace *vs, vaddr_t va);
void user_put(struct vmspace *vs, vaddr_t va, u64 value);

/* The operations of vmspace.h and pmo.h, with all their turns. */
struct vmspace *user_vmspace(void);
vaddr_t user_map(struct vmspace *vs, struct pmo *pmo, vaddr_t at, u64 pages, unsigned flags);
int user_unmap(struct vmspace *vs, vaddr_t at, u64 pages);
int user_protect(struct vmspace *vs, vaddr_t at, u64 pages, unsigned prot);
int user_fork(struct vmspace *parent, struct vmspace *child);
struct pmo *user_pmo(u32 kind, u64 pages, u32 flags);

/* Drop the reference and reap. */
void user_end(struct object *obj);
