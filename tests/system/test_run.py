# SPDX-License-Identifier: MIT
"""chbuild run: exact output, exact arguments, exact status."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

from common import ROOT
from qemu.console import ring_options

TIMEOUT_S = 120
ALL_BYTES = bytes(range(256))


def run(*command, options=(), stdin=b""):
    """(status, standard output, standard error) of a command in the guest."""
    argv = [sys.executable, str(ROOT / "chbuild"), "run", "--timeout", str(TIMEOUT_S),
            *ring_options(), *options, "--", *command]
    done = subprocess.run(argv, input=stdin, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


class Run(unittest.TestCase):
    """One behaviour a test."""

    def test_status_is_the_commands(self):
        for status in (0, 1, 42, 255):
            with self.subTest(status=status):
                self.assertEqual(run("sh", "-c", f"exit {status}")[0], status)

    def test_a_missing_program_is_127(self):
        status, out, err = run("no-such-program")
        self.assertEqual((status, out), (127, b""))
        self.assertIn("no-such-program", err)

    def test_a_file_that_cannot_be_executed_is_126(self):
        self.assertEqual(run("/etc/motd")[0], 126)

    def test_death_by_a_signal_is_128_and_its_number(self):
        self.assertEqual(run("sh", "-c", "kill -9 $$")[0], 137)

    def test_a_time_out_is_124(self):
        status, _, err = run("sleep", "1000", options=("--timeout", "5"))
        self.assertEqual(status, 124)
        self.assertIn("timed out", err)

    def test_stdout_and_stderr_stay_apart(self):
        status, out, err = run("sh", "-c", "echo to stdout; echo to stderr >&2")
        self.assertEqual((status, out), (0, b"to stdout\n"))
        self.assertIn("to stderr\n", err)
        self.assertNotIn("to stdout", err)

    def test_stdin_and_stdout_carry_every_byte_value(self):
        data = ALL_BYTES * 256
        status, out, _ = run("cat", stdin=data)
        self.assertEqual((status, len(out)), (0, len(data)))
        self.assertTrue(out == data, "the bytes that came back differ")

    def test_empty_stdin_is_end_of_file(self):
        self.assertEqual(run("cat")[:2], (0, b""))

    def test_stdin_that_nobody_reads_does_no_harm(self):
        self.assertEqual(run("true", stdin=b"x" * 300000)[:2], (0, b""))

    def test_arguments_arrive_as_given(self):
        script = 'for arg; do echo "<$arg>"; done'
        words = ["", "a b", "'", '"', "$HOME", "*", "\\", "tab\there", "-- ", "é"]
        status, out, _ = run("sh", "-c", script, "sh", *words)
        self.assertEqual(status, 0)
        self.assertEqual(out.decode(), "".join(f"<{word}>\n" for word in words))

    def test_extra_is_laid_over_the_root(self):
        with tempfile.TemporaryDirectory() as extra:
            os.makedirs(os.path.join(extra, "data", "empty"))
            with open(os.path.join(extra, "data", "bytes"), "wb") as file:
                file.write(ALL_BYTES * 40)
            os.symlink("bytes", os.path.join(extra, "data", "link"))
            status, out, _ = run("cat", "/data/link", options=("--extra", extra))
            self.assertEqual((status, out), (0, ALL_BYTES * 40))
            status, out, _ = run("ls", "/data", options=("--extra", extra))
            self.assertEqual((status, out.split()), (0, [b"bytes", b"empty", b"link"]))

    def test_two_icount_runs_count_the_same(self):
        counts = []
        for _ in range(2):
            status, _, err = run("ls", "/bin", options=("--icount", "--smp", "1"))
            self.assertEqual(status, 0)
            counts.append(re.findall(r"(\d+) guest instructions", err))
        self.assertEqual(len(counts[0]), 1)
        self.assertEqual(counts[0], counts[1])


if __name__ == "__main__":
    unittest.main()
