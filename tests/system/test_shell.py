# SPDX-License-Identifier: MIT
"""The shell and the tools on the system itself: the scripts of the host ring, in one boot.

Each must print and return there what it does on the host.
"""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import ROOT
from qemu.console import ring_options

sys.path.insert(0, str(ROOT / "tests" / "host" / "shell"))
from scripts import SCRIPTS

TIMEOUT_S = 240
DRIVER = """
for script in /scripts/*; do
    mkdir -p /tmp$script; cd /tmp$script
    echo "=== ${script##*/}"
    sh $script </input
    echo "--- $?"
done
"""

TOOLS = """
mkdir -p d/e; echo b >d/b; echo a >d/a; echo c >>d/a; chmod 640 d/a; ln -s a d/l; ln d/a d/h
cat d/a d/b; cat -n d/l; ls d; ls -R d; wc d/a; wc -l d/a d/b; head -n 1 d/a; tail -n 1 d/a
grep -n a d/a; grep -rc a d; echo $?; grep x d/a; echo $?; sort -r d/a
cp d/a f; mv f g; cat g; cp -r d k; ls k/e k; rm -r k; ls k; echo $?; rmdir d/e; rmdir d; echo $?
env -i A=1 env; date -u +%Y >y; test -s y; echo $?; sleep 0.01; touch t; ls t; rm t; stat no; echo $?
ln -s /bin/echo e; ./e by a link; kill -0 1; echo $?; kill 99999; echo $?; true; false; echo $?; /bin/help true; echo -e 'x\\ty'
for tool in ps free uptime dmesg caps mem "top -n 1" "ps -t"; do $tool >o; echo $? $tool; test -s o || echo empty; done
"""
TOOLS_OUT = """a
c
b
     1\ta
     2\tc
a
b
e
h
l
d:
a
b
e
h
l

d/e:
      2       2       4 d/a
      2 d/a
      1 d/b
      3 total
a
c
1:a
d/a:1
d/b:0
d/h:1
0
1
c
a
a
c
k:
a
b
e
h
l

k/e:
1
1
A=1
0
t
1
by a link
0
1
1
true      succeed
x\ty
0 ps
0 free
0 uptime
0 dmesg
0 caps
0 mem
0 top -n 1
0 ps -t
"""


class Shell(unittest.TestCase):
    """One boot for all scripts."""

    def test_scripts_do_what_they_do_on_the_host(self):
        scripts = {**SCRIPTS, "tools": (TOOLS, TOOLS_OUT, 0)}
        wanted = {name: (out, status) for name, (_, out, status) in scripts.items()}
        seen = self._run({name: script for name, (script, _, _) in scripts.items()})
        wrong = [f"{name}: expected {result!r}, seen {seen.get(name)!r}"
                 for name, result in wanted.items() if seen.get(name) != result]
        self.assertEqual("\n".join(wrong), "")

    def _run(self, scripts):
        """{name: (output, status)} of the scripts."""
        with tempfile.TemporaryDirectory() as folder:
            extra = Path(folder)
            (extra / "scripts").mkdir()
            (extra / "input").write_text("from stdin\n")
            (extra / "driver").write_text(DRIVER)
            for name, script in scripts.items():
                (extra / "scripts" / name).write_text(script + "\n")
            argv = [sys.executable, str(ROOT / "chbuild"), "run", "--timeout", str(TIMEOUT_S),
                    *ring_options(), "--extra", folder, "--", "sh", "/driver"]
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace")[-2000:])
        parts = re.findall(r"=== (\w+)\n(.*?)--- (\d+)\n", done.stdout.decode(), re.S)
        return {name: (output, int(status)) for name, output, status in parts}


if __name__ == "__main__":
    unittest.main()
