/* SPDX-License-Identifier: MIT */
/* From _start to main, for programs without libc. */
#pragma once

#include <stdint.h>

/* Take the start stack apart, call main, end the process with what it returns. */
_Noreturn void chcore_start(uint64_t *stack);

/* The auxiliary vector's value for a type, 0 without one. Valid from chcore_start on. */
uint64_t chcore_auxv(uint64_t type);

int main(int argc, char **argv, char **envp);
