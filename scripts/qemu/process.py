# SPDX-License-Identifier: MIT
"""Start QEMU so that it never outlives chbuild, and count its instructions."""
import ctypes
import json
import signal
import socket
import subprocess
import threading

from common import Failure, show

PR_SET_PDEATHSIG = 1
PANIC_STATUS = 97


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start_qemu(argv, **options):
    """Print the command and start QEMU; it is killed when this process ends."""
    show(argv)
    try:
        return subprocess.Popen(argv, preexec_fn=_die_with_parent, **options)
    except FileNotFoundError:
        raise Failure(f"{argv[0]} is not installed; './chbuild deps' installs what is missing", 125)


class InstructionCounter:
    """Asks QEMU for the number of executed guest instructions when the guest powers off.

    QEMU is made to pause instead of exiting at power-off; then the count is read through its
    monitor (QMP) and QEMU is told to quit. `count` stays None if QEMU ended in another way.
    """

    def __init__(self):
        self.count = None
        self._ours, self.theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._talk, daemon=True)

    def arguments(self):
        """What to add to QEMU's arguments; pass `theirs` to the process."""
        return ["-chardev", f"socket,id=qmp,fd={self.theirs.fileno()}",
                "-mon", "chardev=qmp,mode=control", "-action", "shutdown=pause"]

    def started(self):
        """To be called once QEMU runs."""
        self.theirs.close()
        self._thread.start()

    def finish(self):
        """To be called once QEMU has exited; returns the count or None."""
        self._thread.join(timeout=5)
        return self.count

    def _talk(self):
        stream = self._ours.makefile("rw")
        try:
            self._send(stream, "qmp_capabilities")
            for line in stream:
                message = json.loads(line)
                if message.get("event") == "STOP":
                    self._send(stream, "query-replay")
                elif "icount" in message.get("return", {}):
                    self.count = message["return"]["icount"]
                    self._send(stream, "quit")
        except OSError:
            pass  # QEMU is gone: the count stays what it is

    @staticmethod
    def _send(stream, command):
        stream.write(json.dumps({"execute": command}) + "\n")
        stream.flush()


def console_arguments(monitor):
    """QEMU's consoles: the first serial line on stdio, with or without the monitor behind it."""
    if monitor:
        return ["-serial", "mon:stdio"]
    return ["-monitor", "none", "-chardev", "stdio,id=console,signal=off",
            "-serial", "chardev:console"]


def exit_words(status):
    """What QEMU's exit status says about an end that nobody asked for."""
    if status == PANIC_STATUS:
        return "the kernel panicked; its report is in the log above"
    if status < 0:
        return f"QEMU was ended by {signal.Signals(-status).name}"
    return f"QEMU ended with status {status} before the guest was done"
