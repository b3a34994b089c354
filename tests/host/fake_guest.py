# SPDX-License-Identifier: MIT
"""Stands in for QEMU in test_run_protocol.py: speaks the guest's side of `chbuild run`.

usage: fake_guest.py SCENARIO [QEMU arguments, ignored]
"""
import os
import sys
import time


def send(data):
    """Write all of it to the console."""
    while data:
        data = data[os.write(1, data):]


def received_input():
    """Standard input as the guest's console server decodes it, up to the end-of-file escape."""
    data, held = b"", b""
    while True:
        held += os.read(0, 4096)
        while len(held) >= (2 if held[:1] == b"\x10" else 1):
            if held[:2] == b"\x10z":
                return data
            data += held[:1]
            held = held[2:] if held[:1] == b"\x10" else held[1:]


def echo():
    """Log, then standard input on standard output, then status 0."""
    send(b"boot\r\n\x10l")
    send(b"\x10o" + received_input().replace(b"\x10", b"\x10\x10") + b"\x10l\x10x000")
    return 0


def streams():
    """All streams, cut into single bytes, status 42."""
    for byte in b"log\r\n\x10oA\x10\x10\r\nB\x10eerr\x10lmore\x10oC\x10l\x10x042":
        send(bytes([byte]))
    return 0


def panic():
    """A panic in the middle of the program's output."""
    send(b"\x10opartial\x10l\rkernel panic: for the test\r\n")
    return 97


def hang():
    """Never ends."""
    send(b"\x10ostarted\x10l")
    time.sleep(60)
    return 0


def deaf():
    """Says it is ready, reads nothing, ends with status 3."""
    send(b"\x10l\x10x003")
    return 0


def silent_off():
    """Powers off without a status."""
    send(b"booting\r\n")
    return 0


def refuse():
    """What QEMU does with a bad option."""
    print("qemu: bad option", file=sys.stderr)
    return 1


sys.exit(globals()[sys.argv[1]]())
