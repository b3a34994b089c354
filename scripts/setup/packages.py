# SPDX-License-Identifier: MIT
"""Install the Debian or Ubuntu packages that are missing, or say how."""
import os
import re
import shutil
import subprocess
import sys

from common import Failure, run, say
from setup.tools import missing_tools

INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
UPDATE = ["apt-get", "update"]


def ensure_tools(use=None, assume_yes=False):
    """Install what is missing for one use ("build", "test", "gdb") or for all.

    Asks first on a terminal, unless assume_yes or CI is set. Failure if it cannot be done from
    here; its message has the command for root.
    """
    packages = sorted({tool.package for tool in missing_tools(use)})
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise Failure("missing: " + ", ".join(tool.name for tool in missing_tools(use))
                      + "; install them with this system's package manager")
    ask = sys.stdin.isatty() and not assume_yes and not os.environ.get("CI")
    count, size = _size_of(packages)
    say(f"missing: {' '.join(packages)}")
    if count is not None:
        say(f"{count} packages to install, {size / 1e6:.0f} MB to download")
    root = _root_prefix(ask)
    if root is None:
        raise Failure("neither root nor sudo here; as root, run:\n"
                      f"    apt-get update && {' '.join(INSTALL[:4] + packages)}")
    if count is None:
        if ask:
            _confirm("the package lists must be fetched first (apt-get update)")
        run(root + UPDATE)
        count, size = _size_of(packages)
        if count is None:
            raise Failure(f"apt-get does not know all of these packages: {' '.join(packages)}")
        say(f"{count} packages to install, {size / 1e6:.0f} MB to download")
    if ask:
        _confirm("install them")
    _install(root, packages)
    still = [tool.name for tool in missing_tools(use)]
    if still:
        raise Failure(f"installed, but still not found: {', '.join(still)}")


def _install(root, packages):
    command = root + ["env", "DEBIAN_FRONTEND=noninteractive"] + INSTALL + packages
    try:
        run(command)
    except Failure:
        say("trying once more with fresh package lists")
        run(root + UPDATE)
        run(command)


def _size_of(packages):
    """(packages, bytes to download) with all that they depend on; (None, None) if lists lack."""
    done = subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "--print-uris",
                           "-o", "Debug::NoLocking=1"] + packages, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=dict(os.environ, LC_ALL="C"))
    if done.returncode != 0:
        return None, None
    fetched = re.findall(r"^'[^']*' \S+ (\d+)", done.stdout, re.M)
    total = re.search(r"(\d+) newly installed", done.stdout)
    return int(total[1]) if total else len(fetched), sum(map(int, fetched))


def _root_prefix(may_ask_password):
    """What to put before a command that needs root; None if there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if may_ask_password:
        return ["sudo"]
    quiet = subprocess.run(["sudo", "-n", "true"], check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    return ["sudo", "-n"] if quiet.returncode == 0 else None


def _confirm(question):
    sys.stderr.write(f"chbuild: {question}? [Y/n] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("", "y", "yes"):
        raise Failure("stopped; nothing was installed")
