# SPDX-License-Identifier: MIT
"""Ring user: every program of tests/user, run on the target by /tests/runner/run_tests.

A test that hangs or takes the system down fails; the machine is booted again for those after it.
"""
import re
import time

from build.system import built_system
from common import ROOT
from qemu.protocol import Demultiplexer
from qemu.session import Session
from rings.configurations import USER_RING, chosen
from rings.results import read_results

FOLDER = ROOT / "tests" / "user"
RUNNER = b"/tests/runner/run_tests"
TEST_TIMEOUT_S = 120  # of silence
LAST_LINES = 40


def run_user_ring(report, plat, pattern):
    """Run on each configuration of the board (None: of all) the tests with `pattern`."""
    names = sorted(path.stem for path in FOLDER.glob("*.c"))
    for configuration, machine in chosen(USER_RING, plat).items() if names else ():
        report.heading(f"user: {configuration} ({machine.options()})")
        waiting = names
        while waiting:
            waiting = _boot(report, configuration, machine, waiting, pattern)


class _Run:
    """The output of one boot, cut into tests."""

    def __init__(self):
        self.output, self.log = b"", b""

    def take(self, data):
        """More of the runner's output."""
        self.output += data

    def take_log(self, data):
        """More of the system's log."""
        self.log += data

    def finished(self, name):
        """(output, status) of a test that has ended, else None."""
        found = re.search(rb"^@begin %s\n(.*)\n@end %s (\d+)\n" % ((name.encode(),) * 2),
                          self.output, re.M | re.S)
        return (found[1], int(found[2])) if found else None


def _boot(report, configuration, machine, names, pattern):
    """Run these tests until the machine ends; returns those that have not been begun."""
    run = _Run()
    command = [RUNNER] + [name.encode() for name in names]
    with built_system(machine.plat, debug=True, command=command, tests=True) as (kernel, ramdisk):
        how = _follow(machine.arguments(kernel / "Image", ramdisk), run)
    log = run.log.decode(errors="replace").replace("\r", "").splitlines()[-LAST_LINES:]
    for at, name in enumerate(names):
        done = run.finished(name)
        if done is None:
            report.fail(f"{name} [{configuration}]",
                        "\n".join([f"expected an end of {name}, seen: {how}"]
                                  + run.output.decode(errors="replace").splitlines()[-10:] + log),
                        _again(configuration, name))
            return names[at + 1:]
        _judge(report, configuration, name, *done, pattern)
    return []


def _follow(argv, run):
    """Boot and collect; how it ended, in words."""
    guest = Demultiplexer({"out": run.take, "err": run.take_log, "log": run.take_log})
    with Session(argv) as session:
        while True:
            data = session.read(time.monotonic() + TEST_TIMEOUT_S)
            if data is None:
                return f"silence for {TEST_TIMEOUT_S} s"
            if not data:
                return f"the machine ended with status {session.wait()}"
            guest.feed(data)


def _judge(report, configuration, name, output, status, pattern):
    """Report the results of one program."""
    text = output.decode(errors="replace")
    expected = FOLDER / f"{name}.out"
    again = _again(configuration, "{}")
    if re.search(r"^(ok|not ok|skip) ", text, re.M):
        failed = read_results(text, report, again, f" [{configuration}]", pattern)
        wrong = f"expected status 0, seen {status}" if status and not failed else None
    elif expected.exists() and output != expected.read_bytes():
        wrong = f"expected the output\n{expected.read_text(encoding='utf-8')}"
    else:
        wrong = f"expected status 0, seen {status}" if status else None
        if not wrong and pattern in name:
            report.ok(f"{name} [{configuration}]")
    if wrong and pattern in name:
        seen = text.splitlines()[-LAST_LINES:]
        report.fail(f"{name} [{configuration}]", "\n".join([wrong, "seen the output"] + seen),
                    again.format(name))


def _again(configuration, name):
    return f"./chbuild test user --plat {configuration.split('-')[0]} --filter {name}"
