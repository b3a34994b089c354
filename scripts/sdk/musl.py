# SPDX-License-Identifier: MIT
"""musl, built from its pinned source with our files laid over its architecture seam."""
import re
import shutil
import subprocess

from common import ROOT, Failure, say
from sdk.fetch import PINS, unpack
from sdk.parts import CROSS, JOBS, cached, compiler_version, environment, key_of, step

SEAM = ROOT / "libchcore" / "musl"
SPAWN_H = ROOT / "libchcore" / "include" / "chcore" / "spawn.h"  # what posix_spawn.c includes

CONFIGURE = ["--target=aarch64-linux-gnu", "--disable-shared", "--prefix=/usr"]

# Frame pointers for the backtrace of a fault; the raspi3 has A53 cores; no code that asks the
# system for atomics (musl's own are enough).
CFLAGS = ("-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -mno-outline-atomics "
          "-mfix-cortex-a53-835769")


def seam_files():
    """(our file, its path in musl's tree), sorted."""
    for top in ("arch", "src"):
        for path in sorted((SEAM / top).rglob("*")):
            if path.suffix in (".c", ".h", ".s"):
                yield path, str(path.relative_to(SEAM))
    yield SPAWN_H, "src/internal/chcore/spawn.h"


def lay_over(tree):
    """Put our files over musl's; each must replace one, but for the header that musl cannot have."""
    for source, name in seam_files():
        target = tree / name
        if source != SPAWN_H and not target.exists():
            raise Failure(f"libchcore/musl/{name} replaces nothing in this musl")
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)


def check_no_svc(archive):
    """Failure if a system call instruction is left in the archive."""
    text = subprocess.run([CROSS + "objdump", "-d", archive], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    member = "?"
    for line in text.splitlines():
        if line.endswith("file format elf64-littleaarch64"):
            member = line.split(":")[0]
        elif re.search(r"\tsvc\t", line):
            raise Failure(f"{archive.name}({member}) has a system call of its own: {line.strip()}")


def make_musl(work, out):
    """Build musl in `work` and install its headers and archives in `out`/usr."""
    log = work / "log"
    env = environment(CFLAGS=CFLAGS)
    tree = unpack("musl", work)
    lay_over(tree)
    say("building musl, half a minute")
    step(["./configure"] + CONFIGURE, tree, env, log)
    step(["make", "-s", JOBS], tree, env, log)
    step(["make", "-s", f"DESTDIR={out}", "install-libs", "install-headers"], tree, env, log)
    check_no_svc(out / "usr" / "lib" / "libc.a")


def ensure_musl():
    """The folder that holds usr/include and usr/lib of musl, built at the first call."""
    key = key_of(PINS["musl"].sha256, compiler_version(), CFLAGS, *CONFIGURE,
                 *(part for source, name in seam_files() for part in (name, source)))
    return cached("musl", key, make_musl)
