# SPDX-License-Identifier: MIT
"""Running programs and comparing: what the modules of cases share.

A module of cases has functions test_NAME(folder), each of one behaviour; folder is an empty
directory of its own, and the working directory of what it runs.
"""
import os
import re
import subprocess
import tempfile
from pathlib import Path

from build import BIN

TIMEOUT_S = 30
SANITIZER_STATUS = 99
failures = []


class Mismatch(Exception):
    pass


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


def environment(**more):
    env = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": "/nowhere", "LC_ALL": "C", "TERM": "vt100",
           "TZ": "UTC", "POSIXLY_CORRECT": "1",
           "ASAN_OPTIONS": f"exitcode={SANITIZER_STATUS}:detect_leaks=0",
           "UBSAN_OPTIONS": f"exitcode={SANITIZER_STATUS}:print_stacktrace=1"}
    env.update(more)
    return env


def run(argv, folder, stdin=b"", env=None, timeout=TIMEOUT_S):
    """Run a program; a report of a sanitizer is a mismatch in any test."""
    try:
        done = subprocess.run([str(arg) if isinstance(arg, Path) else arg for arg in argv],
                              cwd=folder, input=stdin, env=env or environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              check=False)
    except subprocess.TimeoutExpired:
        raise Mismatch(f"{argv}: still running after {timeout} s")
    if done.returncode == SANITIZER_STATUS or b"Sanitizer" in done.stderr:
        raise Mismatch(f"{argv}: {done.stderr[-3000:].decode(errors='replace')}")
    return Result(done.returncode, done.stdout, done.stderr)


def expect(seen, wanted, what):
    if seen != wanted:
        raise Mismatch(f"{what}: expected {wanted!r}, seen {seen!r}")


def expect_match(seen, pattern, what):
    text = seen.decode(errors="replace")
    if not re.search(pattern, text, re.M):
        raise Mismatch(f"{what}: expected a match of {pattern!r}, seen {text!r}")


def run_module(module, pattern):
    prefix = module.__name__.removeprefix("cases_")
    for name, test in sorted(vars(module).items()):
        full = f"{prefix}_{name.removeprefix('test_')}"
        if not name.startswith("test_") or not callable(test) or pattern not in full:
            continue
        with tempfile.TemporaryDirectory(prefix="chcore-shell-") as folder:
            folder = os.path.realpath(folder)
            try:
                test(Path(folder))
                print(f"ok {full}", flush=True)
            except Mismatch as error:
                failures.append(full)
                print(f"{error}\nnot ok {full}: {str(error).splitlines()[0][:200]}", flush=True)
