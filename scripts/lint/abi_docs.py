#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check docs/abi against the system call table in uapi/syscall.h.

usage: abi_docs.py [ROOT]     a line a difference; exit status 1 if there is one

Each row X(number, name, arguments) has a page docs/abi/NAME.md that begins with '# NAME' and says
'number N', and each page but README.md has its row. Numbers rise by one, so none is used twice.
Each constant of uapi/*.h is named on some page.
"""
import re
import sys
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.S)
CONSTANT = re.compile(r"\b[A-Z][A-Z0-9]+_[A-Z0-9_]+\b")
INTERNAL = {"ERRNO_TABLE", "OBJ_NONE", "OBJ_TYPE_COUNT", "SYSCALL_TABLE", "SYS_COUNT", "UINT32_MAX",
            "UINT64_MAX"}
ROW = re.compile(r"\bX\((\d+), *(\w+), *(\d+)\)")


def rows(root):
    """(number, name, argument count) of each system call."""
    table = root / "kernel" / "user-include" / "uapi" / "syscall.h"
    text = table.read_text(encoding="utf-8")
    return [(int(nr), name, int(argc)) for nr, name, argc in ROW.findall(text)]


def differences(root):
    """What does not fit together, a line each."""
    docs = root / "docs" / "abi"
    table = rows(root)
    if [nr for nr, _, _ in table] != list(range(len(table))):
        yield "uapi/syscall.h: the numbers do not rise by one from 0"
    for nr, name, _ in table:
        page = docs / f"{name}.md"
        if not page.is_file():
            yield f"docs/abi/{name}.md: missing"
            continue
        text = page.read_text(encoding="utf-8")
        if not re.match(rf"# {name}\b", text):
            yield f"docs/abi/{name}.md: does not begin with '# {name}'"
        if not re.search(rf"\bnumber\W{{0,6}}{nr}\b", text, re.I):
            yield f"docs/abi/{name}.md: does not say 'number {nr}'"
    names = {name for _, name, _ in table} | {"README"}
    for page in sorted(docs.glob("*.md")):
        if page.stem not in names:
            yield f"docs/abi/{page.name}: no such system call"


def unnamed_constants(root):
    """Constants of the ABI that no page says anything about, a line each."""
    pages = "".join(page.read_text(encoding="utf-8") for page in (root / "docs/abi").glob("*.md"))
    said = set(CONSTANT.findall(pages)) | INTERNAL
    for header in sorted((root / "kernel/user-include/uapi").glob("*.h")):
        text = COMMENT.sub("", header.read_text(encoding="utf-8"))
        for name in sorted(set(CONSTANT.findall(text)) - said):
            yield f"uapi/{header.name}: no page in docs/abi says what {name} is"


def main(args):
    """1 if there is a difference."""
    root = Path(args[0]) if args else Path(__file__).resolve().parent.parent.parent
    found = list(differences(root)) + list(unnamed_constants(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
