#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Constants of C for assembly.

usage: offsets.py IN.s OUT.h

IN.s is what the compiler makes of a file whose inline assembly says `@@NAME value`; OUT.h gets a
#define for each.
"""
import re
import sys
from pathlib import Path


def main() -> int:
    source, target = map(Path, sys.argv[1:3])
    rows = re.findall(r"@@(\w+) (\d+)", source.read_text())
    if not rows:
        sys.exit(f"offsets.py: no @@NAME value in {source}")
    lines = [f"#define {name} {value}" for name, value in rows]
    target.write_text("/* Made by scripts/build/offsets.py. */\n#pragma once\n\n"
                      + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
