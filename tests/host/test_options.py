# SPDX-License-Identifier: MIT
"""What cannot be is a one-line error, before anything is built."""
import os
import subprocess
import sys
import unittest

CHBUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "chbuild")


def chbuild(*args):
    """(status, lines on standard error) of chbuild; nothing may come on standard output."""
    done = subprocess.run([sys.executable, CHBUILD, *args], capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, text=True)
    assert done.stdout == "", done.stdout
    return done.returncode, done.stderr.splitlines()


class Options(unittest.TestCase):
    """One wrong option a test."""

    def expect_error(self, words, status, *args):
        """These arguments end with this status and one line that has these words."""
        seen, lines = chbuild(*args)
        self.assertEqual((seen, len(lines)), (status, 1), lines)
        self.assertIn(words, lines[0])

    def test_raspi3_has_no_8_cpus(self):
        self.expect_error("raspi3 has 1 to 4 CPUs", 1, "qemu", "--plat", "raspi3", "--smp", "8")

    def test_virt_has_no_9_cpus(self):
        self.expect_error("virt has 1 to 8 CPUs", 1, "run", "--smp", "9", "--", "true")

    def test_zero_cpus(self):
        self.expect_error("1 to 8", 1, "qemu", "--smp", "0")

    def test_memory_that_is_no_size(self):
        self.expect_error("not a size", 1, "qemu", "--mem", "lots")

    def test_too_little_memory(self):
        self.expect_error("from 64M", 1, "qemu", "--mem", "1M")

    def test_raspi3_with_other_memory(self):
        self.expect_error("always has 1G", 1, "qemu", "--plat", "raspi3", "--mem", "512M")

    def test_raspi3_has_no_gic(self):
        self.expect_error("raspi3 has no GIC", 1, "qemu", "--plat", "raspi3", "--gic", "3")

    def test_gic_version_4(self):
        self.expect_error("version 2 or 3", 1, "qemu", "--gic", "4")

    def test_unknown_cpu(self):
        self.expect_error("unknown", 1, "qemu", "--cpu", "z80")

    def test_unknown_board(self):
        self.expect_error("invalid choice", 2, "qemu", "--plat", "amiga")

    def test_extra_folder_that_does_not_exist(self):
        self.expect_error("no such folder", 1, "qemu", "--extra", "/does/not/exist")

    def test_run_without_a_command(self):
        self.expect_error("no command", 2, "run")

    def test_run_with_a_timeout_of_zero(self):
        self.expect_error("above 0", 2, "run", "--timeout", "0", "--", "true")

    def test_unknown_ring(self):
        self.expect_error("no ring 'round'", 2, "test", "round")

    def test_unknown_command(self):
        self.expect_error("invalid choice", 2, "frobnicate")


if __name__ == "__main__":
    unittest.main()
