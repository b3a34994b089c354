# SPDX-License-Identifier: MIT
"""Configure and build one build folder with CMake and Ninja."""
import json

from common import BUILD, ROOT, run

STAMP = "chbuild-settings.json"


def cmake_build(name, settings, toolchain):
    """Build folder build/NAME with the cache settings given; return its path.

    CMake runs again by itself when a CMakeLists.txt or a globbed folder changes; here it runs only
    when the settings differ from those of the last time.
    """
    folder = BUILD / name
    wanted = dict(settings, toolchain=str(toolchain))
    stamp = folder / STAMP
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        stamp.unlink(missing_ok=True)
        run(["cmake", "-G", "Ninja", "-S", ROOT, "-B", folder, "--log-level=WARNING",
             f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"]
            + [f"-D{key}={value}" for key, value in sorted(settings.items())])
        stamp.write_text(json.dumps(wanted))
    run(["ninja", "-C", folder])
    return folder
