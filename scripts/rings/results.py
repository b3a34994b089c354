# SPDX-License-Identifier: MIT
"""Read the lines by which test programs tell their results, on the host and on the target."""
import re

RESULT = re.compile(r"(ok|not ok|skip) (\w+)(?:: (.*))?$")
LINES_BEFORE = 60


def read_results(text, report, again, suffix="", pattern=""):
    """Report 'ok NAME', 'not ok NAME: what' and 'skip NAME: why' lines; the number of failures.

    A failure gets what was printed since the last result. `again` is a command with {} for the
    name; `suffix` is added to each name; tests without `pattern` in their name are left out.
    """
    failed, before = 0, []
    for line in text.splitlines():
        found = RESULT.match(line)
        if not found:
            before.append(line)
            continue
        kind, name, detail = found.groups()
        failed += kind == "not ok"
        if pattern in name:
            if kind == "ok":
                report.ok(name + suffix)
            elif kind == "skip":
                report.skip(name + suffix, detail or "")
            else:
                report.fail(name + suffix, "\n".join([detail or ""] + before[-LINES_BEFORE:]),
                            again.format(name))
        before = []
    return failed
