/* SPDX-License-Identifier: MIT */
/* Time without a call: the counter and the time page (uapi/task.h). */
#pragma once

#include <stdint.h>
#include <uapi/types.h>

uint64_t chcore_ticks(void);        /* CNTVCT_EL0 */
uint64_t chcore_monotonic_ns(void); /* since the counter's start */
uint64_t chcore_realtime_ns(void);  /* since 1970 */

/* The deadline that lies ns from now; DEADLINE_NONE when that is beyond all time. */
deadline_t chcore_deadline_after(uint64_t ns);
