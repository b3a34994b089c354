# SPDX-License-Identifier: MIT
# CMake toolchain file for freestanding AArch64 code: the kernel, libchcore and the servers.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR aarch64)

# arm64 hosts have the prefixed compiler too, so the same name serves everywhere.
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_OBJCOPY aarch64-linux-gnu-objcopy)

# Nothing can be linked into a program before the kernel's own linker script exists.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
