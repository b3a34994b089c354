# SPDX-License-Identifier: MIT
"""Build what runs at EL0: libchcore and the servers, then, with the SDK, the musl programs."""
from build.cmake import cmake_build
from build.kernel import TOOLCHAIN
from common import ROOT


def build_user(tests=False):
    """Build the user side; return what to install, as {guest path: host path}.

    tests   also install the programs of tests/user, as /tests
    """
    installed = {}
    if (ROOT / "libchcore" / "include").is_dir():
        installed.update(_installed(cmake_build("servers", {"CHCORE_PART": "servers"}, TOOLCHAIN)))
    return {guest: host for guest, host in installed.items()
            if tests or not guest.startswith("tests/")}


def _installed(folder):
    names = (folder / "installed.txt").read_text(encoding="utf-8").splitlines()
    return {name: folder / name for name in names}
