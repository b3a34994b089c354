# SPDX-License-Identifier: MIT
"""Build what user/ holds for the host, with Ninja, into build/host/shell/bin."""
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OUTPUT = ROOT / "build" / "host" / "shell"
BIN = OUTPUT / "bin"
NEEDS_SYSTEM = r"<(chcore/|lib/system|lib/processes)"
FLAGS = ("-std=gnu17 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined "
         "-fno-sanitize-recover=all -Wall -Wextra -Wmissing-prototypes -Wshadow -Wvla "
         "-Wundef -Iuser")


def host_programs():
    """{name: sources} of the programs that need nothing but POSIX."""
    programs = {"shell": sorted((ROOT / "user" / "shell").glob("*.c"))}
    for source in sorted((ROOT / "user" / "tools").glob("*.c")):
        if source.name != "links.c" and not re.search(NEEDS_SYSTEM, source.read_text()):
            programs[source.stem] = [source]
    return programs


def build_all():
    lib = sorted((ROOT / "user" / "lib").glob("*.c"))
    lines = ["builddir = build/host/shell",
             "rule cc", f"  command = gcc {FLAGS} -MMD -MF $out.d -c $in -o $out",
             "  depfile = $out.d", "  deps = gcc",
             "rule link", "  command = gcc -fsanitize=address,undefined $in -o $out"]
    objects_of = {}
    programs = host_programs()
    for source in {path for sources in [*programs.values(), lib] for path in sources}:
        name = source.relative_to(ROOT).as_posix()
        objects_of[source] = f"build/host/shell/{name}.o"
        lines.append(f"build {objects_of[source]}: cc {name}")
    for program, sources in programs.items():
        objects = " ".join(objects_of[source] for source in sources + lib)
        lines.append(f"build build/host/shell/bin/{program}: link {objects}")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "build.ninja").write_text("\n".join(lines) + "\n")
    done = subprocess.run(["ninja", "-C", ROOT, "-f", OUTPUT / "build.ninja", "-j2"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        print(done.stdout.decode(errors="replace"))
        raise subprocess.CalledProcessError(done.returncode, done.args)
    sh = BIN / "sh"
    if not sh.is_symlink():
        sh.symlink_to("shell")
