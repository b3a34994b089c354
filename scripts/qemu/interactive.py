# SPDX-License-Identifier: MIT
"""chbuild qemu: boot to a shell on the caller's terminal, or on whatever standard input is."""
import os
import signal
import sys

from common import Failure, say
from qemu.icount import count_words
from qemu.process import console_arguments, exit_words, start_qemu
from qemu.session import Feeder, Session


def boot_interactive(argv, counter=None):
    """Boot (argv: machine, kernel, ramdisk) and return when QEMU has ended; its status for us.

    counter   InstructionCounter, or None
    """
    status = (_on_terminal if sys.stdin.isatty() else _on_pipe)(argv, counter)
    if counter:
        say(count_words(counter))
    if status != 0:
        raise Failure(exit_words(status))
    return 0


def _on_terminal(argv, counter):
    say("to leave QEMU: type 'poweroff' in the shell, or press Ctrl-A, then x")
    argv = argv + console_arguments(monitor=True) + (counter.arguments() if counter else [])
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        qemu = start_qemu(argv, pass_fds=counter.descriptors() if counter else ())
        if counter:
            counter.started()
        status = qemu.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
    if counter:
        counter.finish()
    return status


def _on_pipe(argv, counter):
    """Type what stands on standard input, but nothing before the guest speaks.

    Its end means nothing: as at a terminal, `poweroff` ends the system.
    """
    with Session(argv, counter) as session:
        feeder = Feeder(session, 0, lambda data: data, b"")
        while True:
            data = session.read()
            if not data:
                return session.wait()
            feeder.start()
            os.write(1, data)
