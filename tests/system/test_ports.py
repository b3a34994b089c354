# SPDX-License-Identifier: MIT
"""Strangers' programs, unmodified and built with the SDK, in the system: Lua 5.4 and zlib."""
import functools
import gzip
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

from build.user import SDK, build_servers
from common import ROOT
from qemu.console import ring_options
from sdk.ports import build_ports
from sdk.sdk import build_sdk

SCRIPTS = ROOT / "tests" / "system" / "lua"
TIMEOUT_S = 240


@functools.cache
def ports():
    """{name: folder}, built with the SDK."""
    return build_ports(build_sdk(SDK, build_servers() / "libchcore.a"))


class Ports(unittest.TestCase):
    """One program a test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.extra = Path(folder.name)

    def run_with_extra(self, *command, stdin=b""):
        """(status, standard output) of a command in the guest."""
        argv = [sys.executable, str(ROOT / "chbuild"), "run", "--timeout", str(TIMEOUT_S),
                *ring_options(), "--extra", str(self.extra), "--", *command]
        done = subprocess.run(argv, input=stdin, stdout=subprocess.PIPE, check=False)
        return done.returncode, done.stdout

    def take(self, port, program):
        """Put a program into the guest's /bin."""
        (self.extra / "bin").mkdir(exist_ok=True)
        shutil.copy(ports()[port] / "bin" / program, self.extra / "bin")

    def test_lua_prints_over_many_files_what_it_prints_on_linux(self):
        self.take("lua", "lua")
        shutil.copytree(SCRIPTS, self.extra / "scripts")
        status, out = self.run_with_extra("lua", "/scripts/main.lua", "/scripts", "/tmp")
        self.assertEqual(out.decode(), (SCRIPTS / "main.out").read_text(encoding="utf-8"))
        self.assertEqual(status, 7)

    def test_zlib_example_finds_all_well(self):
        self.take("zlib", "example")
        status, out = self.run_with_extra("example", "/tmp/foo.gz")
        self.assertEqual(status, 0)
        self.assertIn(b"large_inflate(): OK\n", out)
        self.assertIn(b"inflate with dictionary: hello, hello!\n", out)

    def test_minigzip_output_is_read_by_the_host_and_the_reverse(self):
        self.take("zlib", "minigzip")
        data = bytes(i * i >> 7 & 0xff for i in range(150000))
        status, packed = self.run_with_extra("minigzip", stdin=data)
        self.assertEqual(status, 0)
        self.assertTrue(zlib.decompress(packed, 31) == data)
        status, out = self.run_with_extra("minigzip", "-d", stdin=gzip.compress(data))
        self.assertEqual(status, 0)
        self.assertTrue(out == data)
