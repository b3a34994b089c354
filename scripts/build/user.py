# SPDX-License-Identifier: MIT
"""Build what runs at EL0: libchcore and the servers, then, with the SDK, the musl programs."""
from build.cmake import cmake_build
from build.kernel import TOOLCHAIN
from common import ROOT


def build_user(tests=False):
    """Build the user side; return what to install, as (guest folder, host folder) pairs.

    tests   also install the programs of tests/user, as /tests
    """
    installed = []
    if (ROOT / "libchcore").is_dir() and (ROOT / "servers").is_dir():
        servers = cmake_build("servers", {"CHCORE_PART": "servers"}, TOOLCHAIN)
        installed.append(("sbin", servers / "sbin"))
    return installed
