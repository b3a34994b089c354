# SPDX-License-Identifier: MIT
"""Build a board's kernel."""
from build.cmake import cmake_build
from common import ROOT

TOOLCHAIN = ROOT / "scripts" / "build" / "aarch64.cmake"


SWITCHES = ("CHCORE_CPU_CACHES", "CHCORE_FAULT_AROUND", "CHCORE_FASTPATH")


def build_kernel(plat, tests=False, debug=False, plain=False):
    """Build the kernel of a board; return the folder that holds kernel.elf and Image.

    tests   with tests/kernel in it (and all its checks)
    debug   with all its internal checks
    plain   without what only makes it faster
    """
    name = plat + ("-test" if tests else "-debug" if debug else "") + ("-plain" if plain else "")
    settings = {switch: "OFF" if plain else "ON" for switch in SWITCHES}
    settings |= {
        "CHCORE_PART": "kernel",
        "CHCORE_PLAT": plat,
        "CHCORE_DEBUG": "ON" if debug or tests else "OFF",
        "CHCORE_KERNEL_TESTS": "ON" if tests else "OFF",
    }
    return cmake_build(name, settings, TOOLCHAIN)
