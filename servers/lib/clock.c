/* SPDX-License-Identifier: MIT */
/* The wall clock from the time page: no call. */
#include "fs.h"

#include <chcore/thread.h>
#include <uapi/task.h>

int64_t clock_realtime_ns(void)
{
    const struct time_page *page = (const struct time_page *)chcore_start_info()->time_page;
    uint64_t ns;
    uint32_t sequence;

    if (!page) {
        return 0;
    }
    do {
        uint64_t ticks;

        /* Acquire: the fields are read after the count; partner: the kernel's release store. */
        sequence = __atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE);
        __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
        ns = (uint64_t)((unsigned __int128)ticks * page->mult >> page->shift) +
             page->realtime_offset;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while ((sequence & 1) || sequence != __atomic_load_n(&page->sequence, __ATOMIC_RELAXED));
    return (int64_t)ns;
}
