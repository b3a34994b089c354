#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shell and the tools of user/, built for the host under ASan and UBSan and tried out.

usage: run.py [PART]     only tests whose name contains PART; exit status 1 if one fails
"""
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import build
import check
import cases_hostile
import cases_shell
import cases_terminal
import cases_tools


def main():
    # A caller in the background (`command &`) ignores these; what we start must not inherit that.
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    try:
        build.build_all()
    except subprocess.CalledProcessError:
        print("not ok shell_and_tools_build: see above")
        return 1
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    for module in (cases_shell, cases_hostile, cases_terminal, cases_tools):
        check.run_module(module, pattern)
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())
