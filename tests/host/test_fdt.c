/* SPDX-License-Identifier: MIT */
/* The device tree reader on trees that we build here, and on the same trees damaged. */
// sources: kernel/plat/fdt.c kernel/plat/bootinfo_fdt.c kernel/plat/bootinfo_atags.c

#include <stdlib.h>
#include <string.h>

#include <lib/errno.h>
#include <plat/bootinfo.h>
#include <plat/fdt.h>

#include "check.h"

enum { HEADER = 40, RESERVE = 32, STRINGS_MAX = 512, BLOB_MAX_TEST = 8192 };

static u8 blob[BLOB_MAX_TEST];
static u32 at; /* where the structure block grows */
static char strings[STRINGS_MAX];
static u32 strings_used;

static void put32(u32 off, u32 value)
{
    for (int i = 0; i < 4; i++) {
        blob[off + (u32)i] = (u8)(value >> (24 - 8 * i));
    }
}

static void word(u32 value)
{
    put32(at, value);
    at += 4;
}

static void bytes(const void *data, u32 n)
{
    memcpy(blob + at, data, n);
    at = ALIGN_UP(at + n, 4);
}

static void begin(const char *name)
{
    word(1);
    bytes(name, (u32)strlen(name) + 1);
}

static void end(void)
{
    word(2);
}

static void prop(const char *name, const void *data, u32 n)
{
    word(3);
    word(n);
    word(strings_used);
    strcpy(strings + strings_used, name);
    strings_used += (u32)strlen(name) + 1;
    bytes(data, n);
}

static void prop_string(const char *name, const char *value)
{
    prop(name, value, (u32)strlen(value) + 1);
}

static void prop_cells(const char *name, u32 count, const u32 *cells)
{
    u8 data[64];

    for (u32 i = 0; i < count * 4; i++) {
        data[i] = (u8)(cells[i / 4] >> (24 - 8 * (i % 4)));
    }
    prop(name, data, count * 4);
}

#define CELLS(name, ...) \
    prop_cells(name, sizeof((u32[]){__VA_ARGS__}) / 4, (const u32[]){__VA_ARGS__})

static void tree_start(void)
{
    memset(blob, 0, sizeof(blob));
    strings_used = 0;
    at = HEADER + RESERVE;
    put32(HEADER + 4, 0x1000);
    put32(HEADER + 12, 0x2000);
}

/* Returns the size of the whole blob. */
static u32 tree_finish(void)
{
    word(9);
    u32 strings_off = at;

    memcpy(blob + at, strings, strings_used);
    put32(0, 0xd00dfeed);
    put32(4, at + strings_used);
    put32(8, HEADER + RESERVE);
    put32(12, strings_off);
    put32(16, HEADER);
    put32(20, 17);
    put32(24, 16);
    put32(32, strings_used);
    put32(36, strings_off - HEADER - RESERVE);
    return at + strings_used;
}

