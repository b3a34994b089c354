# SPDX-License-Identifier: MIT
"""chbuild qemu: boot to a shell on the caller's terminal, or on whatever standard input is."""
import os
import signal
import sys

from common import Failure, say
from qemu.process import InstructionCounter, console_arguments, exit_words, start_qemu
from qemu.session import Feeder, Session

CONTROL_D = b"\x04"


def boot_interactive(argv, icount=False):
    """Boot (argv: machine, kernel, ramdisk) and return when QEMU has ended; its status for us."""
    if sys.stdin.isatty():
        status, count = _on_terminal(argv, icount)
    else:
        status, count = _on_pipe(argv, icount)
    if icount:
        say(f"{count} guest instructions" if count is not None
            else "instructions were not counted: the guest did not power off")
    if status != 0:
        raise Failure(exit_words(status))
    return 0


def _on_terminal(argv, icount):
    say("to leave QEMU: type 'poweroff' in the shell, or press Ctrl-A, then x")
    argv = argv + console_arguments(monitor=True)
    counter = InstructionCounter() if icount else None
    descriptors = ()
    if counter:
        argv += counter.arguments()
        descriptors = (counter.theirs.fileno(),)
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        qemu = start_qemu(argv, pass_fds=descriptors)
        if counter:
            counter.started()
        return qemu.wait(), counter.finish() if counter else None
    finally:
        signal.signal(signal.SIGINT, previous)


def _on_pipe(argv, icount):
    """Type what stands on standard input, and Ctrl-D at its end; never before the guest speaks."""
    with Session(argv, icount) as session:
        feeder = Feeder(session, 0, lambda data: data, CONTROL_D)
        while True:
            data = session.read()
            if not data:
                return session.wait(), session.count
            feeder.start()
            os.write(1, data)
