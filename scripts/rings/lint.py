# SPDX-License-Identifier: MIT
"""Ring lint: layers, layout, documents against tables, and what static analysers say."""
import subprocess
import sys

from common import ROOT
from lint import checks

FIRST_LINES = 60


def _script(name):
    """A check that is a script of its own: what it prints is what is wrong."""
    def check():
        done = subprocess.run([sys.executable, ROOT / "scripts" / "lint" / name], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout.decode() if done.returncode else ""
    return check


CHECKS = {
    "include_arrows_point_down": _script("arrows.py"),
    "abi_pages_match_the_table": _script("abi_docs.py"),
    "documents_name_what_exists": _script("doc_names.py"),
    "headers_stand_alone": checks.check_headers,
    "layout_is_clang_formats": checks.check_format,
    "clang_tidy_is_silent": checks.check_tidy,
    "cppcheck_is_silent": checks.check_cppcheck,
}


def run_lint_ring(report, pattern):
    """Run the ring; `pattern` (or "") selects checks by a part of their name."""
    report.heading("lint")
    for name, check in CHECKS.items():
        if pattern not in name:
            continue
        wrong = check().splitlines()
        if wrong:
            seen = [f"expected silence, seen {len(wrong)} lines:"] + wrong[:FIRST_LINES]
            report.fail(name, "\n".join(seen),
                        f"./chbuild test lint --filter {name}")
        else:
            report.ok(name)
