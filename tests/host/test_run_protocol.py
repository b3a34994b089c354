# SPDX-License-Identifier: MIT
"""chbuild run's side of the console protocol, against a stand-in for QEMU."""
import os
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, "..", "..", "scripts")
DRIVER = """
import sys
sys.path.insert(0, sys.argv[1])
from common import Failure, say
from qemu.run import run_command
try:
    sys.exit(run_command([sys.executable, sys.argv[2], sys.argv[3]], timeout=float(sys.argv[4])))
except Failure as failure:
    say(failure)
    sys.exit(failure.status)
"""


def run(scenario, data=b"", timeout=20):
    """Run a scenario of fake_guest.py; returns status, standard output, standard error."""
    done = subprocess.run([sys.executable, "-c", DRIVER, SCRIPTS,
                           os.path.join(HERE, "fake_guest.py"), scenario, str(timeout)],
                          input=data, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


class RunProtocol(unittest.TestCase):
    """One behaviour a test."""

    def test_streams_are_told_apart_and_stdout_is_exact(self):
        status, out, err = run("streams")
        self.assertEqual((status, out), (42, b"A\x10\r\nBC"))
        self.assertIn("log\nerrmore\n", err)

    def test_stdin_of_all_byte_values_arrives_unchanged(self):
        data = bytes(range(256)) * 300
        status, out, _ = run("echo", data)
        self.assertEqual(status, 0)
        self.assertTrue(out == data, "the bytes that came back differ")

    def test_empty_stdin_is_end_of_file(self):
        self.assertEqual(run("echo")[:2], (0, b""))

    def test_a_guest_that_reads_nothing_does_not_stop_us(self):
        self.assertEqual(run("deaf", b"x" * 1000000)[:2], (3, b""))

    def test_a_panic_is_125_and_says_so(self):
        status, out, err = run("panic")
        self.assertEqual((status, out), (125, b"partial"))
        self.assertIn("kernel panic: for the test\nchbuild: the kernel panicked", err)

    def test_a_time_out_is_124(self):
        start = time.monotonic()
        status, out, err = run("hang", timeout=0.5)
        self.assertEqual((status, out), (124, b"started"))
        self.assertIn("timed out after 0.5 s", err)
        self.assertLess(time.monotonic() - start, 10)

    def test_power_off_without_status_is_125(self):
        status, _, err = run("silent_off")
        self.assertEqual(status, 125)
        self.assertIn("without telling", err)

    def test_qemu_that_refuses_is_125_with_its_own_words(self):
        status, _, err = run("refuse")
        self.assertEqual(status, 125)
        self.assertIn("qemu: bad option", err)
        self.assertIn("QEMU ended with status 1", err)


if __name__ == "__main__":
    unittest.main()
