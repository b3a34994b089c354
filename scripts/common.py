# SPDX-License-Identifier: MIT
"""What every subcommand needs: paths, words to the user, running commands, one way to fail."""
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
BOARDS = ("virt", "raspi3")


class Failure(Exception):
    """A one-line reason to stop, for the user; `status` becomes chbuild's exit status."""

    def __init__(self, message, status=1):
        super().__init__(message)
        self.status = status


def say(message):
    """A line from chbuild itself. Standard output belongs to the programs that it runs."""
    print(f"chbuild: {message}", file=sys.stderr, flush=True)


def show(argv):
    """Print a command as it could be typed."""
    print("+ " + " ".join(shlex.quote(str(arg)) for arg in argv), file=sys.stderr, flush=True)


def run(argv, **options):
    """Print and run a command, its output on our standard error; Failure if it fails."""
    show(argv)
    options.setdefault("stdout", sys.stderr)
    try:
        done = subprocess.run([str(arg) for arg in argv], check=False, **options)
    except FileNotFoundError:
        raise Failure(f"{argv[0]} is not installed; './chbuild deps' installs what is missing")
    if done.returncode != 0:
        raise Failure(f"{os.path.basename(str(argv[0]))} failed with status {done.returncode}")
    return done


def cache_dir():
    """Where downloads and built third-party parts are kept, outside of the tree."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "chcore-os"
