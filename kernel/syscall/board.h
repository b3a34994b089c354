/* SPDX-License-Identifier: MIT */
/* The board object: the right over the machine itself, and the time page that it keeps. */
#pragma once

#include <object/object.h>
#include <vm/pmo.h>

/* Boot: make it, with `time` (contiguous, one page) as the time page. */
struct object *board_init(struct pmo *time);
