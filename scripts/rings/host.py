# SPDX-License-Identifier: MIT
"""Ring host: kernel and library sources compiled for the host under ASan and UBSan.

Each tests/host/*.c is a program of its own (see tests/host/check.h), each tests/host/test_*.py a
unittest module about our scripts, each tests/host/NAME/run.py a script that prints results itself.
"""
import os
import re
import subprocess
import sys

from common import BUILD, ROOT, Failure, run
from rings.results import read_results

FOLDER = ROOT / "tests" / "host"
OUTPUT = BUILD / "host"
FLAGS = ("-std=gnu17 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined "
         "-fno-sanitize-recover=all -Wall -Wextra -Wno-unused-parameter -DCHCORE_HOST_TEST "
         "-Itests/host -Itests/host/include -Ikernel -Ikernel/user-include -Ilibchcore/include")
SANITIZERS = {"ASAN_OPTIONS": "exitcode=99:detect_leaks=0",
              "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1"}
TIMEOUT_S = 300


def run_host_ring(report, pattern):
    """Run the ring; `pattern` (or "") selects tests by a part of their name."""
    programs = _build()
    for program in programs:
        report.heading(f"host: {program.name}")
        _run([program], program.stem, pattern, report)
    for module in sorted(FOLDER.glob("test_*.py")):
        report.heading(f"host: {module.name}")
        _run([sys.executable, ROOT / "scripts" / "rings" / "unit.py", module], module.stem,
             pattern, report)
    for script in sorted(FOLDER.glob("*/run.py")):
        report.heading(f"host: {script.parent.name}/run.py")
        _run([sys.executable, script], script.parent.name, pattern, report)


def _directive(source, word):
    """The words after '// WORD:' in the first lines of a test, and on comment lines below it."""
    items, inside = [], False
    for line in source.read_text(encoding="utf-8").splitlines()[:20]:
        found = re.match(r"// (?:(\w+):)?(.*)", line)
        inside = bool(found) and (inside if found[1] is None else found[1] == word)
        items += found[2].split() if inside else []
    return items


def _build():
    """Compile all tests with Ninja; returns the programs."""
    tests = sorted(path for path in FOLDER.glob("*.c") if path.name != "check.c")
    lines = ["builddir = build/host", f"flags = {FLAGS}",
             "rule cc", "  command = gcc $flags $more -MMD -MF $out.d -c $in -o $out",
             "  depfile = $out.d", "  deps = gcc",
             "rule link", "  command = gcc -fsanitize=address,undefined $in -o $out"]
    programs = []
    for test in tests:
        sources = [test.relative_to(ROOT).as_posix(), "tests/host/check.c"]
        sources += _directive(test, "sources")
        objects = []
        for source in sources:
            if not (ROOT / source).is_file():
                raise Failure(f"{test.name}: names the source {source}, which does not exist")
            objects.append(f"build/host/{test.stem}/{source}.o")
            lines += [f"build {objects[-1]}: cc {source}",
                      f"  more = {' '.join(_directive(test, 'flags'))}"]
        programs.append(OUTPUT / f"{test.stem}.test")
        lines.append(f"build build/host/{test.stem}.test: link {' '.join(objects)}")
    if programs:
        OUTPUT.mkdir(parents=True, exist_ok=True)
        (OUTPUT / "build.ninja").write_text("\n".join(lines) + "\n")
        run(["ninja", "-C", ROOT, "-f", OUTPUT / "build.ninja", "-k", "0"])
    return programs


def _run(argv, stem, pattern, report):
    again = "./chbuild test host --filter {}"
    try:
        done = subprocess.run([str(arg) for arg in argv] + ([pattern] if pattern else []),
                              cwd=ROOT, env=dict(os.environ, **SANITIZERS), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT_S, check=False)
        text, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as error:
        text, status = (error.stdout or b"").decode(errors="replace"), None
    failed = read_results(text, report, again)
    if status is None:
        report.fail(f"{stem} as a whole", f"expected an end, still running after {TIMEOUT_S} s",
                    f"./chbuild test host   # {stem}")
    elif status != 0 and not failed:
        report.fail(f"{stem} as a whole", f"expected status 0, seen {status}\n{text[-3000:]}",
                    f"./chbuild test host   # {stem}")

