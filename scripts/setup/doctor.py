# SPDX-License-Identifier: MIT
"""chbuild doctor: a line a tool, and what to do about each that is missing or too old."""
import shutil
import sys

from common import ROOT
from setup.tools import TOOLS

LEAST_PYTHON = (3, 9)
DISK_GB = 2


def diagnose():
    """Print the findings; 1 if something needs doing."""
    healthy = _line(sys.version_info[:3] >= LEAST_PYTHON, "python3", _dotted(sys.version_info[:3]),
                    f"install Python {_dotted(LEAST_PYTHON)} or later")
    for tool in TOOLS:
        healthy &= _tool_line(tool)
    free = shutil.disk_usage(ROOT).free / 1e9
    healthy &= _line(free >= DISK_GB, "disk", f"{free:.1f} GB free", f"free {DISK_GB} GB")
    return 0 if healthy else 1


def _tool_line(tool):
    if not tool.present():
        return _line(False, tool.name, "missing",
                     f"run './chbuild deps' (package {tool.package}; for {', '.join(tool.uses)})")
    if tool.least is None:
        return _line(True, tool.name, "there", "")
    version = tool.version()
    return _line(version is not None and version >= tool.least, tool.name,
                 _dotted(version or ("unknown version",)),
                 f"needs {_dotted(tool.least)} or later: upgrade package {tool.package}")


def _dotted(version):
    return ".".join(str(part) for part in version)


def _line(good, name, seen, remedy):
    print(f"{'ok ' if good else 'BAD'}  {name:22} {seen}{'' if good else ' - ' + remedy}")
    return good
