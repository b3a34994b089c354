# SPDX-License-Identifier: MIT
"""Drive the system's console as a person would, for tests/system.

    with Console.boot() as console:
        console.expect_prompt()
        output, status = console.command("ls /bin")

Nothing here sleeps: every wait is for something to be printed, or for a deadline.
"""
import argparse
import contextlib
import os
import re
import shlex
import time

from build.system import built_system
from qemu.machine import add_machine_options, machine_of
from qemu.session import Session

OPTIONS = "CHBUILD_OPTIONS"  # environment: the machine on which the system ring runs now
TIMEOUT_S = 60
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PROMPT = re.compile(r"[$#] (?:\r|\x1b\[[0-9;?]*[A-Za-z])+$")  # then the editor places the cursor


def ring_options():
    """The chbuild options of the machine on which the ring runs now."""
    return shlex.split(os.environ.get(OPTIONS, "--plat virt --smp 4"))


class Console:
    """The serial line of a booted system, as text."""

    def __init__(self, session):
        self._session = session
        self.seen = ""     # everything printed so far
        self._unread = ""  # what expect() has not gone past

    @classmethod
    @contextlib.contextmanager
    def boot(cls, *options):
        """Boot the ring's machine, or one with more options; gone at the end of the `with`."""
        parser = argparse.ArgumentParser()
        add_machine_options(parser)
        args = parser.parse_args(ring_options() + list(options))
        machine = machine_of(args)
        with built_system(machine.plat, debug=True, extra=args.extra) as (kernel, ramdisk):
            with Session(machine.arguments(kernel / "Image", ramdisk)) as session:
                yield cls(session)

    def send(self, text):
        """Type."""
        self._session.write(text.encode())

    def expect(self, pattern, timeout=TIMEOUT_S):
        """Wait until the regular expression appears; returns its match. AssertionError if not."""
        pattern = re.compile(pattern)
        deadline = time.monotonic() + timeout
        while not (found := pattern.search(self._unread)):
            data = self._session.read(deadline)
            if not data:
                why = f"in {timeout} s" if data is None else "before the machine ended"
                raise AssertionError(f"expected {pattern.pattern!r} {why}, "
                                     f"seen last: {self._unread[-1500:]!r}")
            self._take(data)
        self._unread = self._unread[found.end():]
        return found

    def expect_prompt(self, timeout=TIMEOUT_S):
        """Wait for the shell's prompt."""
        self.expect(PROMPT, timeout)

    def command(self, line, timeout=TIMEOUT_S):
        """Type a command line at the prompt; (its output without colours, its status)."""
        self.send(f'{line}; echo "[$?]""done"\r')
        self.expect(r'done"[^\n]*\n', timeout)  # the echo of what was typed
        output = self.expect(r"(?s)^(.*?)\[(\d+)\]done\r?\n", timeout)
        self.expect_prompt(timeout)
        return ANSI.sub("", output[1]).replace("\r", ""), int(output[2])

    def expect_end(self, timeout=TIMEOUT_S):
        """Wait until the machine switches itself off; QEMU's exit status."""
        deadline = time.monotonic() + timeout
        while data := self._session.read(deadline):
            self._take(data)
        status = None if data is None else self._session.wait(deadline)
        if status is None:
            raise AssertionError(f"expected the machine's end in {timeout} s, "
                                 f"seen last: {self.seen[-1500:]!r}")
        return status

    def _take(self, data):
        text = data.decode(errors="replace")
        self.seen += text
        self._unread += text
