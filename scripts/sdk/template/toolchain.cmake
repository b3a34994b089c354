# SPDX-License-Identifier: MIT
# cmake -DCMAKE_TOOLCHAIN_FILE=.../sdk/cmake/toolchain.cmake: build a CMake project for ChCore.
#
# The system answers to Linux, as it does for ./configure: programs see its calls through libc.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)

get_filename_component(chcore_sdk "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(CMAKE_C_COMPILER "${chcore_sdk}/bin/aarch64-chcore-gcc")
set(CMAKE_ASM_COMPILER "${CMAKE_C_COMPILER}")
foreach(tool AR RANLIB STRIP NM OBJCOPY OBJDUMP READELF)
    string(TOLOWER ${tool} name)
    set(CMAKE_${tool} "${chcore_sdk}/bin/aarch64-chcore-${name}")
endforeach()
set(PKG_CONFIG_EXECUTABLE "${chcore_sdk}/bin/aarch64-chcore-pkg-config")

# Headers, libraries and packages are the sysroot's; programs that the build runs are the host's.
set(CMAKE_FIND_ROOT_PATH "${chcore_sdk}/sysroot")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# All libraries are static. CMake reads the rules after its own file for Linux, which says otherwise.
set(BUILD_SHARED_LIBS OFF CACHE BOOL "ChCore's programs are static")
set(CMAKE_USER_MAKE_RULES_OVERRIDE "${CMAKE_CURRENT_LIST_DIR}/static-only.cmake")
