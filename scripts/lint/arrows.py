#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Guard the layers: which folder's headers a file may include.

usage: arrows.py [ROOT]     a line a broken arrow; exit status 1 if there is one

The kernel's folders are a list, lowest first; a folder may include itself and what stands before
it. The contract headers <arch/x.h> and <plat/x.h> are open to all of the kernel; what lies behind
them (<arch/aarch64/x.h>, <plat/virt/x.h>) only to their own folder. Outside of the kernel,
kernel/user-include/uapi is all that may be seen of it, and a server's headers are its own.
"""
import re
import sys
from pathlib import Path

LAYERS = ("uapi", "lib", "arch", "plat", "debug", "mm", "object", "vm", "sched", "task", "ipc",
          "irq", "syscall", "trap", "init")
CONTRACTS = ("arch", "plat")
# Hardware enters the kernel at its lowest layer, which therefore has three doors upwards.
DOORS = {("arch", "trap/trap.h"), ("arch", "init/init.h"), ("arch", "mm/page.h")}
# What each part outside of the kernel has besides the C library: its own lib/, and the interfaces.
OUTSIDE = {"libchcore": ("chcore", "proto", "uapi"),
           "servers": ("chcore", "proto", "uapi", "lib"),
           "user": ("chcore", "proto", "uapi", "lib")}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def includes(path):
    """(line number, included name, in quotes?) of each #include of a file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for found in INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[2], found[1] == '"'


def kernel_fault(here, name):
    """What is wrong with kernel folder `here` including <name>, or None."""
    there = name.split("/")[0]
    if there in ("chcore", "proto", "servers", "user"):
        return f"the kernel does not know <{name}>"
    if there not in LAYERS or there == here or (here, name) in DOORS:
        return None
    if there in CONTRACTS:
        return f"<{name}> reaches behind the {there} contracts" if name.count("/") > 1 else None
    if LAYERS.index(there) > LAYERS.index(here):
        return f"{here} -> {there} (<{name}>) points up"
    return None


def outside_fault(part, name):
    """What is wrong with a file outside of the kernel including <name>, or None."""
    there = name.split("/")[0]
    kernel_only = set(LAYERS) - {"uapi", "lib"}
    if there in kernel_only and "/" in name or (there == "lib" and part not in ("servers", "user")):
        return f"<{name}> is the kernel's own"
    if there in ("chcore", "proto") and there not in OUTSIDE[part]:
        return f"{part} does not include <{name}>"
    return None


def check_kernel(root):
    """Broken arrows of the kernel."""
    for path in sorted((root / "kernel").rglob("*.[chS]")):
        parts = path.relative_to(root / "kernel").parts
        here = "uapi" if parts[0] == "user-include" else parts[0]
        if here not in LAYERS:
            yield f"{path.relative_to(root)}: {here} is no layer"
            continue
        for line, name, _ in includes(path):
            fault = kernel_fault(here, name)
            if fault:
                yield f"{path.relative_to(root)}:{line}: {fault}"


def check_outside(root):
    """Broken arrows of libchcore, the servers and the programs."""
    for part in OUTSIDE:
        for path in sorted((root / part).rglob("*.[chS]")):
            for line, name, quoted in includes(path):
                if quoted and (path.parent / name).is_file():
                    own = root / part
                    inside = own in (path.parent / name).resolve().parents
                    fault = None if inside else f'"{name}" leaves {part}'
                else:
                    fault = outside_fault(part, name)
                if fault:
                    yield f"{path.relative_to(root)}:{line}: {fault}"


def main(args):
    """Check the tree; 1 if an arrow is broken."""
    root = Path(args[0]).resolve() if args else Path(__file__).resolve().parent.parent.parent
    broken = list(check_kernel(root)) + list(check_outside(root))
    for line in broken:
        print(line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
