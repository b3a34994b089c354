# SPDX-License-Identifier: MIT
"""One run of QEMU whose console is a pair of pipes: feed its input, read its output, time it."""
import contextlib
import os
import select
import subprocess
import threading
import time

from qemu.process import console_arguments, start_qemu

CHUNK = 65536


class Session:
    """QEMU with piped consoles; use it as a context manager, and it is gone at the end.

    argv      QEMU's arguments without consoles
    counter   an InstructionCounter whose count will be asked for after wait(), or None
    """

    def __init__(self, argv, counter=None):
        self._counter = counter
        argv = argv + console_arguments(monitor=False) + (counter.arguments() if counter else [])
        self._qemu = start_qemu(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                pass_fds=counter.descriptors() if counter else ())
        if counter:
            counter.started()
        self.console = self._qemu.stdout.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._qemu.kill()
        self._qemu.wait()
        self._qemu.stdout.close()
        with contextlib.suppress(OSError):
            self._qemu.stdin.close()

    def read(self, deadline=None):
        """The next bytes of the console; b"" at its end, None when the deadline passes first.

        deadline   on time.monotonic(), or None for ever
        """
        wait = None if deadline is None else max(0, deadline - time.monotonic())
        if not select.select([self.console], [], [], wait)[0]:
            return None
        return os.read(self.console, CHUNK)

    def write(self, data):
        """Type bytes; waits while the guest does not take them. False once QEMU is gone."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._qemu.stdin.fileno(), view):]
        except (BrokenPipeError, ValueError):
            return False
        return True

    def wait(self, deadline=None):
        """QEMU's exit status (as in subprocess), or None when the deadline passes first."""
        try:
            wait = None if deadline is None else max(0, deadline - time.monotonic())
            status = self._qemu.wait(wait)
        except subprocess.TimeoutExpired:
            return None
        if self._counter:
            self._counter.finish()
        return status


class Feeder:
    """Sends a host file descriptor's bytes to the guest, from start() to its end of file.

    encode   makes of each piece what travels
    end      is sent at the end of file
    """

    def __init__(self, session, source, encode, end):
        self._session, self._source, self._encode, self._end = session, source, encode, end
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def start(self):
        """Start once; later calls do nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def _feed(self):
        while True:
            try:
                data = os.read(self._source, 4096)
            except OSError:  # a closed descriptor has nothing to read
                data = b""
            if not self._session.write(self._encode(data) if data else self._end) or not data:
                return
