# SPDX-License-Identifier: MIT
"""build/sdk: a C compiler, a sysroot and what configure scripts, CMake and pkg-config want to know."""
import os
import shutil
from pathlib import Path

from common import BUILD, ROOT, Failure
from sdk.musl import ensure_musl
from sdk.parts import CROSS

TRIPLE = "aarch64-chcore-linux-musl"
PREFIXES = ("aarch64-chcore", TRIPLE)
TEMPLATE = Path(__file__).resolve().parent / "template"

# Tools that need no wrapper: links to the cross tools of the host.
TOOLS = ("addr2line", "ar", "as", "gcc-ar", "gcc-nm", "gcc-ranlib", "ld", "nm", "objcopy", "objdump",
         "ranlib", "readelf", "size", "strings", "strip")
# Wrappers: name, template, options that come first.
WRAPPERS = (("gcc", "gcc", ""), ("cc", "gcc", ""), ("cpp", "gcc", "-E "),
            ("pkg-config", "pkg-config", ""))

# (folder in the source tree, folder in usr/include) of the system's own headers.
HEADERS = (("libchcore/include/chcore", "chcore"), ("libchcore/include/proto", "proto"),
           ("kernel/user-include/uapi", "uapi"))

HOW_TO = """\
The SDK is in {sdk}

  ./configure     export PATH={bin}:$PATH
                  ./configure --host={triple} --disable-shared && make
  make            make CC={bin}/aarch64-chcore-gcc AR={bin}/aarch64-chcore-ar
  CMake           cmake -DCMAKE_TOOLCHAIN_FILE={sdk}/cmake/toolchain.cmake
  libraries       make DESTDIR={sdk}/sysroot prefix=/usr install; found by the compiler,
                  by CMake and by aarch64-chcore-pkg-config

Programs are static. To run one: put it into a folder DIR, then
  ./chbuild run --extra DIR -- /PROGRAM ARGUMENTS...
The folder can be moved or copied; it needs this machine's gcc-aarch64-linux-gnu.
"""


def put(path, content, executable=False):
    """Write a file if it does not have this content already: what is built on it stays up to date."""
    mode = 0o755 if executable else 0o644
    if path.is_symlink() or (path.exists() and path.read_bytes() != content):
        path.unlink()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if path.stat().st_mode & 0o777 != mode:
        path.chmod(mode)


def put_link(path, target):
    """Make `path` a symbolic link to `target`."""
    if not path.is_symlink() or os.readlink(path) != str(target):
        path.unlink(missing_ok=True)
        path.symlink_to(target)


def put_headers(source, target):
    """Copy the headers of a folder tree; remove from the target those that the source has no more."""
    wanted = {path.relative_to(source) for path in source.rglob("*.h")}
    for name in wanted:
        put(target / name, (source / name).read_bytes())
    if target.is_dir():
        for path in target.rglob("*.h"):
            if path.relative_to(target) not in wanted:
                path.unlink()


def put_tools(bin_dir):
    """The commands, under the short prefix and under the full triple."""
    bin_dir.mkdir(parents=True, exist_ok=True)
    for name, template, extra in WRAPPERS:
        text = (TEMPLATE / template).read_text(encoding="utf-8")
        text = text.replace("@TRIPLE@", TRIPLE).replace("@EXTRA@", extra)
        put(bin_dir / f"{PREFIXES[0]}-{name}", text.encode(), executable=True)
    for name in TOOLS:
        tool = shutil.which(CROSS + name)
        if tool is None:
            raise Failure(f"{CROSS}{name} is not installed; './chbuild deps' installs what is missing")
        put_link(bin_dir / f"{PREFIXES[0]}-{name}", tool)
    for name in [wrapper[0] for wrapper in WRAPPERS] + list(TOOLS):
        put_link(bin_dir / f"{PREFIXES[1]}-{name}", f"{PREFIXES[0]}-{name}")


def put_sysroot(usr, archive):
    """Headers and archives of musl and of libchcore."""
    musl = ensure_musl() / "usr"
    for path in sorted(musl.rglob("*")):
        if path.is_file():
            put(usr / path.relative_to(musl), path.read_bytes())
    for source, name in HEADERS:
        put_headers(ROOT / source, usr / "include" / name)
    put(usr / "lib" / "libchcore.a", Path(archive).read_bytes())
    put(usr / "lib" / "pkgconfig" / "chcore.pc", (TEMPLATE / "chcore.pc").read_bytes())


def build_sdk(build_dir, libchcore_archive):
    """Make or bring up to date the SDK in the folder `build_dir` (such as build/sdk); returns it.

    Files that have not changed are left alone, so what was built with the SDK stays up to date.
    What the user has installed in the sysroot stays too.
    """
    sdk = Path(build_dir)
    put_sysroot(sdk / "sysroot" / "usr", libchcore_archive)
    put(sdk / "lib" / "chcore.specs", (TEMPLATE / "chcore.specs").read_bytes())
    for name in ("toolchain.cmake", "static-only.cmake"):
        put(sdk / "cmake" / name, (TEMPLATE / name).read_bytes())
    put_tools(sdk / "bin")
    return sdk


def print_how_to(sdk=BUILD / "sdk"):
    """Say how the SDK is used."""
    for line in HOW_TO.format(sdk=sdk, bin=sdk / "bin", triple=TRIPLE).splitlines():
        print(line)
