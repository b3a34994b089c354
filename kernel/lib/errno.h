/* SPDX-License-Identifier: MIT */
/* The error codes are part of the ABI; the kernel uses the same table. */
#pragma once

#include <uapi/errno.h>
