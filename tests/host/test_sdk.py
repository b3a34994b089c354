# SPDX-License-Identifier: MIT
"""The SDK's compiler, and the seam between musl and the system, with Linux behind the door.

The programs of tests/user and tests/sdk run under qemu-aarch64 here: what fails here is in the seam
or in the test itself, what fails only on the target is in the system.
"""
import functools
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "sdk")]

from common import BUILD  # noqa: E402  (the path above comes first)
from linux_sdk import build_linux_sdk  # noqa: E402
from sdk.ports import build_ports  # noqa: E402

OUTPUT = BUILD / "linux-sdk"
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wmissing-prototypes", "-Wshadow", "-Wvla", "-Wundef"]
EMULATOR = "qemu-aarch64"
EMULATOR_DIFFERS = ("addresses",)  # it reads what a bad pointer points to in its own way
NATIVE = re.compile(r'^#include (<chcore/|"native.h")', re.M)  # not for Linux


@functools.cache
def compiler():
    """The compiler of the SDK that has Linux behind its door; made at the first call."""
    return build_linux_sdk(OUTPUT)


@functools.cache
def ports():
    """Lua and zlib, built with that SDK."""
    compiler()
    return build_ports(OUTPUT / "sdk")


def new_folder(test):
    """A folder for one test, removed at its end."""
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    return Path(folder.name)


def output_of(argv, **options):
    """Standard output and error of a command that must succeed."""
    done = subprocess.run([str(arg) for arg in argv], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=120,
                          **options)
    if done.returncode != 0:
        raise AssertionError(f"{argv[0]} gives {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


class Compiler(unittest.TestCase):
    """aarch64-chcore-gcc as configure scripts and makefiles use it."""

    def setUp(self):
        self.gcc = compiler()
        self.folder = new_folder(self)
        (self.folder / "hello.c").write_text(
            '#include <stdio.h>\n#include <math.h>\n#include <stdatomic.h>\n'
            'int main(int argc, char **argv)\n'
            '{ atomic_int n = 1; atomic_fetch_add(&n, 1);\n'
            '  printf("%s %d %.3f\\n", argc > 1 ? argv[1] : "hello", n, sqrt(argc)); return 0; }\n')

    def compile(self, *options, gcc=None):
        """Compile hello.c to hello."""
        return output_of([gcc or self.gcc, "hello.c", *options, "-o", "hello"], cwd=self.folder)

    def test_sdk_programs_run_with_any_usual_options(self):
        for options in ("-O0", "-O3 -flto", "-Os -fPIE -pie", "-static -fPIC", "-pthread -g3",
                        "-fstack-protector-strong -D_FORTIFY_SOURCE=2 -O2", "-static-pie", "-rdynamic"):
            self.compile(*options.split(), "-lm")
            self.assertEqual(output_of([EMULATOR, "hello", "x y"], cwd=self.folder), "x y 2 1.414\n",
                             options)

    def test_sdk_programs_are_static_and_never_writable_and_executable(self):
        self.compile("-lm")
        text = output_of([self.gcc.parent / "aarch64-chcore-readelf", "-lWh", "hello"],
                         cwd=self.folder)
        self.assertIn("EXEC (Executable file)", text)
        self.assertNotIn("INTERP", text)
        self.assertNotIn("DYNAMIC", text)
        self.assertNotIn("RWE", text)
        loads = [line.split() for line in text.splitlines() if " LOAD " in line]
        self.assertTrue(all(int(fields[-1], 16) == 4096 for fields in loads), text)

    def test_sdk_headers_are_musls_and_gccs_only(self):
        text = output_of([self.gcc, "-E", "hello.c"], cwd=self.folder)
        used = {line.split('"')[1] for line in text.splitlines() if line.startswith("# 1 \"/")}
        self.assertTrue(used)
        for name in used:
            self.assertTrue(name.startswith(str(OUTPUT)) or "/lib/gcc" in name, name)

    def test_sdk_compiler_answers_questions(self):
        usr = OUTPUT / "sdk" / "sysroot" / "usr"
        ask = lambda option: output_of([self.gcc, option]).strip()  # noqa: E731
        self.assertEqual(ask("-dumpmachine"), "aarch64-chcore-linux-musl")
        self.assertEqual(Path(ask("-print-file-name=libc.a")).resolve(), usr / "lib" / "libc.a")
        self.assertEqual(Path(ask("-print-sysroot")).resolve(), usr.parent)
        self.assertTrue(Path(ask("-print-libgcc-file-name")).is_file())
        self.assertIn("gcc", ask("--version"))

    def test_sdk_shared_and_cxx_are_refused_in_words(self):
        for options, words in ((["-shared", "-fPIC"], "-shared is not supported"),
                               (["-x", "c++"], "no C++ library")):
            done = subprocess.run([self.gcc, *options, "hello.c", "-o", "out"], cwd=self.folder,
                                  stderr=subprocess.PIPE, text=True, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stderr)
            self.assertFalse((self.folder / "out").exists())

    def test_sdk_stages_behave(self):
        output_of([self.gcc, "-c", "hello.c"], cwd=self.folder)
        self.assertTrue((self.folder / "hello.o").exists())
        output_of([self.gcc, "-S", "hello.c"], cwd=self.folder)
        self.assertIn("main:", (self.folder / "hello.s").read_text())
        output_of([self.gcc, "-r", "-nostdlib", "hello.o", "-o", "part.o"], cwd=self.folder)
        output_of([self.gcc, "-MMD", "-MF", "hello.d", "-c", "hello.c"], cwd=self.folder)
        self.assertIn("hello.c", (self.folder / "hello.d").read_text())
        defined = output_of([self.gcc, "-dM", "-E", "-x", "c", "/dev/null"])
        self.assertIn("#define __chcore__ 1", defined)
        self.assertIn("#define __linux__ 1", defined)

    def test_sdk_can_be_moved_and_linked_to(self):
        moved = self.folder / "else where"
        shutil.copytree(OUTPUT / "sdk", moved, symlinks=True)
        link = self.folder / "cc"
        link.symlink_to(moved / "bin" / "aarch64-chcore-linux-musl-gcc")
        self.compile("-lm", gcc=link)
        self.assertEqual(output_of([EMULATOR, "hello"], cwd=self.folder), "hello 2 1.000\n")
        text = output_of([link, "-print-file-name=libc.a"]).strip()
        self.assertEqual(Path(text).resolve(), (moved / "sysroot/usr/lib/libc.a").resolve())

    def test_sdk_cmake_project_builds(self):
        if shutil.which("cmake") is None:
            self.skipTest("no cmake")
        (self.folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.16)\nproject(hello C)\n"
            "include(CheckFunctionExists)\ncheck_function_exists(getline HAVE_GETLINE)\n"
            "check_function_exists(no_such_function HAVE_NOTHING)\n"
            "if(NOT HAVE_GETLINE OR HAVE_NOTHING)\nmessage(FATAL_ERROR checks)\nendif()\n"
            "find_package(Threads REQUIRED)\nadd_library(part SHARED part.c)\n"
            "add_executable(hello hello.c)\ntarget_link_libraries(hello part Threads::Threads m)\n")
        (self.folder / "part.c").write_text("int part(void);\nint part(void) { return 1; }\n")
        output_of(["cmake", "-G", "Ninja", "-S", ".", "-B", "out", "-DCMAKE_TOOLCHAIN_FILE="
                   f"{OUTPUT}/sdk/cmake/toolchain.cmake"], cwd=self.folder)
        output_of(["ninja", "-C", "out"], cwd=self.folder)
        self.assertTrue((self.folder / "out" / "libpart.a").exists())
        self.assertEqual(output_of([EMULATOR, "out/hello"], cwd=self.folder), "hello 2 1.000\n")

    def test_sdk_is_left_alone_when_nothing_changed(self):
        before = {path: path.lstat().st_mtime_ns for path in (OUTPUT / "sdk").rglob("*")
                  if path.is_file() and path.name != "libchcore.a"}
        build_linux_sdk(OUTPUT)
        after = {path: path.lstat().st_mtime_ns for path in before}
        self.assertEqual(before, after)


