# SPDX-License-Identifier: MIT
"""chbuild gdb: the commands of scripts/gdb/chcore.py on a system that is stopped."""
import re
import shutil
import subprocess
import sys
import unittest

from common import ROOT
from qemu.console import ring_options

TIMEOUT_S = 240


@unittest.skipUnless(shutil.which("gdb-multiarch"), "no gdb-multiarch")
class Gdb(unittest.TestCase):
    """One place to stop at a test."""

    def stopped_at(self, place, *commands):
        """What the gdb commands print once the breakpoint is reached, each under a line `@`."""
        argv = [sys.executable, str(ROOT / "chbuild"), "gdb", *ring_options(), "--", "-batch",
                "-ex", "hbreak " + place, "-ex", "continue"]
        for command in commands:
            argv += ["-ex", "echo @\\n", "-ex", command]
        argv += ["-ex", "echo @\\n"]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
        parts = done.stdout.split("@\n")[1:-1]
        self.assertEqual(len(parts), len(commands), done.stdout)
        return parts

    def test_objects_of_the_shell_at_its_prompt(self):
        groups, caps, regions, queues = self.stopped_at(
            'sys_wait if $_streq(thread->group->name, "sh")',
            "groups", "caps", "regions sh", "runq")
        names = {line.split()[1] for line in groups.splitlines()[1:]}
        self.assertLessEqual({"procmgr", "tmpfs", "fsm", "init", "sh"}, names)
        self.assertRegex(caps, r"(?m)^capabilities of sh \(\d+\)$")
        for descriptor in range(3):
            self.assertRegex(caps, rf"(?m)^ +{descriptor} +0x[0-9a-f]+ token ")
        self.assertRegex(caps, r"connection .* server \d+ \(procmgr\)")
        self.assertRegex(regions, r"(?m)^ +[0-9a-f]+ +[0-9a-f]+ r-x ")
        self.assertIn(" stack", regions)
        self.assertRegex(queues, r"(?m)^CPU \d+: runs .* of sh ")

    def test_a_call_is_shown_below_its_caller(self):
        threads, = self.stopped_at("sys_cap_group_create if thread->ipc.caller != 0", "threads init")
        lines = threads.splitlines()
        self.assertEqual(len(lines), 3, threads)
        self.assertRegex(lines[1], r"init +calling ")
        self.assertTrue(re.search(r"> .* procmgr +running +\d+ +\*\d", lines[2]), lines[2])
