/* SPDX-License-Identifier: MIT */
/*
 * Flattened device tree reader. All access goes through be32() and text(), which check bounds; a
 * token that cannot be read counts as END. Every loop moves its offset forward, so it ends.
 */
#include <lib/errno.h>
#include <lib/string.h>
#include <plat/fdt.h>

enum {
    FDT_MAGIC = 0xd00dfeed,
    FDT_HEADER = 40,
    FDT_VERSION = 17,
    FDT_BEGIN = 1,
    FDT_END_NODE = 2,
    FDT_PROP = 3,
    FDT_NOP = 4,
    FDT_END = 9,
};

/* One token of the structure block. */
struct token {
    u32 kind;
    u32 next;         /* offset of the token after it */
    const char *name; /* BEGIN, PROP */
    const u8 *data;   /* PROP */
    u32 len;          /* PROP */
};

static u32 be32_at(const u8 *p)
{
    return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

/* The word at off, which must lie before end; *ok is cleared otherwise. */
static u32 be32(const struct fdt *fdt, u32 off, u32 end, bool *ok)
{
    if (end < 4 || off > end - 4) {
        *ok = false;
        return 0;
    }
    return be32_at(fdt->blob + off);
}

/* The string at off, terminated before end; NULL otherwise. */
static const char *text(const struct fdt *fdt, u32 off, u32 end)
{
    const char *s = (const char *)fdt->blob + off;

    return off < end && strnlen(s, end - off) < end - off ? s : NULL;
}

static struct token token_at(const struct fdt *fdt, u32 off)
{
    const struct token broken = {.kind = FDT_END};
    bool ok = true;
    struct token token = {.kind = be32(fdt, off, fdt->struct_end, &ok), .next = off + 4};

    switch (token.kind) {
    case FDT_BEGIN:
        token.name = text(fdt, token.next, fdt->struct_end);
        if (token.name == NULL) {
            return broken;
        }
        token.next = ALIGN_UP(token.next + (u32)strlen(token.name) + 1, 4);
        break;
    case FDT_PROP: {
        token.len = be32(fdt, off + 4, fdt->struct_end, &ok);
        u32 name_off = be32(fdt, off + 8, fdt->struct_end, &ok);

        if (!ok || token.len > fdt->struct_end - (off + 12) ||
            name_off >= fdt->strings_end - fdt->strings_off) {
            return broken;
        }
        token.name = text(fdt, fdt->strings_off + name_off, fdt->strings_end);
        token.data = fdt->blob + off + 12;
        token.next = ALIGN_UP(off + 12 + token.len, 4);
        ok = token.name != NULL;
        break;
    }
    case FDT_END_NODE:
    case FDT_NOP:
        break;
    default:
        return broken;
    }
    return ok ? token : broken;
}

int fdt_open(struct fdt *fdt, const void *blob, size_t max)
{
    const u8 *p = blob;

    if (max < FDT_HEADER || be32_at(p) != FDT_MAGIC) {
        return -EINVAL;
    }
    u32 total = be32_at(p + 4);
    u32 struct_off = be32_at(p + 8);
    u32 strings_off = be32_at(p + 12);
    u32 strings_size = be32_at(p + 32);
    u32 struct_size = be32_at(p + 36);

    /* A limit that keeps every sum of two offsets within 32 bits. */
    if (total < FDT_HEADER || total > max || total > MiB(16) || be32_at(p + 24) > FDT_VERSION ||
        be32_at(p + 20) < FDT_VERSION) {
        return -EINVAL;
    }
    if (struct_off > total || struct_size > total - struct_off || struct_off % 4 != 0 ||
        strings_off > total || strings_size > total - strings_off) {
        return -EINVAL;
    }
    *fdt = (struct fdt){
        .blob = p,
        .size = total,
        .struct_off = struct_off,
        .struct_end = struct_off + struct_size,
        .strings_off = strings_off,
        .strings_end = strings_off + strings_size,
        .reserve_off = be32_at(p + 16),
    };
    return fdt_root(fdt) < 0 ? -EINVAL : 0;
}

/* The next BEGIN at or after off, over NOPs and, if wanted, properties. */
static fdt_node_t begin_at(const struct fdt *fdt, u32 off, bool over_props)
{
    for (;;) {
        struct token token = token_at(fdt, off);

        if (token.kind == FDT_BEGIN) {
            return off;
        }
        if (token.kind != FDT_NOP && !(token.kind == FDT_PROP && over_props)) {
            return -1;
        }
        off = token.next;
    }
}

fdt_node_t fdt_root(const struct fdt *fdt)
{
    return begin_at(fdt, fdt->struct_off, false);
}

fdt_node_t fdt_child(const struct fdt *fdt, fdt_node_t node)
{
    return node < 0 ? -1 : begin_at(fdt, token_at(fdt, (u32)node).next, true);
}

fdt_node_t fdt_sibling(const struct fdt *fdt, fdt_node_t node)
{
    u32 off = (u32)node;
    u32 depth = 0;

    if (node < 0) {
        return -1;
    }
    do {
        struct token token = token_at(fdt, off);

        if (token.kind == FDT_BEGIN) {
            depth++;
        } else if (token.kind == FDT_END_NODE) {
            depth--;
        } else if (token.kind == FDT_END) {
            return -1;
        }
        off = token.next;
    } while (depth != 0);
    return begin_at(fdt, off, false);
}

const char *fdt_name(const struct fdt *fdt, fdt_node_t node)
{
    const char *name = node < 0 ? NULL : token_at(fdt, (u32)node).name;

    return name != NULL ? name : "";
}

fdt_node_t fdt_find(const struct fdt *fdt, fdt_node_t parent, const char *name)
{
    size_t len = strlen(name);

    for (fdt_node_t node = fdt_child(fdt, parent); node >= 0; node = fdt_sibling(fdt, node)) {
        const char *here = fdt_name(fdt, node);

        if (strncmp(here, name, len) == 0 && (here[len] == '\0' || here[len] == '@')) {
            return node;
        }
    }
    return -1;
}

bool fdt_prop(const struct fdt *fdt, fdt_node_t node, const char *name, struct fdt_prop *prop)
{
    *prop = (struct fdt_prop){.name = name};
    if (node < 0) {
        return false;
    }
    for (struct token token = token_at(fdt, token_at(fdt, (u32)node).next);
         token.kind == FDT_PROP || token.kind == FDT_NOP; token = token_at(fdt, token.next)) {
        if (token.name != NULL && strcmp(token.name, name) == 0) {
            *prop = (struct fdt_prop){token.name, token.data, token.len};
            return true;
        }
    }
    return false;
}

bool fdt_prop_has(const struct fdt_prop *prop, const char *s)
{
    size_t len = strlen(s) + 1;
    u32 at = 0;

    while (at < prop->len) {
        const char *here = (const char *)prop->data + at;
        size_t size = strnlen(here, prop->len - at) + 1;

        if (size == len && size <= prop->len - at && memcmp(here, s, len) == 0) {
            return true;
        }
        at += (u32)size;
    }
    return false;
}

u64 fdt_cells(const struct fdt_prop *prop, u32 index, u32 cells)
{
    u64 value = 0;

    if (cells > prop->len / 4 || index > prop->len / 4 - cells) {
        return 0;
    }
    for (u32 i = index; i < index + cells; i++) {
        value = value << 32 | be32_at(prop->data + i * sizeof(u32));
    }
    return value;
}

bool fdt_reserved(const struct fdt *fdt, u32 i, u64 *base, u64 *size)
{
    bool ok = i < fdt->size / 16 && fdt->reserve_off < fdt->size;
    u32 off = fdt->reserve_off + 16 * i;
    u64 word[4];

    for (u32 n = 0; ok && n < ARRAY_SIZE(word); n++) {
        word[n] = be32(fdt, off + 4 * n, fdt->size, &ok);
    }
    if (!ok) {
        return false;
    }
    *base = word[0] << 32 | word[1];
    *size = word[2] << 32 | word[3];
    return *size != 0;
}
