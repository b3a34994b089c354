# SPDX-License-Identifier: MIT
"""The outside tools: what each is for, how to tell that it is there, which package brings it."""
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Tuple

NATIVE = platform.machine() in ("aarch64", "arm64")
CROSS_PACKAGE = "gcc" if NATIVE else "gcc-aarch64-linux-gnu"


@dataclass(frozen=True)
class Tool:
    """One tool, or (with `file`) one file, of a Debian or Ubuntu package."""

    name: str                              # the command
    package: str
    uses: Tuple[str, ...]                  # which of build, test, gdb need it
    least: Optional[Tuple[int, ...]] = None
    file: Optional[str] = None             # its presence tells, instead of the command's

    def present(self):
        """Is it installed?"""
        return Path(self.file).exists() if self.file else shutil.which(self.name) is not None

    def version(self):
        """Its version as a tuple; None if it does not say."""
        done = subprocess.run([self.name, "--version"], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        found = re.search(r"\b(\d+)\.(\d+)(?:\.(\d+))?", done.stdout)
        return tuple(int(part) for part in found.groups() if part) if found else None


ALL = ("build", "test", "gdb")
TOOLS = (
    Tool("aarch64-linux-gnu-gcc", CROSS_PACKAGE, ALL, (11, 0)),
    Tool("cmake", "cmake", ALL, (3, 22)),
    Tool("ninja", "ninja-build", ALL, (1, 10)),
    Tool("make", "make", ALL),
    Tool("qemu-system-aarch64", "qemu-system-arm", ALL, (6, 2)),
    Tool("gcc", "gcc", ("test",), (11, 0)),
    Tool("libc headers", "libc6-dev", ("test",), file="/usr/include/stdio.h"),
    Tool("cpio", "cpio", ("test",)),
    Tool("qemu-aarch64", "qemu-user", ("test",), (6, 2)),
    Tool("clang-format", "clang-format", ("test",), (14, 0)),
    Tool("clang-tidy", "clang-tidy", ("test",), (14, 0)),
    Tool("cppcheck", "cppcheck", ("test",), (2, 7)),
    Tool("gdb-multiarch", "gdb-multiarch", ("gdb",), (10, 0)),
)


def missing_tools(use=None):
    """The tools that are not installed, of one use or of all."""
    return [tool for tool in TOOLS if (use is None or use in tool.uses) and not tool.present()]
