/* SPDX-License-Identifier: MIT */
/* The list of processes, for ps and top. */
#pragma once

#include <lib/system.h>
#include <stdlib.h>

struct process_list {
    struct proc_info *process;
    size_t count;
};

static inline void process_list_read(struct process_list *list)
{
    static const size_t batch = 32;
    size_t room = 0;
    uint32_t first = 0;

    *list = (struct process_list){0};
    for (;;) {
        if (room - list->count < batch) {
            room += 4 * batch;
            list->process = tool_alloc(list->process, room * sizeof(struct proc_info));
        }
        long n = system_check(chcore_proc_list(first, list->process + list->count, batch),
                              "list of processes");
        if (n == 0) {
            return;
        }
        list->count += (size_t)n;
        first = list->process[list->count - 1].pid + 1;
    }
}

static inline void process_list_free(struct process_list *list)
{
    free(list->process);
}
