#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run one unittest module and print a line a test, as tests/host/check.c does.

usage: unit.py MODULE.py [FILTER]
"""
import importlib.util
import os
import sys
import traceback
import unittest


class Lines(unittest.TestResult):
    """Prints 'ok NAME', 'not ok NAME: what' and 'skip NAME: why'."""

    def addSuccess(self, test):
        super().addSuccess(test)
        print(f"ok {_name(test)}", flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"skip {_name(test)}: {reason}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._print_failure(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._print_failure(test, err)

    @staticmethod
    def _print_failure(test, err):
        for line in "".join(traceback.format_exception(*err)).splitlines():
            print("    " + line)
        words = str(err[1]).splitlines() or [err[0].__name__]
        print(f"not ok {_name(test)}: {words[0]}", flush=True)


def _name(test):
    return test.id().split(".")[-1].replace("test_", "", 1) if hasattr(test, "id") else str(test)


def _cases(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from _cases(item)
        else:
            yield item


def main(path, pattern=""):
    """0 if all selected tests passed."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = Lines()
    for case in _cases(suite):
        if pattern in _name(case):
            case.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
