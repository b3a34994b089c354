/* SPDX-License-Identifier: MIT */
/*
 * Reader of flattened device trees (devicetree.org specification v0.4, chapter 5). The blob is not
 * trusted: every offset is checked against the size, and a broken blob ends the walk early.
 */
#pragma once

#include <lib/types.h>

struct fdt {
    const u8 *blob;
    u32 size;
    u32 struct_off, struct_end;
    u32 strings_off, strings_end;
    u32 reserve_off;
};

/* A place in the structure block: the offset of a node's BEGIN token. Negative: none. */
typedef s64 fdt_node_t;

struct fdt_prop {
    const char *name;
    const u8 *data;
    u32 len;
};

/* 0, or -EINVAL for what is not a device tree; max is how much of the blob may be read. */
int __must_check fdt_open(struct fdt *fdt, const void *blob, size_t max);

fdt_node_t fdt_root(const struct fdt *fdt);
/* First child, next sibling. */
fdt_node_t fdt_child(const struct fdt *fdt, fdt_node_t node);
fdt_node_t fdt_sibling(const struct fdt *fdt, fdt_node_t node);
/* The node's name with its unit address. */
const char *fdt_name(const struct fdt *fdt, fdt_node_t node);
/* Child by name, with or without unit address. */
fdt_node_t fdt_find(const struct fdt *fdt, fdt_node_t parent, const char *name);
bool fdt_prop(const struct fdt *fdt, fdt_node_t node, const char *name, struct fdt_prop *prop);
/* Whether a string of the property's string list equals s. */
bool fdt_prop_has(const struct fdt_prop *prop, const char *s);
/* Cells big-endian words, beginning at word `index` of the property; 0 where it is too short. */
u64 fdt_cells(const struct fdt_prop *prop, u32 index, u32 cells);
/* Entry i of the memory reservation block; false at its end. */
bool fdt_reserved(const struct fdt *fdt, u32 i, u64 *base, u64 *size);
