/* SPDX-License-Identifier: MIT */
/*
 * Backtraces with names: the symbol table is read out of the program's file, a piece at a time, by
 * pmo_read; nothing of it is believed (ELF-64 object file format: section headers, symbol table).
 */
#include "backtrace.h"

#include <chcore/print.h>
#include <chcore/string.h>
#include <chcore/syscall.h>
#include <stdbool.h>
#include <uapi/task.h>

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_section {
    uint32_t name, type;
    uint64_t flags, addr, offset, size;
    uint32_t link, info;
    uint64_t addralign, entsize;
};

struct elf_symbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t section;
    uint64_t value, size;
};

enum {
    SECTION_SYMBOLS = 2,
    SYMBOL_FUNCTION = 2,
    MAX_SECTIONS = 128,
    MAX_SYMBOLS = 1 << 16,
    CHUNK = 32, /* symbols read at a time */
    NAME_MAX_SHOWN = 48,
};

struct file {
    cap_t pmo;
    uint64_t base;
};

static bool read_at(const struct file *file, uint64_t offset, void *buf, size_t n)
{
    if (offset > UINT64_MAX / 4 || file->base > UINT64_MAX / 4) {
        return false;
    }
    for (size_t done = 0; done < n;) {
        long moved =
            sys_pmo_read(file->pmo, file->base + offset + done, (char *)buf + done, n - done);

        if (moved <= 0) {
            return false;
        }
        done += (size_t)moved;
    }
    return true;
}

/* The symbol table and its strings. */
static bool find_symbols(const struct file *file, struct elf_section *symbols,
                         struct elf_section *strings)
{
    struct elf_header elf = {0};

    if (!read_at(file, 0, &elf, sizeof(elf)) || memcmp(elf.ident, "\177ELF\2\1", 6) != 0 ||
        elf.shentsize != sizeof(*symbols) || elf.shnum > MAX_SECTIONS) {
        return false;
    }
    for (unsigned i = 0; i < elf.shnum; i++) {
        if (!read_at(file, elf.shoff + i * sizeof(*symbols), symbols, sizeof(*symbols))) {
            return false;
        }
        if (symbols->type == SECTION_SYMBOLS) {
            return symbols->link < elf.shnum &&
                   read_at(file, elf.shoff + symbols->link * sizeof(*strings), strings,
                           sizeof(*strings));
        }
    }
    return false;
}

/* Whether a symbol is a function that begins at or below the address, and above the best one so
 * far. */
static bool is_nearer(const struct elf_symbol *symbol, uint64_t pc, const struct elf_symbol *best)
{
    return (symbol->info & 0xf) == SYMBOL_FUNCTION && symbol->value <= pc &&
           symbol->value > best->value;
}

static void take_nearer(const struct elf_symbol *symbol, const uint64_t *pc, unsigned n,
                        struct elf_symbol *best)
{
    for (unsigned i = 0; i < n; i++) {
        if (is_nearer(symbol, pc[i], &best[i])) {
            best[i] = *symbol;
        }
    }
}

/* For each address the function that begins nearest below it. */
static void find_functions(const struct file *file, const struct elf_section *symbols,
                           const uint64_t *pc, unsigned n, struct elf_symbol *best)
{
    struct elf_symbol chunk[CHUNK];
    uint64_t count = symbols->size / sizeof(chunk[0]);

    if (count > MAX_SYMBOLS) {
        count = MAX_SYMBOLS;
    }
    for (uint64_t at = 0; at < count; at += CHUNK) {
        unsigned got = count - at < CHUNK ? (unsigned)(count - at) : CHUNK;

        if (!read_at(file, symbols->offset + at * sizeof(chunk[0]), chunk,
                     got * sizeof(chunk[0]))) {
            return;
        }
        for (unsigned s = 0; s < got; s++) {
            take_nearer(&chunk[s], pc, n, best);
        }
    }
}

static void print_line(const struct file *file, const struct elf_section *strings, uint64_t pc,
                       const struct elf_symbol *symbol)
{
    char name[NAME_MAX_SHOWN + 1] = "";

    if (symbol->value != 0) {
        /* The string may end before the piece does: then the table's last bytes are enough. */
        for (size_t n = NAME_MAX_SHOWN;
             n > 0 && !read_at(file, strings->offset + symbol->name, name, n); n /= 2) {
        }
        name[NAME_MAX_SHOWN] = '\0';
    }
    if (name[0] != '\0') {
        log_printf("  %#lx  %s+%#lx\n", pc, name, pc - symbol->value);
    } else {
        log_printf("  %#lx\n", pc);
    }
}

void backtrace_print(const uint64_t *pc, unsigned n, cap_t file_pmo, uint64_t offset)
{
    const struct file file = {.pmo = file_pmo, .base = offset};
    struct elf_symbol best[BACKTRACE_MAX] = {0};
    struct elf_section symbols, strings = {0};

    if (n > BACKTRACE_MAX) {
        n = BACKTRACE_MAX;
    }
    if (file_pmo != CAP_NONE && find_symbols(&file, &symbols, &strings)) {
        find_functions(&file, &symbols, pc, n, best);
    }
    for (unsigned i = 0; i < n; i++) {
        print_line(&file, &strings, pc[i], &best[i]);
    }
}
