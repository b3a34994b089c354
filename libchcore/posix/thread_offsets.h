/* SPDX-License-Identifier: MIT */
/* Offsets into struct chcore_thread for assembly; signal.c asserts them. */
#pragma once

#define THREAD_SIGNALS_PENDING 40
