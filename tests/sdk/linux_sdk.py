# SPDX-License-Identifier: MIT
"""An SDK whose programs run under Linux: its libchcore.a is linux_door.S and linux_spawn.c."""
import subprocess
from pathlib import Path

from sdk.sdk import build_sdk

HERE = Path(__file__).resolve().parent


def build_linux_sdk(folder):
    """Make the SDK in `folder`; returns its compiler."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "libchcore.a"
    if not archive.exists():
        archive.write_bytes(b"!<arch>\n")  # nothing yet: its compiler must be there first
    sdk = build_sdk(folder / "sdk", archive)
    compiler = sdk / "bin" / "aarch64-chcore-gcc"
    objects = []
    for source in ("linux_door.S", "linux_spawn.c"):
        objects.append(folder / (source + ".o"))
        subprocess.run([compiler, "-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", "-c",
                        HERE / source, "-o", objects[-1]], check=True)
    archive.unlink()
    subprocess.run([sdk / "bin" / "aarch64-chcore-ar", "rcsD", archive] + objects, check=True)
    build_sdk(folder / "sdk", archive)
    return compiler
