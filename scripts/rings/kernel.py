# SPDX-License-Identifier: MIT
"""Ring kernel: tests/kernel, linked into a kernel with all its checks on, booted on each machine.

The kernel prints what went wrong, then "test NAME ok" or "test NAME FAIL" for each test, and
"tests N passed N failed" at the end (kernel/debug/ktest.h).
"""
import re
import time

from build.kernel import build_kernel
from common import ROOT
from qemu.session import Session
from rings.configurations import KERNEL_RING, PLAIN, chosen

TIMEOUT_S = 180
RESULT = re.compile(r"test (\w+) (ok|FAIL)\b")
TOTAL = re.compile(r"tests (\d+) passed (\d+) failed")
LAST_LINES = 40


def run_kernel_ring(report, plat, pattern):
    """Boot on each configuration of the board (None: of all); report tests with `pattern`."""
    if not list((ROOT / "tests" / "kernel").glob("*.c")):
        return
    for name, machine in chosen(KERNEL_RING, plat).items():
        report.heading(f"kernel: {name} ({machine.options()})")
        kernel = build_kernel(machine.plat, tests=True, plain=name == PLAIN)
        lines, ended = _boot(machine.arguments(kernel / "Image"))
        _judge(report, name, lines, ended, pattern)


def _boot(argv):
    """(the console's lines, did QEMU end by itself?)"""
    deadline, text = time.monotonic() + TIMEOUT_S, b""
    with Session(argv) as session:
        while True:
            data = session.read(deadline)
            if not data:
                break
            text += data
        ended = data is not None
    return text.decode(errors="replace").replace("\r", "").splitlines(), ended


def _judge(report, configuration, lines, ended, pattern):
    before, seen = [], 0
    plat = configuration.split("-")[0]
    for line in lines:
        found = RESULT.match(line)
        if not found:
            before.append(line)
            continue
        seen += 1
        test = f"{found[1]} [{configuration}]"
        if pattern in test and found[2] == "ok":
            report.ok(test)
        elif pattern in test:
            report.fail(test, "\n".join(before[-LAST_LINES:]),
                        f"./chbuild test kernel --plat {plat} --filter {found[1]}")
        before = []
    totals = [TOTAL.match(line) for line in lines if TOTAL.match(line)]
    told = int(totals[0][1]) + int(totals[0][2]) if totals else None
    if told != seen or not ended:
        what = f"seen no sum after {seen} tests" if told is None else f"seen {seen} of {told} tests"
        late = "" if ended else f", stopped after {TIMEOUT_S} s"
        report.fail(f"kernel tests as a whole [{configuration}]",
                    "\n".join([f"expected 'tests N passed N failed', {what}{late}"]
                              + lines[-LAST_LINES:]),
                    f"./chbuild test kernel --plat {plat}")
