# SPDX-License-Identifier: MIT
"""The test rings, in the order in which they run: the quick ones first."""
from common import Failure
from rings.host import run_host_ring
from rings.kernel import run_kernel_ring
from rings.lint import run_lint_ring
from rings.report import Report
from rings.system import run_system_ring
from rings.user import run_user_ring

# Each ring is a function of (report, board or None for all, part of a test's name or "").
RINGS = {
    "lint": lambda report, _plat, pattern: run_lint_ring(report, pattern),
    "host": lambda report, _plat, pattern: run_host_ring(report, pattern),
    "kernel": run_kernel_ring,
    "user": run_user_ring,
    "system": run_system_ring,
}


def run_rings(names, plat, pattern):
    """Run the rings named, or all; the exit status is 0 if nothing failed."""
    for name in names:
        if name not in RINGS:
            raise Failure(f"no ring '{name}'; there are {' '.join(RINGS)}", 2)
    report = Report()
    for name, ring in RINGS.items():
        if not names or name in names:
            try:
                ring(report, plat, pattern)
            except Failure as failure:  # such as a build that fails
                report.fail(f"ring {name} as a whole", str(failure), f"./chbuild test {name}")
    return report.close()
