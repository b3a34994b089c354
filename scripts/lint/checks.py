# SPDX-License-Identifier: MIT
"""The lint checks that call outside tools. Each returns what is wrong, as text; "" if nothing."""
import collections
import concurrent.futures
import hashlib
import re
import subprocess

from common import BUILD, ROOT, Failure, run, show
from lint.sources import FREESTANDING_PARTS, code_files, flags_of, freestanding_files

CROSS = "aarch64-linux-gnu-gcc"
JOBS = 2
CPPCHECK = ["cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", f"-j{JOBS}",
            "--std=c11", "--platform=unix64", "--enable=warning,performance,portability",
            "--suppress=missingInclude", "--suppress=missingIncludeSystem",
            "--suppressions-list=scripts/lint/cppcheck.txt"]


def _tool(argv, **options):
    """Run a tool in the root; (status, its output)."""
    try:
        done = subprocess.run([str(arg) for arg in argv], cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, **options)
    except FileNotFoundError:
        raise Failure(f"{argv[0]} is not installed; './chbuild deps' installs what is missing")
    return done.returncode, done.stdout.decode(errors="replace")


def _all_files(check, files):
    """The texts of check(file) over all files, JOBS at a time."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return "".join(pool.map(check, files))


def check_format():
    """clang-format has nothing to change."""
    files = code_files()
    if not files:
        return ""
    show(["clang-format", "--dry-run", "-Werror", "..."])
    status, text = _tool(["clang-format", "--dry-run", "-Werror"] + files)
    places = collections.Counter(re.findall(r"^([^:\n]+):\d+:\d+: error:", text, re.M))
    lines = [f"{path}: './chbuild format {path}' changes {count} places\n"
             for path, count in sorted(places.items())]
    return "".join(lines) or (text if status else "")


def format_files(paths):
    """Let clang-format lay out these files, or all of ours."""
    run(["clang-format", "-i"] + (paths or code_files()), cwd=None if paths else ROOT)


def check_headers():
    """Each header compiles on its own; those of the ABI with the host's compiler too."""
    def check(path):
        text = _syntax(CROSS, flags_of(path), path)
        if "user-include" in path.parts:
            text += _syntax("gcc", ["-std=gnu17", "-Ikernel/user-include"], path)
        return text
    show([CROSS, "-fsyntax-only", "...", "each header"])
    return _all_files(check, freestanding_files((".h",)))


def _syntax(compiler, flags, path):
    argv = [compiler, *flags, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-"]
    include = path.as_posix()
    status, text = _tool(argv + ["-I."], input=f'#include "{include}"\n'.encode())
    return text if status else ""


def check_tidy():
    """clang-tidy over all freestanding code; a file is looked at again only when it or a header
    that it includes has changed."""
    passed = BUILD / "lint" / "tidy"
    passed.mkdir(parents=True, exist_ok=True)
    settings = (ROOT / ".clang-tidy").read_bytes()

    def check(path):
        stamp = passed / _content_hash(path, settings)
        if stamp.exists():
            return ""
        status, text = _tool(["clang-tidy", "--quiet", path, "--", "--target=aarch64-linux-gnu",
                              "-D__CLANG_TIDY__", *flags_of(path)])
        if status == 0:
            stamp.touch()
            return ""
        errors = [line + "\n" for line in text.splitlines() if " error: " in line]
        return "".join(errors) or text

    show(["clang-tidy", "--quiet", "...", "each source"])
    lines = _all_files(check, freestanding_files((".c",))).splitlines(keepends=True)
    return "".join(dict.fromkeys(lines))  # what is wrong in a header, once


def _content_hash(path, settings):
    """Of a source, all headers it includes, its flags and clang-tidy's settings."""
    flags = flags_of(path)
    status, text = _tool([CROSS, *flags, "-MM", path])
    hasher = hashlib.sha256(settings + " ".join(flags).encode())
    if status == 0:
        for name in text.replace("\\\n", " ").split(":", 1)[1].split():
            hasher.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    else:
        hasher.update(text.encode() + (ROOT / path).read_bytes())
    return hasher.hexdigest()


def check_cppcheck():
    """cppcheck over all freestanding code, with its own memory of unchanged files."""
    files = freestanding_files((".c",))
    text = ""
    for part in FREESTANDING_PARTS:
        mine = [path for path in files if path.parts[0] == part]
        if not mine:
            continue
        memory = BUILD / "lint" / "cppcheck" / part
        memory.mkdir(parents=True, exist_ok=True)
        includes = [flag for flag in flags_of(mine[0]) if flag.startswith("-I")]
        argv = CPPCHECK + [f"--cppcheck-build-dir={memory}"] + includes
        show(argv + ["..."])
        status, output = _tool(argv + mine)
        text += output if status else ""
    return text
