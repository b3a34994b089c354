/* SPDX-License-Identifier: MIT */
/* Running syntax trees. */
#pragma once

#include "ast.h"

/* Run a command; its status becomes sh.status. Look at sh.flow afterwards. */
void exec_node(const struct node *node);
