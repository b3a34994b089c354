# SPDX-License-Identifier: MIT
"""Start QEMU so that it never outlives chbuild, and say how it ended."""
import ctypes
import signal
import subprocess

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
