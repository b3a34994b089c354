# SPDX-License-Identifier: MIT
# Read by CMake after its rules for Linux: add_library(... SHARED) makes a static library.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