/* A machine with two ranges of memory, two CPUs, a GICv3, a UART and a command line. */
static u32 machine(void)
{
    tree_start();
    begin("");
    CELLS("#address-cells", 2);
    CELLS("#size-cells", 2);
    begin("memory@80000000");
    prop_string("device_type", "memory");
    CELLS("reg", 0, 0x80000000, 0, 0x10000000, 0, 0x40000000, 0, 0x08000000);
    end();
    begin("cpus");
    CELLS("#address-cells", 1);
    CELLS("#size-cells", 0);
    begin("cpu@0");
    prop_string("device_type", "cpu");
    CELLS("reg", 0);
    prop_string("enable-method", "psci");
    end();
    word(4);
    begin("cpu@1");
    prop_string("device_type", "cpu");
    CELLS("reg", 1);
    prop_string("enable-method", "spin-table");
    CELLS("cpu-release-addr", 0, 0xe0);
    end();
    end();
    begin("intc@8000000");
    prop_string("compatible", "arm,gic-v3");
    CELLS("reg", 0, 0x08000000, 0, 0x10000, 0, 0x080a0000, 0, 0xf60000);
    end();
    begin("pl011@9000000");
    prop("compatible", "arm,pl011\0arm,primecell", 24);
    CELLS("reg", 0, 0x09000000, 0, 0x1000);
    CELLS("interrupts", 0, 1, 4);
    end();
    begin("timer");
    prop("compatible", "arm,armv8-timer\0arm,armv7-timer", 32);
    CELLS("interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4);
    end();
    begin("psci");
    prop_string("compatible", "arm,psci-0.2");
    prop_string("method", "smc");
    end();
    begin("chosen");
    prop_string("bootargs", "cpus=2 quiet");
    CELLS("linux,initrd-start", 0x48000000);
    CELLS("linux,initrd-end", 0x48001234);
    end();
    end();
    return tree_finish();
}

TEST(fdt_finds_nodes_and_properties)
{
    struct fdt fdt;
    struct fdt_prop found;

    CHECK_EQ(fdt_open(&fdt, blob, machine()), 0);
    fdt_node_t root = fdt_root(&fdt);

    CHECK_EQ(fdt_find(&fdt, root, "mem"), -1);
    CHECK_STR_EQ(fdt_name(&fdt, fdt_find(&fdt, root, "memory")), "memory@80000000");
    CHECK(fdt_prop(&fdt, fdt_find(&fdt, root, "pl011@9000000"), "compatible", &found));
    CHECK(fdt_prop_has(&found, "arm,primecell"));
    CHECK(fdt_prop_has(&found, "arm,pl011"));
    CHECK(!fdt_prop_has(&found, "arm,pl01"));
    CHECK(!fdt_prop(&fdt, root, "compatible", &found));
    CHECK_EQ(found.len, 0);
}

TEST(fdt_counts_children_over_nops)
{
    struct fdt fdt;
    int count = 0;

    CHECK_EQ(fdt_open(&fdt, blob, machine()), 0);
    fdt_node_t cpus = fdt_find(&fdt, fdt_root(&fdt), "cpus");

    for (fdt_node_t n = fdt_child(&fdt, cpus); n >= 0; n = fdt_sibling(&fdt, n)) {
        count++;
    }
    CHECK_EQ(count, 2);
}

TEST(fdt_cells_outside_the_property_are_zero)
{
    const u8 data[8] = {0, 0, 0, 1, 0, 0, 0, 2};
    const struct fdt_prop words = {"x", data, 8};

    CHECK_EQ(fdt_cells(&words, 0, 2), 0x100000002);
    CHECK_EQ(fdt_cells(&words, 1, 1), 2);
    CHECK_EQ(fdt_cells(&words, 1, 2), 0);
    CHECK_EQ(fdt_cells(&words, UINT32_MAX, 1), 0);
    CHECK_EQ(fdt_cells(&words, 0, UINT32_MAX), 0);
}

TEST(fdt_reads_the_reservation_block)
{
    struct fdt fdt;
    u64 base;
    u64 size;

    CHECK_EQ(fdt_open(&fdt, blob, machine()), 0);
    CHECK(fdt_reserved(&fdt, 0, &base, &size));
    CHECK_EQ(base, 0x1000);
    CHECK_EQ(size, 0x2000);
    CHECK(!fdt_reserved(&fdt, 1, &base, &size));
    CHECK(!fdt_reserved(&fdt, UINT32_MAX, &base, &size));
}

TEST(fdt_refuses_what_is_no_tree)
{
    struct fdt fdt;
    u32 size = machine();

    CHECK_EQ(fdt_open(&fdt, blob, size - 1), -EINVAL);
    CHECK_EQ(fdt_open(&fdt, blob, 8), -EINVAL);
    put32(0, 0xfeedd00d);
    CHECK_EQ(fdt_open(&fdt, blob, size), -EINVAL);
    machine();
    put32(36, UINT32_MAX);
    CHECK_EQ(fdt_open(&fdt, blob, size), -EINVAL);
    machine();
    put32(8, size + 4);
    CHECK_EQ(fdt_open(&fdt, blob, size), -EINVAL);
}

TEST(bootinfo_is_what_the_tree_says)
{
    static struct bootinfo info;
    u32 size = machine();

    CHECK_EQ(bootinfo_from_fdt(&info, blob, size), 0);
    CHECK_EQ(info.dtb.size, size);
    CHECK_EQ(info.ram_count, 2);
    CHECK_EQ(info.ram[0].base, 0x80000000);
    CHECK_EQ(info.ram[1].size, 0x08000000);
    CHECK_EQ(info.reserved_count, 1);
    CHECK_EQ(info.cpu_count, 2);
    CHECK_EQ(info.cpu[0].method, CPU_PSCI);
    CHECK_EQ(info.cpu[1].method, CPU_SPIN_TABLE);
    CHECK_EQ(info.cpu[1].release_addr, 0xe0);
    CHECK_EQ(info.psci, PSCI_SMC);
    CHECK_EQ(info.gic_version, 3);
    CHECK_EQ(info.gic_cpu.base, 0x080a0000);
    CHECK_EQ(info.uart_base, 0x09000000);
    CHECK_EQ(info.uart_irq, 33);
    CHECK_EQ(info.timer_irq, 27);
    CHECK_EQ(info.initrd.base, 0x48000000);
    CHECK_EQ(info.initrd.size, 0x1234);
    CHECK_STR_EQ(info.cmdline, "cpus=2 quiet");
}

/* The blob stands at the end of its allocation, so the sanitizer sees a read past it. */
static void read_copy(const u8 *data, u32 size)
{
    static struct bootinfo info;
    u8 *copy = malloc(size);

    memset(&info, 0, sizeof(info));
    memcpy(copy, data, size);
    (void)bootinfo_from_fdt(&info, copy, size);
    CHECK(info.ram_count <= BOOT_RANGES && info.cpu_count <= CPU_MAX);
    CHECK(info.reserved_count <= BOOT_RANGES);
    free(copy);
}

TEST(bootinfo_survives_every_truncation)
{
    u32 size = machine();

    for (u32 n = 1; n < size; n++) {
        put32(4, n); /* a tree that claims to be so short */
        read_copy(blob, n);
    }
}

TEST(bootinfo_survives_damaged_bytes)
{
    u32 size = machine();
    u64 seed = 88172645463325252;

    for (int round = 0; round < 50000; round++) {
        u8 damaged[BLOB_MAX_TEST];

        memcpy(damaged, blob, size);
        for (int i = 0; i <= round % 3; i++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            damaged[seed % size] = (u8)((seed >> 32) % 3 == 0 ? 0xff : seed >> 40);
        }
        read_copy(damaged, size);
    }
}

TEST(atags_give_memory_ramdisk_and_command_line)
{
    static struct bootinfo info;
    const u32 tags[] = {5, 0x54410001, 1,          0x1000, 0, 4,          0x54410002, 0x3c000000, 0,
                        4, 0x54420005, 0x08000000, 0x4000, 4, 0x54410009, 0x73757063, 0x00333d,   0,
                        0};

    CHECK_EQ(bootinfo_from_atags(&info, tags, sizeof(tags)), 0);
    CHECK_EQ(info.ram[0].size, 0x3c000000);
    CHECK_EQ(info.initrd.base, 0x08000000);
    CHECK_EQ(info.initrd.size, 0x4000);
    CHECK_STR_EQ(info.cmdline, "cpus=3");
}

TEST(atags_end_with_their_memory)
{
    static struct bootinfo info;
    const u32 endless[] = {5, 0x54410001, 1, 0x1000, 0, 4000, 0x54410002, 0x3c000000};
    const u32 stuck[] = {5, 0x54410001, 1, 0x1000, 0, 0, 0x54410002, 0x3c000000};

    CHECK_EQ(bootinfo_from_atags(&info, endless, sizeof(endless)), 0);
    CHECK_EQ(bootinfo_from_atags(&info, stuck, sizeof(stuck)), 0);
    CHECK_EQ(info.ram_count, 0);
    CHECK_EQ(bootinfo_from_atags(&info, endless + 1, 8), -EINVAL);
}
