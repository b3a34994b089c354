#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check that what the documents name is there.

usage: doc_names.py [ROOT]     a line a name that is not; exit status 1 if there is one

In docs/ and README.md: the target of each link; `name()` is a word of some source; `file.c` is the end
of some file's path, `kernel/mm` a folder; `SOME_CONSTANT` is a word of some source, or one with a
prefix (POSIX's O_APPEND is LX_O_APPEND there). In
docs/abi/README.md each row of the error table stands as it does in uapi/errno.h, and docs/posix.md has
exactly the calls of libchcore/posix/table.h.
"""
import re
import sys
from pathlib import Path

SOURCES = (".c", ".h", ".S", ".s", ".inc", ".py", ".cmake", ".txt")
QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#:\s]+)\)")
FILE = re.compile(r"[\w./-]+\.(?:c|h|S|s|py|md)")
FOLDER = re.compile(r"(?:kernel|libchcore|servers|user|tests|scripts|docs)/[\w./-]*")
POSIX_ROW = re.compile(r"^ +X\((\d+), (\w+)", re.M)
POSIX_LISTED = re.compile(r"^\| (\d+) \| (\w+) \|", re.M)
ERROR = re.compile(r'X\((\w+), (\d+), "([^"]*)"\)')


def all_files(root):
    """Paths of all files but those that are built."""
    outside = (root / ".git", root / "build")
    return [path.relative_to(root).as_posix() for path in root.rglob("*")
            if path.is_file() and not any(folder in path.parents for folder in outside)]


def words_of(root, files):
    """Every word in every source, and what remains of it behind each underscore."""
    words = set()
    for name in files:
        path = root / name
        if path.suffix in SOURCES and path.is_file():
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace")))
    for word in [word for word in words if word.isupper()]:
        parts = word.split("_")
        words.update("_".join(parts[first:]) for first in range(1, len(parts)))
    return words


def is_there(name, files, folders, words):
    """Whether what stands between backquotes exists; what we cannot judge does."""
    call = re.fullmatch(r"(\w+)\(\)", name)
    if call:
        return call[1] in words
    if FILE.fullmatch(name):
        return any(file == name or file.endswith("/" + name) for file in files)
    if FOLDER.fullmatch(name):
        return name.rstrip("/") in folders or name in files
    if re.fullmatch(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+", name):
        return name in words
    return True


def differences(root):
    """What is named and not there, a line each."""
    files = all_files(root)
    folders = {parent.as_posix() for file in files for parent in Path(file).parents}
    words = words_of(root, files)
    documents = [root / "README.md"] + sorted((root / "docs").rglob("*.md"))
    for path in documents:
        text = path.read_text(encoding="utf-8")
        here = path.relative_to(root)
        for target in LINK.findall(text):
            if not (path.parent / target).exists():
                yield f"{here}: the link to {target} is broken"
        for name in QUOTED.findall(text):
            if not is_there(name, files, folders, words):
                yield f"{here}: there is no {name}"
    table = (root / "kernel/user-include/uapi/errno.h").read_text(encoding="utf-8")
    page = (root / "docs/abi/README.md").read_text(encoding="utf-8")
    for name, value, sentence in ERROR.findall(table):
        if f"| `{name}` | {value} | {sentence} |" not in page:
            yield f"docs/abi/README.md: the row of {name} is not that of uapi/errno.h"
    rows = set(POSIX_ROW.findall((root / "libchcore/posix/table.h").read_text(encoding="utf-8")))
    listed = set(POSIX_LISTED.findall((root / "docs/posix.md").read_text(encoding="utf-8")))
    for number, name in sorted(rows - listed):
        yield f"docs/posix.md: does not list {name}, {number}"
    for number, name in sorted(listed - rows):
        yield f"docs/posix.md: {name}, {number}, is no row of libchcore/posix/table.h"


def main(args):
    """1 if something is not there."""
    root = Path(args[0]).resolve() if args else Path(__file__).resolve().parent.parent.parent
    found = list(differences(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
