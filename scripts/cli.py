# SPDX-License-Identifier: MIT
"""chbuild's command line: one subcommand a function, its work in a module of its own."""
import argparse
import os
import shutil
import sys

from common import BOARDS, BUILD, Failure, say, show
from qemu.machine import add_machine_options, machine_of
from rings.rings import RINGS, run_rings
from setup.packages import ensure_tools


def cmd_deps(args):
    """install the packages that building, testing and debugging need"""
    ensure_tools(None, args.yes)
    say("nothing is missing")
    return 0


def cmd_doctor(_args):
    """check the versions of all tools, and say what to do about each that does not fit"""
    from setup.doctor import diagnose
    return diagnose()


def cmd_build(args):
    """build the kernel and everything that goes into the ramdisk"""
    ensure_tools("build", args.yes)
    from build.kernel import build_kernel
    from build.user import build_user
    for plat in [args.plat] if args.plat else BOARDS:
        build_kernel(plat, tests=args.kernel_tests, debug=args.debug)
    build_user()
    return 0


def cmd_qemu(args):
    """boot to a shell in QEMU"""
    from build.system import built_system
    from qemu.interactive import boot_interactive
    machine = machine_of(args)
    ensure_tools("build", args.yes)
    window = tuple(os.get_terminal_size()) if sys.stdin.isatty() and sys.stdout.isatty() else None
    with built_system(machine.plat, args.debug, args.extra, window=window) as (kernel, ramdisk):
        return boot_interactive(machine.arguments(kernel / "Image", ramdisk),
                                counter_of(machine, kernel))


def cmd_run(args):
    """boot, run CMD in the guest, power off; the exit status is CMD's"""
    from build.system import built_system
    from qemu.run import run_command
    machine = machine_of(args)
    if not args.command:
        raise Failure("run: no command; usage: ./chbuild run [options] -- CMD ARG...", 2)
    ensure_tools("build", args.yes)
    command = [os.fsencode(arg) for arg in args.command]
    with built_system(machine.plat, args.debug, args.extra, command) as (kernel, ramdisk):
        return run_command(machine.arguments(kernel / "Image", ramdisk),
                           counter_of(machine, kernel), args.timeout)


def counter_of(machine, kernel):
    """An instruction counter, if the machine counts."""
    from qemu.icount import InstructionCounter
    return InstructionCounter(kernel / "kernel.elf") if machine.icount else None


def cmd_gdb(args):
    """boot under gdb-multiarch, stopped at reset; what follows '--' goes to gdb"""
    from build.system import built_system
    from qemu.debugger import debug, join_console
    if args.console:
        return join_console()
    machine = machine_of(args)
    ensure_tools("gdb", args.yes)
    with built_system(machine.plat, args.debug, args.extra) as (kernel, ramdisk):
        return debug(machine.arguments(kernel / "Image", ramdisk), kernel, args.command)


def cmd_test(args):
    """run the test rings; closes with 'N passed, N failed, N skipped'"""
    ensure_tools("test", args.yes)
    return run_rings(args.ring, args.plat, args.filter)


def cmd_sdk(args):
    """make build/sdk, with which strangers' programs are built, and say how to use it"""
    from build.user import SDK, build_servers
    from sdk.sdk import build_sdk, print_how_to
    ensure_tools("build", args.yes)
    print_how_to(build_sdk(SDK, build_servers() / "libchcore.a"))
    return 0


def cmd_format(args):
    """let clang-format lay out all C files, or those given"""
    from lint.checks import format_files
    format_files(args.path)
    return 0


def cmd_clean(_args):
    """remove the build folder"""
    show(["rm", "-rf", BUILD])
    shutil.rmtree(BUILD, ignore_errors=True)
    return 0


def positive_seconds(text):
    """A number of seconds above 0, for argparse."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return value


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        raise Failure(f"{message}; see '{self.prog} --help'", 2)


def parser():
    """The whole command line."""
    top = Parser(prog="./chbuild", description="Build, run and test the system.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(function, name, installs=True, **options):
        sub = commands.add_parser(name, help=function.__doc__, description=function.__doc__,
                                  **options)
        sub.set_defaults(function=function, command=[])
        if installs:
            sub.add_argument("-y", "--yes", action="store_true",
                             help="install missing packages without asking")
        return sub

    command(cmd_deps, "deps")
    command(cmd_doctor, "doctor", installs=False)
    sub = command(cmd_build, "build")
    sub.add_argument("--plat", choices=BOARDS, help="one board (default: all)")
    sub.add_argument("--debug", action="store_true", help="kernel with its internal checks")
    sub.add_argument("--kernel-tests", action="store_true", help="kernel with tests/kernel in it")

    sub = command(cmd_qemu, "qemu")
    add_machine_options(sub)
    sub.add_argument("--debug", action="store_true", help="kernel with its internal checks")

    sub = command(cmd_run, "run", usage="./chbuild run [options] -- CMD ARG...")
    add_machine_options(sub)
    sub.add_argument("--debug", action="store_true", help="kernel with its internal checks")
    sub.add_argument("--timeout", metavar="S", type=positive_seconds,
                     help="end with status 124 when CMD is not done after S seconds")

    sub = command(cmd_gdb, "gdb", usage="./chbuild gdb [options] [-- GDB-ARG...]")
    add_machine_options(sub)
    sub.add_argument("--debug", action="store_true", help="kernel with its internal checks")
    sub.add_argument("--console", action="store_true",
                     help="join the console of the './chbuild gdb' that runs already")

    sub = command(cmd_test, "test")
    sub.add_argument("ring", nargs="*", help=f"one or more of {' '.join(RINGS)} (default: all)")
    sub.add_argument("--plat", choices=BOARDS, help="only runs on this board")
    sub.add_argument("--filter", metavar="WORD", default="",
                     help="only tests with WORD in their name")

    command(cmd_sdk, "sdk")
    command(cmd_format, "format", installs=False).add_argument("path", nargs="*")
    command(cmd_clean, "clean", installs=False)
    return top


def parse(argv):
    """Parse; what follows the first '--' is the command to run, whatever it looks like."""
    ours, command = (["--help"] if argv in ([], ["help"]) else argv), []
    if "--" in argv:
        at = argv.index("--")
        ours, command = argv[:at], argv[at + 1:]
    args = parser().parse_args(ours)
    if command:
        if args.function not in (cmd_run, cmd_gdb):
            raise Failure("only 'run' and 'gdb' take arguments after '--'", 2)
        args.command = command
    return args


def main(argv):
    """Run one subcommand; its status is the process's."""
    try:
        args = parse(argv)
        return args.function(args)
    except Failure as failure:
        say(failure)
        return failure.status
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
