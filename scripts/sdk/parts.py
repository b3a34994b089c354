# SPDX-License-Identifier: MIT
"""Third-party parts, built once and kept outside of the tree under a name made of all they depend on."""
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from common import Failure, cache_dir, say, show
from sdk.fetch import sha256_of

CROSS = "aarch64-linux-gnu-"
JOBS = "-j2"
UNUSED_S = 14 * 24 * 3600  # a part that nobody asked for so long is removed

# What the user's environment must not change in a third-party build.
UNSET = ("AR", "CC", "CFLAGS", "CONFIG_SITE", "CPP", "CPPFLAGS", "CROSS_COMPILE", "CXX", "CXXFLAGS",
         "LD", "LDFLAGS", "LD_LIBRARY_PATH", "LIBRARY_PATH", "LIBS", "MAKEFLAGS", "CPATH",
         "C_INCLUDE_PATH", "GCC_EXEC_PREFIX", "PKG_CONFIG_PATH")


def environment(**extra):
    """The environment for a third-party build."""
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    env.update(LC_ALL="C", SOURCE_DATE_EPOCH="1", **extra)
    return env


def compiler_version():
    """The cross compiler's words about itself, version and package."""
    try:
        text = subprocess.run([CROSS + "gcc", "--version"], check=True, stdout=subprocess.PIPE,
                              text=True).stdout
    except FileNotFoundError:
        raise Failure(f"{CROSS}gcc is not installed; './chbuild deps' installs what is missing")
    return text.splitlines()[0]


def key_of(*ingredients):
    """A short name made of strings and of files' contents."""
    digest = hashlib.sha256()
    for item in ingredients:
        text = f"{item.name} {sha256_of(item)}" if isinstance(item, Path) else str(item)
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def locked(name):
    """Hold a lock of the cache: two chbuilds at a time build a part once."""
    folder = cache_dir() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def cached(name, key, make):
    """The folder of the part `name` with `key`; make(work, out) builds it if it is not there.

    `work` is scratch, `out` becomes the folder. Both are on the cache's file system, and a part
    appears under its name only when it is whole. Other keys of the name stay for a while: clones
    of different age share the cache.
    """
    folder = cache_dir() / "parts" / f"{name}-{key}"
    if folder.exists():
        os.utime(folder)
        return folder
    with locked(folder.name):
        if folder.exists():
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
        try:
            work, out = scratch / "work", scratch / "out"
            work.mkdir()
            out.mkdir()
            make(work, out)
            out.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        for other in folder.parent.glob(f"{name}-*"):
            if other.stat().st_mtime < time.time() - UNUSED_S:
                shutil.rmtree(other, ignore_errors=True)
    return folder


def step(argv, cwd, env, log):
    """Run one command of a third-party build, its output into the file `log`; its end is shown on failure."""
    show(argv)
    with open(log, "ab") as out:
        try:
            status = subprocess.run([str(arg) for arg in argv], cwd=cwd, env=env, check=False,
                                    stdin=subprocess.DEVNULL, stdout=out, stderr=out).returncode
        except FileNotFoundError:
            raise Failure(f"{argv[0]} is not installed; './chbuild deps' installs what is missing")
    if status != 0:
        lines = Path(log).read_text(errors="replace").splitlines()
        for line in lines[-20:]:
            say(line)
        raise Failure(f"{os.path.basename(str(argv[0]))} failed with status {status}")
