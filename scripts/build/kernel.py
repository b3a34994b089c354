# SPDX-License-Identifier: MIT
"""Build a board's kernel."""
from build.cmake import cmake_build
from common import ROOT

TOOLCHAIN = ROOT / "scripts" / "build" / "aarch64.cmake"


def build_kernel(plat, tests=False, debug=False):
    """Build the kernel of a board; return the folder that holds kernel.elf and Image."""
    name = plat + ("-test" if tests else "-debug" if debug else "")
    settings = {
        "CHCORE_PART": "kernel",
        "CHCORE_PLAT": plat,
        "CHCORE_DEBUG": "ON" if debug or tests else "OFF",
        "CHCORE_KERNEL_TESTS": "ON" if tests else "OFF",
    }
    return cmake_build(name, settings, TOOLCHAIN)
