/* SPDX-License-Identifier: MIT */
/* Offsets of C structures, for assembly; cpu.c asserts them. */
#pragma once

#define FRAME_SP   248
#define FRAME_PC   256
#define FRAME_SIZE 288
#define CPU_KSTACK 16
