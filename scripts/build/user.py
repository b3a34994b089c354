# SPDX-License-Identifier: MIT
"""Build what runs at EL0: libchcore and the servers, then, with the SDK, the musl programs."""
from build.cmake import cmake_build
from build.kernel import TOOLCHAIN
from common import BUILD, ROOT
from sdk.sdk import build_sdk

SDK = BUILD / "sdk"


def build_user(tests=False):
    """Build the user side; return what to install, as {guest path: host path}.

    tests   also install the programs of tests/user, as /tests
    """
    servers = build_servers()
    if not (ROOT / "libchcore" / "posix" / "door.c").is_file():
        return _installed(servers)
    sdk = build_sdk(SDK, servers / "libchcore.a")
    programs = cmake_build("programs", {"CHCORE_PART": "programs"},
                           sdk / "cmake" / "toolchain.cmake")
    installed = {**_installed(servers), **_installed(programs)}
    return {guest: host for guest, host in installed.items()
            if tests or not guest.startswith("tests/")}


def build_servers():
    """Build libchcore and the servers; return the build folder."""
    return cmake_build("servers", {"CHCORE_PART": "servers"}, TOOLCHAIN)


def _installed(folder):
    names = (folder / "installed.txt").read_text(encoding="utf-8").splitlines()
    return {name: folder / name for name in names}