class Ports(unittest.TestCase):
    """Lua and zlib, unmodified: what tests/system/test_ports.py expects of the system, Linux does."""

    def setUp(self):
        self.folder = new_folder(self)

    def test_port_lua_over_many_files(self):
        scripts = ROOT / "tests" / "system" / "lua"
        lua = ports()["lua"] / "bin" / "lua"
        done = subprocess.run([EMULATOR, lua, scripts / "main.lua", scripts, self.folder],
                              stdout=subprocess.PIPE, check=False, timeout=120)
        self.assertEqual(done.stdout.decode(), (scripts / "main.out").read_text(encoding="utf-8"))
        self.assertEqual(done.returncode, 7)

    def test_port_zlib_example_and_minigzip(self):
        folder = ports()["zlib"] / "bin"
        text = output_of([EMULATOR, folder / "example"], cwd=self.folder)
        self.assertIn("large_inflate(): OK\n", text)
        data = bytes(i * i >> 7 & 0xff for i in range(150000))
        done = subprocess.run([EMULATOR, folder / "minigzip"], input=data, stdout=subprocess.PIPE,
                              check=True, timeout=120)
        self.assertTrue(zlib.decompress(done.stdout, 31) == data)


class Seam(unittest.TestCase):
    """Each program of tests/user and tests/sdk, by the name seam_PROGRAM."""

    def run_program(self, source):
        """Compile a program and run it; its failing lines are the failure."""
        program = OUTPUT / "programs" / source.stem
        program.parent.mkdir(parents=True, exist_ok=True)
        output_of([compiler(), "-std=gnu17", "-O2", *WARNINGS, source, "-o", program])
        environment = dict(os.environ, PATH="/usr/bin:/bin")
        done = subprocess.run([EMULATOR, program], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=120,
                              env=environment, preexec_fn=no_core_files)
        expected = source.with_suffix(".out")
        bad = [line for line in done.stdout.splitlines() if not line.startswith("ok ")]
        if done.returncode != 0:
            self.fail("\n".join(bad) or f"status {done.returncode}")
        if expected.exists():
            self.assertEqual(done.stdout, expected.read_text(encoding="utf-8"))


def no_core_files():
    """Programs that end by a signal leave nothing behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def add_programs():
    """A test method for each program."""
    sources = list((ROOT / "tests" / "user").glob("*.c")) + list((ROOT / "tests" / "sdk").glob("*.c"))
    for source in sources:
        native = NATIVE.search(source.read_text(encoding="utf-8"))
        if not native and source.stem not in EMULATOR_DIFFERS:
            setattr(Seam, f"test_seam_{source.stem}", lambda self, source=source: self.run_program(source))


add_programs()
