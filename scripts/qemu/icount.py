# SPDX-License-Identifier: MIT
"""Count the guest's instructions, without its help and to the last one.

QEMU starts stopped. Through its gdb stub a breakpoint is set where the kernel ends the machine; when
the guest stops there, the number of executed instructions is read through the monitor (QMP), and
the guest goes on to its end. With one CPU the number is exact. Others, if there are any, may still
run a little while the first one stops.
"""
import json
import socket
import subprocess
import threading

from common import Failure

END_OF_MACHINE = "machine_exit"  # kernel/arch/exit.h
NM = "aarch64-linux-gnu-nm"


def address_of(elf, symbol):
    """The address of a function in an ELF file."""
    text = subprocess.run([NM, str(elf)], check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in text.splitlines():
        fields = line.split()
        if fields[-1] == symbol and len(fields) == 3:
            return int(fields[0], 16)
    raise Failure(f"{elf} has no function {symbol}: cannot count instructions")


def count_words(counter):
    """What to say at the end."""
    if counter.count is None:
        return "instructions were not counted: the guest did not power off"
    return f"{counter.count} guest instructions"


class _Monitor:
    """QMP over a socket: commands one at a time, events ignored."""

    def __init__(self, link):
        self._stream = link.makefile("rw", encoding="utf-8")
        self._stream.readline()  # the greeting
        self.ask("qmp_capabilities")

    def ask(self, command):
        """The answer to a command."""
        self._stream.write(json.dumps({"execute": command}) + "\n")
        self._stream.flush()
        for line in self._stream:
            message = json.loads(line)
            if "return" in message:
                return message["return"]
        raise ConnectionError


class _Stub:
    """gdb's remote protocol over a socket, as little of it as is needed."""

    def __init__(self, link):
        self._stream = link.makefile("rwb", buffering=0)

    def send(self, payload):
        """Send one packet."""
        self._stream.write(b"$%s#%02x" % (payload, sum(payload) & 0xff))

    def receive(self):
        """The next packet's payload; acknowledges it."""
        payload = b""
        while (byte := self._next()) != b"$":
            pass
        while (byte := self._next()) != b"#":
            payload += byte
        self._next()
        self._next()
        self._stream.write(b"+")
        return payload

    def _next(self):
        byte = self._stream.read(1)
        if not byte:
            raise ConnectionError
        return byte


class InstructionCounter:
    """Counts in one QEMU process, for which arguments() and descriptors() must be used.

    `count` is set when the guest ends itself, and stays None if it is ended otherwise.
    """

    def __init__(self, elf):
        self.count = None
        self._end = address_of(elf, END_OF_MACHINE)
        self._qmp, self._qmp_theirs = socket.socketpair()
        self._gdb, self._gdb_theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def arguments(self):
        """What QEMU's arguments need besides."""
        return ["-S", "-chardev", f"socket,id=qmp,fd={self._qmp_theirs.fileno()}",
                "-mon", "chardev=qmp,mode=control",
                "-chardev", f"socket,id=stub,fd={self._gdb_theirs.fileno()}",
                "-gdb", "chardev:stub"]

    def descriptors(self):
        """What QEMU must inherit."""
        return self._qmp_theirs.fileno(), self._gdb_theirs.fileno()

    def started(self):
        """To be called once QEMU runs; lets the guest go."""
        self._qmp_theirs.close()
        self._gdb_theirs.close()
        self._thread.start()

    def finish(self):
        """To be called once QEMU has exited; returns the count or None."""
        self._thread.join(timeout=5)
        return self.count

    def _watch(self):
        try:
            monitor, stub = _Monitor(self._qmp), _Stub(self._gdb)
            stub.send(b"Z0,%x,4" % self._end)
            if stub.receive() == b"OK":
                stub.send(b"c")
                stub.receive()
                self.count = monitor.ask("query-replay")["icount"]
            stub.send(b"D")
        except (OSError, ConnectionError):
            pass  # QEMU is gone: the count stays what it is
