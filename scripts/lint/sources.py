# SPDX-License-Identifier: MIT
"""Which files are ours to check, and with which include paths."""
from common import BUILD, ROOT

FREESTANDING_PARTS = ("kernel", "libchcore", "servers")
CODE_FOLDERS = FREESTANDING_PARTS + ("user", "tests")
FREESTANDING = ["-std=gnu17", "-ffreestanding", "-mgeneral-regs-only", "-fno-pic"]
INCLUDES = {"kernel": ["-Ikernel", "-Ikernel/user-include"],
            "libchcore": ["-Ilibchcore", "-Ilibchcore/include", "-Ikernel/user-include"],
            "servers": ["-Iservers", "-Ilibchcore/include", "-Ikernel/user-include"]}


# Laid over musl's tree, whose private headers it includes: compiled there and nowhere else.
MUSL_SEAM = ROOT / "libchcore" / "musl"


def freestanding_files(suffixes):
    """The sources or headers of the kernel, libchcore and the servers, which are analysed."""
    return [path for path in code_files(FREESTANDING_PARTS, suffixes)
            if MUSL_SEAM not in (ROOT / path).parents]


def code_files(folders=CODE_FOLDERS, suffixes=(".c", ".h")):
    """All C sources and headers below the folders, relative to the root, sorted."""
    return sorted(path.relative_to(ROOT) for folder in folders
                  for path in (ROOT / folder).rglob("*")
                  if path.suffix in suffixes and BUILD not in path.parents)


def flags_of(path):
    """Compiler flags for a file of the kernel, libchcore or a server (relative to the root)."""
    return FREESTANDING + INCLUDES[path.parts[0]]
