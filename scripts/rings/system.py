# SPDX-License-Identifier: MIT
"""Ring system: tests/system/test_*.py, unittest modules that boot the system and drive it."""
import os
import subprocess
import sys

from common import ROOT
from qemu.console import OPTIONS
from rings.configurations import SYSTEM_RING, chosen
from rings.results import read_results

FOLDER = ROOT / "tests" / "system"
TIMEOUT_S = 900


def run_system_ring(report, plat, pattern):
    """Run the modules on each configuration of the board (None: of all)."""
    for configuration, machine in chosen(SYSTEM_RING, plat).items():
        for module in sorted(FOLDER.glob("test_*.py")):
            report.heading(f"system: {module.name} on {configuration} ({machine.options()})")
            _run(report, configuration, machine, module, pattern)


def _run(report, configuration, machine, module, pattern):
    again = f"./chbuild test system --plat {machine.plat} --filter {{}}"
    argv = [sys.executable, str(ROOT / "scripts" / "rings" / "unit.py"), str(module), pattern]
    environment = dict(os.environ, **{OPTIONS: machine.options()})
    try:
        done = subprocess.run(argv, env=environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, timeout=TIMEOUT_S)
        text, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as error:
        text, status = (error.stdout or b"").decode(errors="replace"), None
    failed = read_results(text, report, again, f" [{configuration}]")
    if status is None or (status != 0 and not failed):
        seen = f"still running after {TIMEOUT_S} s" if status is None else f"status {status}"
        report.fail(f"{module.stem} as a whole [{configuration}]",
                    "\n".join([f"expected an end with status 0, seen: {seen}"]
                              + text.splitlines()[-40:]),
                    f"./chbuild test system --plat {machine.plat}   # {module.name}")
