# SPDX-License-Identifier: MIT
"""Programs of strangers, built with the SDK: Lua 5.4 and zlib, unmodified, by their own makefiles."""
import shutil
from pathlib import Path

from common import say
from sdk.fetch import PINS, unpack
from sdk.parts import JOBS, cached, compiler_version, environment, key_of, step


def make_lua(sdk, work, out):
    """bin/lua and bin/luac, by Lua's own makefile for a POSIX system; settings on its command line."""
    tree, log = unpack("lua", work), work / "log"
    tool = f"{sdk}/bin/aarch64-chcore-"
    make = ["make", "-s", JOBS, f"CC={tool}gcc -std=gnu99", f"AR={tool}ar rcu", f"RANLIB={tool}ranlib"]
    say("building Lua")
    step(make + ["posix"], tree, environment(), log)
    step(["make", "-s", f"INSTALL_TOP={out}/usr", "install"], tree, environment(), log)
    shutil.rmtree(out / "usr" / "man")
    move_programs(sdk, out / "usr" / "bin", out / "bin", work)


def make_zlib(sdk, work, out):
    """bin/example and bin/minigzip, zlib's own test programs, and the library; by its own configure."""
    tree, log = unpack("zlib", work), work / "log"
    env = environment(CHOST="aarch64-chcore-linux-musl", PATH=f"{sdk}/bin:/usr/bin:/bin")
    say("building zlib")
    step(["./configure", "--static", "--prefix=/usr"], tree, env, log)
    step(["make", "-s", JOBS, "static"], tree, env, log)
    step(["make", "-s", f"DESTDIR={out}", "install"], tree, env, log)
    shutil.rmtree(out / "usr" / "share")
    programs = work / "programs"
    programs.mkdir()
    for name in ("example", "minigzip"):
        shutil.copy(tree / name, programs)
    move_programs(sdk, programs, out / "bin", work)


def move_programs(sdk, source, target, work):
    """Move programs into the guest's /bin, without their debug sections."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        step([f"{sdk}/bin/aarch64-chcore-strip", "--strip-debug", "-o", target / path.name, path],
             work, environment(), work / "log")
        path.unlink()
    source.rmdir()


PORTS = {"lua": make_lua, "zlib": make_zlib}


def build_ports(sdk, names=tuple(PORTS)):
    """Build ports with the SDK in the folder `sdk`; {name: folder to lay over the ramdisk's root}.

    Kept in the cache under a name made of the source, our recipe and all that is linked in.
    """
    sdk = Path(sdk).resolve()
    usr = sdk / "sysroot" / "usr"
    inside = [sdk / "lib" / "chcore.specs", usr / "lib" / "libc.a", usr / "lib" / "libchcore.a",
              Path(__file__)]
    folders = {}
    for name in names:
        key = key_of(PINS[name].sha256, compiler_version(), *inside)
        folders[name] = cached(name, key, lambda work, out, name=name: PORTS[name](sdk, work, out))
    return folders
