/* SPDX-License-Identifier: MIT */
/*
 * How a process starts. sp points to argc, argv[], NULL, envp[], NULL, auxv[] as in the AArch64 ELF
 * ABI; AT_CHCORE_START gives the address of struct start_info. The first process (procmgr), which
 * the kernel makes, also gets struct boot_info behind AT_CHCORE_BOOT.
 */
#pragma once

#include <uapi/types.h>

#define AT_CHCORE_START 0x43480001ul
#define AT_CHCORE_BOOT  0x43480002ul

/* Handles and addresses that a new process is born with; CAP_NONE or 0 where it has none. */
struct start_info {
    uint64_t version;   /* 1 */
    uint64_t procmgr;   /* connection to the process manager */
    uint64_t fsm;       /* connection to the file system manager */
    uint64_t self;      /* token of the own process, minted by procmgr */
    uint64_t time_page; /* address of struct time_page */
    uint64_t cwd;       /* token of the working directory */
    uint64_t root;      /* token of the root directory */
    uint64_t server;    /* servers: the server object, to make handlers for */
    uint64_t arg[4];    /* servers: what procmgr's service table says (irq, pmo, ...) */
};
_Static_assert(sizeof(struct start_info) == 96, "ABI");

/* What the kernel gives the first process. */
struct boot_info {
    uint64_t board;        /* capability OBJ_BOARD, all rights */
    uint64_t ramdisk;      /* pmo with the cpio archive */
    uint64_t ramdisk_size; /* bytes */
    uint64_t time_pmo;     /* pmo of the time page */
};
_Static_assert(sizeof(struct boot_info) == 32, "ABI");
