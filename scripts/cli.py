# SPDX-License-Identifier: MIT
"""chbuild's command line: one subcommand a function, its work in a module of its own."""
import argparse
import sys

from common import BOARDS, Failure, say


def cmd_build(args):
    """build the kernel and everything that goes into the ramdisk"""
    from build.kernel import build_kernel
    for plat in [args.plat] if args.plat else BOARDS:
        build_kernel(plat, tests=args.kernel_tests, debug=args.debug)
    return 0


def parser():
    """The whole command line."""
    top = argparse.ArgumentParser(prog="./chbuild", description="Build, run and test the system.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(function, name):
        sub = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        sub.set_defaults(function=function)
        return sub

    sub = command(cmd_build, "build")
    sub.add_argument("--plat", choices=BOARDS, help="one board (default: all)")
    sub.add_argument("--debug", action="store_true", help="kernel with its internal checks")
    sub.add_argument("--kernel-tests", action="store_true", help="kernel with tests/kernel in it")
    return top


def main(argv):
    """Run one subcommand; its status is the process's."""
    args = parser().parse_args(argv)
    try:
        return args.function(args)
    except Failure as failure:
        say(failure)
        return failure.status
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
