/* SPDX-License-Identifier: MIT */
/* Integer arithmetic: the inside of $((...)). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Evaluate an expression of C's integer operators (no ?:, ++ and comma) over
 * 64-bit numbers and variables, which count 0 when unset. Assignments change
 * the variables. False and a message on standard error if it has no value.
 */
bool arith_evaluate(const char *text, int64_t *result);
