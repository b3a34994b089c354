# SPDX-License-Identifier: MIT
"""Collect and print test results: a line a test, failures in full, one closing line."""


class Report:
    """Counts; every result goes through here, so that all rings print alike."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self._failures = []

    def heading(self, text):
        """What comes next."""
        print(f"== {text}", flush=True)

    def ok(self, name):
        """A test that passed."""
        self.passed += 1
        print(f"ok      {name}", flush=True)

    def skip(self, name, reason):
        """A test that could not run here."""
        self.skipped += 1
        print(f"skipped {name}: {reason}", flush=True)

    def fail(self, name, detail, again):
        """A test that failed.

        detail   what was expected and seen, one line or more
        again    the command that runs it again
        """
        self.failed += 1
        self._failures.append((name, detail, again))
        print(f"FAILED  {name}\n{_indented(detail)}\n        again: {again}", flush=True)

    def close(self):
        """Repeat the failures, print the closing line; the exit status."""
        if self._failures:
            print(f"\n{len(self._failures)} failed:")
        for name, detail, again in self._failures:
            print(f"FAILED  {name}: {(detail.splitlines() or [''])[0]}\n        again: {again}")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


def _indented(text):
    return "\n".join("        " + line for line in text.rstrip("\n").splitlines())
