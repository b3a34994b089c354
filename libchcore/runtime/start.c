/* SPDX-License-Identifier: MIT */
/* From _start to main, for programs without libc. */
#include <chcore/start.h>
#include <chcore/syscall.h>
#include <proto/procmgr.h>
#include <stddef.h>

static const uint64_t *auxv;

uint64_t chcore_auxv(uint64_t type)
{
    for (const uint64_t *entry = auxv; entry[0]; entry += 2) {
        if (entry[0] == type) {
            return entry[1];
        }
    }
    return 0;
}

void chcore_start(uint64_t *stack)
{
    int argc = (int)stack[0];
    char **argv = (char **)(stack + 1);
    char **envp = argv + argc + 1;
    char **end = envp;

    while (*end) {
        end++;
    }
    auxv = (const uint64_t *)(end + 1);
    int status = main(argc, argv, envp);
    for (;;) {
        sys_cap_group_kill(CAP_SELF, PROC_EXIT_STATUS(status));
    }
}
