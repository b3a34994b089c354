/* SPDX-License-Identifier: MIT */
/*
 * Programs as files: procmgr asks their server by calls with a deadline, never by touching their
 * pages. Connections to file servers are kept for the next spawn.
 */
#pragma once

#include <lib/elf.h>
#include <lib/peer.h>
#include <stdbool.h>

struct program {
    cap_t pmo; /* of the whole file, read and execute; owned */
    struct elf_image image;
};

/* Read the headers of the executable that the token names. 0, -EACCES, -ENOEXEC, ... */
long program_open(cap_t token, struct program *program);

/* A connection to the server that minted the token; given back for others to use. */
long files_acquire(cap_t token, struct peer *peer);
void files_release(cap_t token, struct peer *peer, bool usable);
