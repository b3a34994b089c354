/* SPDX-License-Identifier: MIT */
/* Build switches of memory management. All tests pass with each of them off. */
#pragma once

/* Caches of free pages and objects, one a CPU. Off: every allocation takes the common lock. */
#if !defined(CHCORE_CPU_CACHES)
#define CHCORE_CPU_CACHES 1
#endif

/* Map the neighbours of a page of a file, when they are present, at its first read fault. */
#if !defined(CHCORE_FAULT_AROUND)
#define CHCORE_FAULT_AROUND 1
#endif
