# SPDX-License-Identifier: MIT
"""Build everything that a boot needs: the board's kernel and a ramdisk."""
import contextlib
import os

from build.kernel import build_kernel
from build.ramdisk import build_ramdisk
from build.user import build_user
from common import BUILD


@contextlib.contextmanager
def built_system(plat, debug=False, extra=None, command=None, tests=False,
                 window=None):
    """Build, and give (kernel folder, ramdisk path) for as long as the caller needs them.

    debug     the kernel with its internal checks
    extra     host folder laid over the root of the ramdisk
    command   argument vector (bytes) that init runs instead of a shell
    tests     install the programs of tests/user as /tests
    window    (columns, rows) of the terminal at the console, or None
    """
    kernel = build_kernel(plat, debug=debug)
    installed = build_user(tests=tests)
    ramdisk = BUILD / "ramdisk" / f"{os.getpid()}.cpio"
    try:
        yield kernel, build_ramdisk(ramdisk, installed, extra, command, window)
    finally:
        ramdisk.unlink(missing_ok=True)
