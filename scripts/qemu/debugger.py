# SPDX-License-Identifier: MIT
"""chbuild gdb: QEMU, stopped at reset, with gdb-multiarch on this terminal.

The system's own console is a socket, which `chbuild gdb --console` joins from another terminal.
"""
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import tty

from common import BUILD, ROOT, Failure, say, show
from qemu.process import start_qemu

CONSOLE = BUILD / "gdb" / "console.sock"
COMMANDS = ROOT / "scripts" / "gdb" / "chcore.py"
LEAVE = b"\x1d"  # Ctrl-]


def debug(argv, kernel, more):
    """Start QEMU (argv: machine, kernel, ramdisk) stopped, and gdb with the kernel's symbols.

    more   further arguments for gdb
    """
    port = _free_port()
    CONSOLE.parent.mkdir(parents=True, exist_ok=True)
    CONSOLE.unlink(missing_ok=True)
    argv = argv + ["-S", "-gdb", f"tcp:127.0.0.1:{port}", "-monitor", "none",
                   "-chardev", f"socket,id=console,path={CONSOLE},server=on,wait=off",
                   "-serial", "chardev:console"]
    gdb = ["gdb-multiarch", "-q", str(kernel / "kernel.elf"),
           "-ex", f"target remote 127.0.0.1:{port}"]
    if COMMANDS.exists():
        gdb += ["-x", str(COMMANDS)]
    say("the console: './chbuild gdb --console' in another terminal, once gdb has continued")
    qemu = start_qemu(argv, stdin=subprocess.DEVNULL, start_new_session=True)
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is gdb's
    try:
        show(gdb + more)
        return subprocess.run(gdb + more, check=False,
                              preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
                              ).returncode
    finally:
        signal.signal(signal.SIGINT, previous)
        qemu.kill()
        qemu.wait()
        CONSOLE.unlink(missing_ok=True)


def join_console():
    """Join the console of a running `chbuild gdb`, until Ctrl-] or its end."""
    link = socket.socket(socket.AF_UNIX)
    try:
        link.connect(str(CONSOLE))
    except OSError:
        raise Failure("no './chbuild gdb' is running from this folder")
    say("to leave the console: Ctrl-]")
    terminal = termios.tcgetattr(0) if sys.stdin.isatty() else None
    if terminal:
        tty.setraw(0)
    try:
        _copy_both_ways(link)
    finally:
        if terminal:
            termios.tcsetattr(0, termios.TCSADRAIN, terminal)
    return 0


def _copy_both_ways(link):
    while True:
        for source in select.select([0, link], [], [])[0]:
            data = os.read(0, 4096) if source == 0 else link.recv(4096)
            if not data or (source == 0 and LEAVE in data):
                return
            if source == 0:
                link.sendall(data)
            else:
                os.write(1, data)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
