# SPDX-License-Identifier: MIT
"""The byte stream that one serial line carries during `chbuild run`, both ways, binary safe.

From the guest, byte 0x10 (DLE) is the escape:

    DLE 'o'        what follows is the program's standard output
    DLE 'e'        ... its standard error
    DLE 'l'        ... the log, which is also the initial state
    DLE 'x' d d d  the program's exit status, three ASCII digits
    DLE DLE        a literal 0x10

To the guest: bytes as they are, `DLE DLE` for a literal 0x10, `DLE 'z'` for the end of input.
The guest's first DLE says that its console server listens; nothing is sent before.
"""
DLE = 0x10
STREAMS = {ord("o"): "out", ord("e"): "err", ord("l"): "log"}
END_OF_INPUT = bytes([DLE, ord("z")])


def escape(data):
    """Standard input as it travels to the guest."""
    return data.replace(bytes([DLE]), bytes([DLE, DLE]))


class Demultiplexer:
    """Splits the guest's bytes; feed() takes them in pieces of any size.

    sinks   functions by stream name ("out", "err", "log"), each called with bytes
    ready   becomes true with the first escape
    status  the exit status, once the guest has told it
    """

    def __init__(self, sinks):
        self._sinks = sinks
        self._stream = "log"
        self._held = b""  # an escape that is not complete yet
        self.ready = False
        self.status = None

    def feed(self, data):
        """Pass on what the guest has sent."""
        data, self._held = self._held + data, b""
        at = 0
        while at < len(data):
            escape_at = data.find(DLE, at)
            if escape_at < 0:
                self._emit(data[at:])
                return
            self._emit(data[at:escape_at])
            self.ready = True
            length = self._escape_length(data, escape_at)
            if escape_at + length > len(data):
                self._held = data[escape_at:]
                return
            self._obey(data[escape_at + 1:escape_at + length])
            at = escape_at + length

    def _escape_length(self, data, at):
        return 5 if data[at + 1:at + 2] == b"x" else 2

    def _obey(self, code):
        if code[0] in STREAMS:
            self._stream = STREAMS[code[0]]
        elif code[0] == ord("x") and code[1:].isdigit():
            self.status = int(code[1:])
        elif code[0] == DLE:
            self._emit(bytes([DLE]))
        else:
            self._sinks["log"](b"\nchbuild: the guest sent the unknown escape %r\n" % code)

    def _emit(self, data):
        if data:
            self._sinks[self._stream](data)
