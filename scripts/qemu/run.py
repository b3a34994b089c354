# SPDX-License-Identifier: MIT
"""chbuild run: boot, run one command in the guest, and end with its status."""
import os
import sys
import time

from common import Failure, say
from qemu.icount import count_words
from qemu.process import exit_words
from qemu.protocol import END_OF_INPUT, Demultiplexer, escape
from qemu.session import Feeder, Session

TIMED_OUT, BROKE_DOWN = 124, 125
OUTPUT_CLOSED = 128 + 13  # as if SIGPIPE had ended the command


class _Log:
    """The boot log on standard error, without carriage returns, closed by a newline."""

    def __init__(self):
        self._last = b"\n"

    def write(self, data):
        """More of the log."""
        data = data.replace(b"\r", b"")
        if data:
            _write_all(2, data)
            self._last = data[-1:]

    def close(self):
        """End an unfinished line, so that chbuild's own words start on one of their own."""
        if self._last != b"\n":
            _write_all(2, b"\n")


def run_command(argv, counter=None, timeout=None, stdin=0):
    """Run QEMU (argv: machine, kernel, ramdisk with /etc/run); return the command's exit status.

    counter   InstructionCounter, or None
    timeout   seconds until 124, or None
    stdin     host descriptor whose bytes become the command's standard input
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    log = _Log()
    guest = Demultiplexer({"out": lambda data: _write_all(1, data),
                           "err": lambda data: _write_all(2, data), "log": log.write})
    try:
        with Session(argv, counter) as session:
            status = _follow(session, guest, Feeder(session, stdin, escape, END_OF_INPUT), deadline)
            log.close()
            if counter:
                say(count_words(counter))
    except BrokenPipeError:
        _forget_stdout()
        return OUTPUT_CLOSED
    if status is None:
        say(f"timed out after {timeout:g} s")
        return TIMED_OUT
    if guest.status is not None and status == 0:
        return guest.status
    if status == 0:
        raise Failure("the system powered off without telling the command's status", BROKE_DOWN)
    raise Failure(exit_words(status), BROKE_DOWN)


def _follow(session, guest, feeder, deadline):
    """Pass output on until QEMU ends; its exit status, or None at the deadline."""
    while True:
        data = session.read(deadline)
        if data is None:
            return None
        if not data:
            return session.wait(deadline)
        guest.feed(data)
        if guest.ready:
            feeder.start()


def _write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view):]


def _forget_stdout():
    """Nobody reads our output any more: let Python's own flush at exit go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
