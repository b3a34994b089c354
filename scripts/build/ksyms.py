#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the kernel's symbol table (kernel/debug/ksyms.h) as assembly, from a linked kernel.

usage: ksyms.py --empty OUT.S           the table of the first link: no entries
       ksyms.py KERNEL.elf OUT.S        the table of the second link
       ksyms.py --check PASS1 PASS2     exit 1 if a function moved between the links
"""
import subprocess
import sys

NM = "aarch64-linux-gnu-nm"
HEAD = """/* Made by scripts/build/ksyms.py. */
    .section .note.GNU-stack, "", %progbits
    .section .ksyms, "a", %progbits
    .balign 8
    .global ksym_count, ksym_table, ksym_names
"""


def functions(elf):
    """(address, size, name) of each function in the ELF file, by rising address.

    Aliases of one address are reduced to one: a global name before a local one, then by name.
    """
    text = subprocess.run([NM, "-n", "-S", "--defined-only", elf], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    best = {}
    for line in text.splitlines():
        fields = line.split()
        size = int(fields[1], 16) if len(fields) == 4 else 0
        kind, name = fields[-2], fields[-1]
        if kind not in "tTwW" or name.startswith("$"):
            continue
        rank = (kind.islower(), size == 0, name)
        addr = int(fields[0], 16)
        if addr not in best or rank < best[addr][0]:
            best[addr] = (rank, size, name)
    return [(addr, size, name) for addr, (_, size, name) in sorted(best.items())]


def write_table(symbols, out):
    """Write the assembly file for `symbols` to the path `out`."""
    lines = [HEAD, f"ksym_count: .quad {len(symbols)}", "ksym_table:"]
    offset = 0
    for addr, size, name in symbols:
        lines.append(f"    .quad 0x{addr:x}; .word {size}, {offset}")
        offset += len(name) + 1
    lines.append("ksym_names:")
    lines += [f'    .asciz "{name}"' for _, _, name in symbols]
    if not symbols:
        lines.append("    .byte 0")
    with open(out, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def check(first, second):
    """0 if both links put every function at the same address, else 1 and the names on stderr."""
    before = {(name, addr) for addr, _, name in functions(first)}
    after = {(name, addr) for addr, _, name in functions(second)}
    for name, addr in sorted(before - after):
        print(f"ksyms: {name} is no longer at 0x{addr:x} after the second link", file=sys.stderr)
    return 1 if before - after else 0


def main(args):
    if len(args) == 2 and args[0] == "--empty":
        write_table([], args[1])
        return 0
    if len(args) == 3 and args[0] == "--check":
        return check(args[1], args[2])
    if len(args) == 2:
        write_table(functions(args[0]), args[1])
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
